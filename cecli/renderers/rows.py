"""Rows of the input in words: where they are, what they cost, what was predicted."""

from collections.abc import Callable, Mapping, Sequence

from cecli.core.errors import visible
from cecli.report.parts import Row, headings

Number = Callable[[float], str]
# Of several classes, what people want to know: the probability of what happened, or most likely
# did, and what was taken for likelier.
OF_LABEL, PREDICTED, OF_PREDICTED = "prob of label", "predicted", "prob of predicted"
LIKELIEST, ITS_TARGET, ITS_PROB = "likeliest target", "its target", "its prob"
TEXTS = frozenset({"row", "label", LIKELIEST, PREDICTED})


def headings_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the headings of a table of rows; columns that were asked for come last."""
    own = ["row", "loss", *_told(rows[0], str), *(["weight"] if _is_weighted(rows) else [])]
    return tuple(map(visible, headings(own, list(rows[0].shown))))


def cells_of(rows: Sequence[Row], number: Number) -> list[tuple[str, ...]]:
    """Return the cells under these headings."""
    return [
        (
            visible(row.place),
            number(row.loss),
            *map(visible, _told(row, number).values()),
            *([] if row.weight is None else [number(row.weight)]),
            *map(visible, row.shown.values()),
        )
        for row in rows
    ]


def numeric(rows: Sequence[Row]) -> frozenset[int]:
    """Return the places of the columns that are numbers."""
    own = headings_of(rows)[: -len(rows[0].shown) or None]
    return frozenset(place for place, heading in enumerate(own) if heading not in TEXTS)


def _is_weighted(rows: Sequence[Row]) -> bool:
    return rows[0].weight is not None


def _told(row: Row, number: Number) -> dict[str, str]:
    """Return a row's label or target and its prediction by heading; of many classes, a few."""
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
