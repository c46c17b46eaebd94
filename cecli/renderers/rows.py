"""Rows of the input for people: their places, losses, labels and predictions."""

from collections.abc import Callable, Mapping, Sequence

from cecli.core.errors import visible
from cecli.renderers.sheet import Grid
from cecli.report.parts import Row, headings

# The cells of a row with several classes: the probability of the label, or of the likeliest
# target, and the predicted class.
OF_LABEL, PREDICTED, OF_PREDICTED = "prob of label", "predicted", "prob of predicted"
LIKELIEST, ITS_TARGET, ITS_PROB = "likeliest target", "its target", "its prob"
TEXTS = frozenset({"row", "label", LIKELIEST, PREDICTED})


def of_rows(rows: Sequence[Row], number: Callable[[float], str]) -> Grid:
    """Return one row per row of the input: its place, loss and prediction."""
    return Grid(_row_headings(rows), tuple(_row_cells(rows, number)), _numeric(rows))


def _row_headings(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the headings of a table of rows; columns that the user asked for come last."""
    own = ["row", "loss", *_told(rows[0], str), *rows[0].weighting]
    return tuple(map(visible, headings(own, list(rows[0].shown))))


def _row_cells(rows: Sequence[Row], number: Callable[[float], str]) -> list[tuple[str, ...]]:
    """Return the cells under these headings."""
    return [
        (
            visible(row.place),
            number(row.loss),
            *map(visible, _told(row, number).values()),
            *map(number, map(float, row.weighting.values())),
            *map(visible, row.shown.values()),
        )
        for row in rows
    ]


def _numeric(rows: Sequence[Row]) -> frozenset[int]:
    """Return the positions of the columns of numbers."""
    own = _row_headings(rows)[: -len(rows[0].shown) or None]
    return frozenset(place for place, heading in enumerate(own) if heading not in TEXTS)


def _told(row: Row, number: Callable[[float], str]) -> dict[str, str]:
    """Return a row's label or target and prediction, by heading; only a few of many classes."""
    told = {
        name: value if isinstance(value, str) else number(value)
        for name, value in row.prediction.items()
        if not isinstance(value, Mapping)
    }
    prob, target = row.prediction.get("prob"), row.prediction.get("target")
    if not isinstance(prob, Mapping):
        return told
    if isinstance(target, Mapping):
        first = _likeliest(target)
        told |= {LIKELIEST: first, ITS_TARGET: number(target[first]), ITS_PROB: number(prob[first])}
    if row.label is not None:
        told[OF_LABEL] = number(prob[row.label])
    predicted = _likeliest(prob)
    return told | {PREDICTED: predicted, OF_PREDICTED: number(prob[predicted])}


def _likeliest(distribution: Mapping[str, float]) -> str:
    return max(distribution, key=distribution.__getitem__)
