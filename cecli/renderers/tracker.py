"""The metrics as the list that benchmark trackers read, one direction per file.

The format is that of github-action-benchmark's tools customSmallerIsBetter and
customBiggerIsBetter. https://github.com/benchmark-action/github-action-benchmark
"""

import json
import math
from typing import Any

from cecli.commands.check.figures import Figure, figures_of
from cecli.commands.check.outcome import Checked
from cecli.metrics.registry import definitions
from cecli.renderers.formats import Layout
from cecli.report.result import Direction, Measure


def render_smaller(checked: Checked, layout: Layout) -> str:  # noqa: ARG001
    """Return the metrics of the report whose lower values are better."""
    return _list(checked, Direction.LOWER)


def render_bigger(checked: Checked, layout: Layout) -> str:  # noqa: ARG001
    """Return the metrics of the report whose higher values are better."""
    return _list(checked, Direction.HIGHER)


def _list(checked: Checked, direction: Direction) -> str:
    figures = figures_of(checked.report, checked.name)
    entries = [
        _entry(name, figure, figures.units)
        for name, figure in figures.metrics.items()
        if name in definitions()
        and definitions()[name].direction is direction
        and figure.value is not None
        and math.isfinite(figure.value)
    ]
    return json.dumps(entries, indent=2, allow_nan=False) + "\n"


def _entry(name: str, figure: Figure, units: str) -> dict[str, Any]:
    information = definitions()[name].measure is Measure.INFORMATION
    entry: dict[str, Any] = {
        "name": name,
        "unit": units if information else "",
        "value": figure.value,
    }
    if figure.se is not None:
        entry["range"] = f"± {figure.se:.3g}"
        entry["extra"] = "range: one standard error"
    return entry
