"""The change of the loss row by row, and whether its rows are those of both reports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cecli.columns.bad_rows import Reason
from cecli.commands.check.figures import Figure, Figures, Json, figures_of
from cecli.commands.check.rule import ROWS, SKIPPED
from cecli.core.errors import InputError, visible
from cecli.core.remarks import ZERO_WEIGHT, counted

LOSS = "cross_entropy"
LEFT_OUT = frozenset({ZERO_WEIGHT, *(reason.remark for reason in Reason)})


@dataclass(frozen=True)
class Change:
    """The mean change of the loss of a row.

    Attributes
    ----------
    figure : the change, with the interval of the differences.
    is_none : whether no row's loss has changed.
    size : of the losses.
    """

    figure: Figure
    is_none: bool = False
    size: float = 0.0


@dataclass(frozen=True)
class Pairs:
    """A comparison, row by row, of the baseline's predictions with those that are checked.

    Attributes
    ----------
    change : of the cross-entropy.
    strays : why its rows are not those of both reports; empty if they are.
    skipped : how many rows of both reports were skipped.
    figures : the metrics of the comparison itself, such as the ratio of two perplexities.
    """

    change: Change
    strays: str
    skipped: float
    figures: Mapping[str, Figure] = field(default_factory=dict)

    def change_of(self, metric: str) -> Change | None:
        """Return the change of a metric; None if it is not known row by row."""
        return self.change if metric == LOSS else None


def pairs_of(report: Json, name: str, current: Figures, baseline: Figures) -> Pairs:
    """Return the pairs of a comparison that was validated against the JSON contract.

    Raises
    ------
    InputError
        If the report is not a comparison of two models in the units of both reports.
    """
    compared = figures_of(report, name)
    change = _change_of(compared)
    if compared.units != current.units:
        what = f"the units of the comparison are {compared.units}, but those of {current.name} are "
        raise InputError(what + current.units, name, "compare in the units of the reports")
    strays = next(_strays(compared, current, baseline), "")
    if strays and (places := _left_out(report)):
        strays += f" (left out: {places})"
    skipped = current.counts[SKIPPED] + baseline.counts[SKIPPED]
    return Pairs(change, strays, skipped, compared.metrics)


def _change_of(compared: Figures) -> Change:
    metrics = compared.metrics
    if "difference" not in metrics:
        hint = "make it by cecli compare OLD NEW"
        raise InputError("the report is not a comparison of two models", compared.name, hint)
    moved = [metrics.get(f"share_{side}", Figure(None)).value for side in ("better", "worse")]
    losses = (metrics.get(f"{LOSS}_{side}", Figure(None)).value for side in ("baseline", "model"))
    return Change(
        metrics["difference"],
        is_none=moved == [0.0, 0.0] and metrics["difference"].value == 0.0,
        size=max(abs(loss or 0.0) for loss in losses),
    )


def _strays(compared: Figures, current: Figures, baseline: Figures) -> Iterator[str]:
    """Yield how the rows of a comparison differ from those of the two reports.

    Sums are exact. So the same rows, with the same weights, have the same loss to the last digit.
    """
    for figures, side in ((baseline, "baseline"), (current, "model")):
        if (figures.counts[ROWS], figures.weight) != (compared.counts[ROWS], compared.weight):
            yield f"the pairs are {_extent(compared)}, but {figures.name} has {_extent(figures)}"
        loss, in_pairs = (
            of.metrics.get(metric, Figure(None)).value
            for of, metric in ((figures, LOSS), (compared, f"{LOSS}_{side}"))
        )
        if loss != in_pairs:
            yield (
                f"{LOSS} of {figures.name} is {loss!r}, but {in_pairs!r} in the pairs, which "
                "have the weights of the baseline"
            )


def _extent(figures: Figures) -> str:
    return f"{counted(int(figures.counts[ROWS]), 'row')} of weight {figures.weight:.15g}"


def _left_out(report: Json) -> str:
    """Return the places of the first rows that are in no pair."""
    found = [
        (places, count)
        for notice in report["notices"]
        if notice["code"] in LEFT_OUT and (places := notice.get("places") or notice["rows"])
        and (count := notice["count"] or 0)
    ]  # fmt: skip
    listed = [visible(str(place)) for places, _ in found for place in places]
    more = sum(count for _, count in found) > len(listed)
    return ", ".join([*listed, *["…"] * more])
