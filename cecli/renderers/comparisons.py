"""Comparisons for people: their verdicts in one line, and several models in one table."""

from collections.abc import Callable, Sequence

from cecli.comparison import Comparison
from cecli.errors import visible
from cecli.report import Result

# The metrics of a model, each with its heading.
SHOWN = {
    "difference": "difference",
    "p_value_adjusted": "p (Holm)",
    "p_noninferiority_adjusted": "p not worse (Holm)",
    "p_equivalence_adjusted": "p equivalent (Holm)",
    "cross_entropy_model": "cross_entropy",
    "share_better": "better",
    "share_worse": "worse",
    "rows_needed": "rows needed",
    "clusters_needed": "clusters needed",
}


def verdicts(comparisons: Sequence[Comparison]) -> str:
    """Return what is read first."""
    return "; ".join(comparison.sentence for comparison in comparisons)


def models(
    comparisons: Sequence[Comparison], cells: Callable[[Result], tuple[str, ...]], interval: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return headings and one row a model, the baseline first.

    Parameters
    ----------
    cells : the name, value, standard error and bounds of a result, in words.
    interval : how the column of intervals is headed.
    """
    names = [n for n in SHOWN if any(r.name == n for c in comparisons for r in c.results)]
    headings = ["model", "verdict"]
    for name in names:
        headings += [SHOWN[name], "std. error", interval] if name == "difference" else [SHOWN[name]]
    rows = [_baseline(comparisons[0], names, cells)]
    rows += [_model(comparison, names, cells) for comparison in comparisons]
    return tuple(headings), tuple(rows)


def _baseline(
    comparison: Comparison, names: Sequence[str], cells: Callable[[Result], tuple[str, ...]]
) -> tuple[str, ...]:
    loss = next(r for r in comparison.results if r.name == "cross_entropy_baseline")
    row = [visible(comparison.baseline), "baseline"]
    for name in names:
        value = cells(loss)[1] if name == "cross_entropy_model" else ""
        row += ["", "", ""] if name == "difference" else [value]
    return tuple(row)


def _model(
    comparison: Comparison, names: Sequence[str], cells: Callable[[Result], tuple[str, ...]]
) -> tuple[str, ...]:
    results = {result.name: result for result in comparison.results}
    row = [visible(comparison.model), str(comparison.verdict)]
    for name in names:
        shown = cells(results[name])[1:4] if name in results else ("", "", "")
        row += shown if name == "difference" else shown[:1]
    return tuple(row)
