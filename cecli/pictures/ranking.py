"""Pictures of ranking: the ROC curve, and precision by recall."""

from collections.abc import Sequence

from cecli.pictures.axis import Axis
from cecli.pictures.calibration import ENLARGED, left_out
from cecli.pictures.drawing.palette import MOST_SERIES
from cecli.pictures.drawing.text import harmless
from cecli.pictures.drawing.ticks import rounded
from cecli.pictures.picture import Mark, Numbers, Panel, Picture, Trace
from cecli.report.curves import RankingCurve


def roc_curve(models: Sequence[RankingCurve], title: str = "ROC curve") -> Picture:
    """Return the ROC curves of models in one plot.

    Parameters
    ----------
    models : at least one; what exceeds MOST_SERIES is left out, and the picture says so.
    """
    chance = Trace((0.0, 1.0), (0.0, 1.0), "no discrimination", None)
    x, y = Axis("false positive rate", 0.0, 1.0), Axis("true positive rate", 0.0, 1.0)
    said = "The further a curve is above the diagonal, the better it ranks."
    return _ranking("roc", title, models, "AUC", (x, y), chance, said)


def precision_recall(
    models: Sequence[RankingCurve], base_rate: float | None, title: str = "Precision and recall"
) -> Picture:
    """Return the curves of precision by recall in one plot.

    Parameters
    ----------
    models : at least one; what exceeds MOST_SERIES is left out, and the picture says so.
    base_rate : the precision of a model that cannot tell; None if the models have not all the same.
    """
    most = max((value for model in models for value in model.points.y), default=1.0)
    x = Axis("recall", 0.0, 1.0)
    y = Axis("precision", 0.0, 1.06 * most if 0.0 < most < ENLARGED else 1.0)
    chance, said = None, "The higher a curve is, the more of what it finds are events."
    if base_rate is not None:
        words = rounded(base_rate, None)
        chance = Trace((0.0, 1.0), (base_rate, base_rate), f"base rate {words}", None)
        said = f"A model that cannot tell has a precision of {words} everywhere."
    return _ranking("precision-recall", title, models, "average precision", (x, y), chance, said)


def _ranking(
    name: str,
    title: str,
    models: Sequence[RankingCurve],
    quantity: str,
    of: tuple[Axis, Axis],
    chance: Trace | None,
    said: str,
) -> Picture:
    shown = models[:MOST_SERIES]
    several = len(shown) > 1
    marks: list[Mark] = [] if chance is None else [chance]
    if not several:
        marks += [
            Trace(model.hull.x, model.hull.y, "convex hull", None, dashes=0)
            for model in shown
            if model.hull is not None
        ]
    marks += [
        Trace(
            model.points.x,
            model.points.y,
            model.model if several else _label(model, quantity),
            series,
            is_named=several,
        )
        for series, model in enumerate(shown)
    ]
    described = " ".join(f"{_label(model, quantity)}." for model in shown)
    rows = tuple((harmless(model.model), *_value(model)) for model in shown)
    return Picture(
        name,
        title,
        f"{described} {said}",
        (Panel("", *of, tuple(marks), height=0.8),),
        left_out(models),
        (Numbers(title, ("model", quantity, "interval"), rows),),
    )


def _label(model: RankingCurve, quantity: str) -> str:
    """Return the name, and the value with its interval."""
    value, interval = _value(model)
    return f"{model.model}: {quantity} {value}{f' [{interval}]' if interval else ''}"


def _value(model: RankingCurve) -> tuple[str, str]:
    if model.value is None:
        return "undefined", ""
    if model.lower is None or model.upper is None:
        return rounded(model.value, None), ""
    half = (model.upper - model.lower) / 2.0
    ends = f"{rounded(model.lower, half)}, {rounded(model.upper, half)}"
    return rounded(model.value, half), ends
