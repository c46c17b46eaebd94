"""Predictions with hostile names, and pages about them."""

import random
from typing import Any

from cecli.renderers.formats import FORMATS, Layout

NASTY = "<img src=x onerror=alert(1)>\"'&<script>alert(2)</script>\u202e]]>--><style>*{"
SECRET = "cell-of-the-file-"


def rendered(content: Any) -> str:
    return str(FORMATS["page"].render(content, Layout()))


def rows_of(number: int, groups: int = 3) -> dict[str, list[Any]]:
    """Return columns of predictions of two models, of groups with hostile names, and of cells."""
    draw = random.Random(number)
    probs = [draw.random() for _ in range(number)]
    return {
        "y": [int(draw.random() < p) for p in probs],
        "p": probs,
        f"q{NASTY}": [min(max(p + 0.2 * draw.random() - 0.1, 0.01), 0.99) for p in probs],
        f"g{NASTY}": [f"{NASTY}{i % groups}" for i in range(number)],
        "id": [f"{SECRET}{i}" for i in range(number)],
    }
