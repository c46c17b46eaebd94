"""A picture as a Vega-Lite specification, for those who restyle it: a dictionary of plain values.

https://vega.github.io/vega-lite/docs/spec.html
"""

from collections.abc import Sequence
from typing import Any

from cecli.pictures.axis import Axis, axis_of
from cecli.pictures.drawing.forest_rows import words_of
from cecli.pictures.drawing.palette import SERIES
from cecli.pictures.drawing.text import harmless, possible
from cecli.pictures.drawing.thinning import kept_of
from cecli.pictures.forest import Estimated, Forest, bounds_of
from cecli.pictures.picture import Bars, Dots, Mark, Panel, Picture, Ribbon, Trace

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
GREY = "#5b6470"
WIDTH = 560
Spec = dict[str, Any]


def vega_lite(picture: Picture) -> Spec:
    """Return the specification of a picture: its panels under each other, their data inside."""
    return {
        "$schema": SCHEMA,
        "title": harmless(picture.title),
        "description": possible(picture.description),
        "vconcat": [
            _forest(panel) if isinstance(panel, Forest) else _panel(panel)
            for panel in picture.panels
        ],
        "config": {"range": {"category": [paint.light for paint in SERIES]}},
    }


def _panel(panel: Panel) -> Spec:
    layers = [layer for mark in panel.marks for layer in _layers(mark, panel)]
    return {
        **({"title": harmless(panel.title)} if panel.title else {}),
        "width": WIDTH,
        "height": round(WIDTH * panel.height),
        "layer": layers,
    }


def _layers(mark: Mark, panel: Panel) -> list[Spec]:
    """Return the layers of a mark, whose data are rows with x and y."""
    match mark:
        case Trace():
            return [_trace(mark, panel)]
        case Ribbon():
            rows = _rows(x=mark.x, y=mark.lower, y2=mark.upper)
            return [_layer("area", rows, mark, panel, opacity=0.25, y2=_field("y2"))]
        case Bars():
            rows = _rows(x=mark.left, x2=mark.right, y=mark.height)
            low = {"datum": panel.y.low}
            return [_layer("rect", rows, mark, panel, x2=_field("x2"), y2=low)]
        case Dots():
            points = _layer("point", _rows(x=mark.x, y=mark.y), mark, panel)
            points["mark"]["filled"] = True
            if not mark.lower:
                return [points]
            bars = _rows(x=mark.x, y=mark.lower, y2=mark.upper)
            return [_layer("rule", bars, mark, panel, y2=_field("y2")), points]


def _trace(trace: Trace, panel: Panel) -> Spec:
    """Return a line with the points that are seen, in their order."""
    height = WIDTH * panel.height
    pixels = [
        (WIDTH * panel.x.share(x), height * panel.y.share(y))
        for x, y in zip(trace.x, trace.y, strict=True)
    ]
    kept = kept_of(pixels)
    rows = _rows(
        x=[trace.x[i] for i in kept], y=[trace.y[i] for i in kept], order=list(range(len(kept)))
    )
    layer = _layer("line", rows, trace, panel, order={**_field("order"), "type": "quantitative"})
    if trace.series is None and trace.dashes:
        layer["mark"]["strokeDash"] = [2, 3]
    return layer


def _rows(**columns: Sequence[float]) -> list[dict[str, float]]:
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


def _field(name: str) -> Spec:
    return {"field": name}


def _layer(
    kind: str, rows: list[Any], mark: Mark, panel: Panel, opacity: float | None = None, **more: Spec
) -> Spec:
    return {
        "data": {"values": rows},
        "mark": {"type": kind, "clip": True, **({} if opacity is None else {"opacity": opacity})},
        "encoding": {
            "x": _channel("x", panel.x),
            "y": _channel("y", panel.y),
            **more,
            "color": _colour(mark, panel),
        },
    }


def _channel(name: str, axis: Axis) -> Spec:
    scale: Spec = {"domain": [axis.low, axis.high], "nice": False, "zero": False}
    if axis.is_log:
        scale["type"] = "log"
    title = harmless(axis.label) or None
    return {"field": name, "type": "quantitative", "scale": scale, "title": title}


def _colour(mark: Mark, panel: Panel) -> Spec:
    """Return the colour of a mark; it has the name of its series in the legend."""
    if mark.series is None:
        return {"value": GREY}
    labels = [other.label for other in panel.marks if other.series == mark.series and other.label]
    if not labels:
        return {"value": SERIES[mark.series].light}
    return {"datum": harmless(labels[0]), "type": "nominal", "title": None}


def _forest(forest: Forest) -> Spec:
    x = axis_of(forest.quantity, bounds_of(forest))
    rows = [
        _estimate(estimate, name, x)
        for estimate, name in zip(forest.shown, _distinct(forest.shown), strict=True)
    ]
    y = {"field": "name", "type": "nominal", "sort": None, "title": harmless(forest.of)}
    encoding = {"x": _channel("value", x), "y": y}
    ends = {"x": _channel("lower", x), "x2": _field("upper"), "y": y}
    told = [{"field": "name"}, {"field": "estimate"}, {"field": "rows"}]
    layers: list[Spec] = [
        {"mark": {"type": "rule", "clip": True}, "encoding": ends},
        {"mark": {"type": "point", "filled": True, "size": 60, "clip": True},
         "encoding": {**encoding, "tooltip": told}},
    ]  # fmt: skip
    if forest.reference is not None:
        line = {"datum": forest.reference, "type": "quantitative"}
        dashed = {"type": "rule", "strokeDash": [4, 3], "color": GREY}
        layers.insert(0, {"mark": dashed, "encoding": {"x": line}})
    return {
        **({"title": harmless(forest.title)} if forest.title else {}),
        "data": {"values": rows},
        "width": WIDTH,
        "layer": layers,
    }


def _estimate(estimate: Estimated, name: str, x: Axis) -> Spec:
    """Return the data of a row. An infinite end is that of the axis: JSON has no infinity."""
    value, lower, upper = (
        None if number is None else min(max(number, x.low), x.high)
        for number in (estimate.value, estimate.lower, estimate.upper)
    )
    return {
        "name": name,
        "value": value,
        "lower": lower,
        "upper": upper,
        "estimate": words_of(estimate),
        "rows": estimate.rows,
    }


def _distinct(estimates: Sequence[Estimated]) -> list[str]:
    """Return the names of rows; one that stands for an earlier row, too, has its number."""
    found: list[str] = []
    for place, estimate in enumerate(estimates, start=1):
        name = harmless(estimate.name)
        found.append(f"{name} ({place})" if name in found else name)
    return found
