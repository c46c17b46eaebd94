"""Rows of the input in words: where they are, what they cost, what was predicted."""

from collections.abc import Callable, Mapping, Sequence

from cecli.errors import visible
from cecli.row import Row, headings

Number = Callable[[float], str]
# Of several classes, what people want to know: the probability of what happened, and what was
# taken for likelier.
OF_LABEL, PREDICTED, OF_PREDICTED = "prob of label", "predicted", "prob of predicted"


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
    texts = {"row", "label", PREDICTED}
    return frozenset(place for place, heading in enumerate(own) if heading not in texts)


def _is_weighted(rows: Sequence[Row]) -> bool:
    return rows[0].weight is not None


def _told(row: Row, number: Number) -> dict[str, str]:
    """Return a row's label, target and prediction by heading; of several classes, the likeliest."""
    told = {
        name: value if isinstance(value, str) else number(value)
        for name, value in row.prediction.items()
        if not isinstance(value, Mapping)
    }
    prob = row.prediction.get("prob")
    if isinstance(prob, Mapping):
        likeliest = max(prob, key=prob.__getitem__)
        if row.label is not None:
            told[OF_LABEL] = number(prob[row.label])
        told |= {PREDICTED: likeliest, OF_PREDICTED: number(prob[likeliest])}
    return told
