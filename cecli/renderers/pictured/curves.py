"""ROC, precision by recall and cumulative differences of a report on calibration."""

from collections.abc import Sequence

from cecli.pictures.calibration import cumulative_difference
from cecli.pictures.picture import Picture
from cecli.pictures.ranking import precision_recall, roc_curve
from cecli.renderers.pictured.models import curves_in, in_order, metric_of, model_name
from cecli.renderers.sheet import inputs
from cecli.report.curves import (
    CumulativeDifference,
    PrecisionRecallCurve,
    RankingCurve,
    RocCurve,
)
from cecli.report.document import ReportDocument


def roc_of(document: ReportDocument) -> Picture | None:
    """Return the ROC curves of a report; None if it has none."""
    found = in_order(document, curves_in(document).roc)
    if not found:
        return None
    return roc_curve(_ranked(document, found, "auc"), f"ROC curve: {inputs(document.input.paths)}")


def precision_recall_of(document: ReportDocument) -> Picture | None:
    """Return the curves of precision by recall of a report; None if it has none."""
    found = in_order(document, curves_in(document).precision_recall)
    if not found:
        return None
    title = f"Precision and recall: {inputs(document.input.paths)}"
    ranked = _ranked(document, found, "average_precision")
    rates = {metric_of(document, curve.of, "base_rate")[0] for curve in found}
    base_rate = rates.pop() if len(rates) == 1 else None
    return precision_recall(ranked, base_rate, title)


def _ranked(
    document: ReportDocument, curves: Sequence[RocCurve | PrecisionRecallCurve], metric: str
) -> list[RankingCurve]:
    found = []
    for curve in curves:
        value, interval = metric_of(document, curve.of, metric)
        ends = (None, None) if interval is None else (interval.lower, interval.upper)
        hull = curve.hull if isinstance(curve, RocCurve) else None
        name = model_name(document, curve.of)
        found.append(RankingCurve(name, curve.points, value, *ends, hull=hull))
    return found


def cumulative_of(document: ReportDocument) -> Picture | None:
    """Return the cumulative differences of a report; None if it has none."""
    found = in_order(document, curves_in(document).cumulative)
    if not found:
        return None
    walks = [
        CumulativeDifference(
            model_name(document, curve.of),
            curve.points,
            curve.limit,
            curve.level,
            metric_of(document, curve.of, "ecce")[0],
            metric_of(document, curve.of, "ecce_p_value")[0],
        )
        for curve in found
    ]
    return cumulative_difference(walks, f"Cumulative difference: {inputs(document.input.paths)}")
