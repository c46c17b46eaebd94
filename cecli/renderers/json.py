"""Any document as JSON, as the JSON contract states it."""

import json

from cecli.renderers.formats import Document, Layout


def render(document: Document, layout: Layout) -> str:  # noqa: ARG001
    """Return indented JSON."""
    return json.dumps(document.to_dict(), indent=2, allow_nan=False) + "\n"


def render_line(document: Document, layout: Layout) -> str:  # noqa: ARG001
    """Return JSON on one line."""
    return json.dumps(document.to_dict(), allow_nan=False) + "\n"
