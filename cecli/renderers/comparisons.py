"""Comparisons for people: their conclusions in one line, and models and groups in tables."""

from collections.abc import Callable, Mapping, Sequence

from cecli.core.dataclasses import dataclass
from cecli.core.errors import visible
from cecli.report.grouped.table import GroupTable
from cecli.report.parts import Comparison, ModelSet
from cecli.report.report import Report
from cecli.report.result import Group, Result

# The metrics of a model, each with its heading.
SHOWN = {
    "difference": "difference",
    "p_value_adjusted": "p (Holm)",
    "p_noninferiority_adjusted": "p not worse (Holm)",
    "p_equivalence_adjusted": "p equivalent (Holm)",
    "cross_entropy_model": "cross_entropy",
    "perplexity_ratio": "perplexity ratio",
    "share_better": "better",
    "share_worse": "worse",
    "rows_needed": "rows needed",
    "clusters_needed": "clusters needed",
    "groups_needed": "groups needed",
    "smallest_detectable_difference": "detectable",
    "e_value": "e-value",
}


def verdicts(report: Report) -> str:
    """Return the title of a report on comparisons: their conclusions in words."""
    parts = (report.confidence_set, *report.comparisons)
    return "; ".join(part.sentence for part in parts if part is not None)


BEST = ("model", "cross_entropy", "p best", "may be best")


def best_models(
    found: ModelSet, number: Callable[[float], str], p_value: Callable[[float], str]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the headings and one row for each model, that with the least loss first."""
    rows = (
        (
            visible(model.model),
            "" if model.loss is None else number(model.loss),
            p_value(model.p_value),
            "yes" if model.may_be_best else "no",
        )
        for model in found.models
    )
    return BEST, tuple(rows)


def models(
    comparisons: Sequence[Comparison], cells: Callable[[Result], tuple[str, ...]], interval: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the headings and one row per model, the baseline first.

    Parameters
    ----------
    cells : the name, value, standard error and bounds of a result, in words.
    interval : the heading of the column of intervals.
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


# The metrics that are shown beside a group's first metric and its interval.
OF_SCORES = (
    "skill", "observed_expected", "bits_per_byte", "loss_share", "gap_share", "conditional_entropy",
    "mutual_information",
)  # fmt: skip
# A divergence has this metric, and the question is another than of a score.
OF_DIVERGENCE = "reverse_kl"
# The metrics of a model in a group, each with its heading.
OF_COMPARISONS = {
    "difference": "difference",
    "p_value": "p",
    "p_value_adjusted": "p (Holm)",
    "cross_entropy_baseline": "baseline loses",
    "cross_entropy_model": "model loses",
    "share_better": "better",
    "contribution": "contribution",
    "difference_share": "share",
}


@dataclass(frozen=True)
class CellsOfGroups:
    """Functions that format results.

    Attributes
    ----------
    of : the name, value, standard error and bounds of a result, in words.
    few : the same with fewer digits.
    number : a plain number.
    """

    of: Callable[[Result], tuple[str, ...]]
    few: Callable[[Result], tuple[str, ...]]
    number: Callable[[float], str]


@dataclass(frozen=True)
class Lines:
    """Headings, rows of as many cells, and the number of leading columns that hold text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int


def of_scores(groups: Sequence[Group], cells: CellsOfGroups) -> Lines:
    """Return the loss of each group, its interval, and its share of the total."""
    keys, first = tuple(groups[0].key), _main(groups[0])
    shown = [name for name in OF_SCORES if name in groups[0].metrics]
    rows = []
    # A table makes only the results that are shown.
    some = groups.only({first.name, *shown}) if isinstance(groups, GroupTable) else groups
    for group in some:
        results = _by_name(group)
        _, value, _, bounds, _ = cells.of(results[first.name])
        few = (cells.few(results[name])[1] for name in shown)
        rows.append((*_keys(group), _rows(group), value, bounds, *few))
    level = 0.0 if first.interval is None else first.interval.level
    headings = (*map(visible, keys), "rows", first.name, f"{100 * level:g}% interval", *shown)
    return Lines(headings, tuple(rows), len(keys))


def _main(group: Group) -> Result:
    """Return the result that groups are about: the divergence, or the loss."""
    results = _by_name(group)
    return results["kl"] if OF_DIVERGENCE in results else group.results[0]


def of_comparisons(
    groups: Sequence[Group], comparisons: Sequence[Comparison], cells: CellsOfGroups, interval: str
) -> Lines:
    """Return the contribution of each group to the difference, one line per group and model.

    Parameters
    ----------
    interval : the heading of the column of intervals.
    """
    models = [comparison.model for comparison in comparisons]
    several, is_weighted = len(models) > 1, any(group.weight != group.rows for group in groups)
    unused = "p_value" if len(models) * len(groups) > 1 else "p_value_adjusted"
    shown = [name for name in OF_COMPARISONS if name != unused]
    headings = [*map(visible, groups[0].key), *["model"] * several]
    texts = len(headings)
    headings += ["rows", *["weight"] * is_weighted]
    for name in shown:
        headings.append(OF_COMPARISONS[name])
        headings += ["std. error", interval] if name == "difference" else []
    rows = [
        (
            *_keys(group),
            *[visible(model)] * several,
            _rows(group),
            *[cells.number(group.weight)] * is_weighted,
            *_compared(_by_name(group), f"_{number}" if several else "", shown, cells),
        )
        for group in groups
        for number, model in enumerate(models, start=2)
    ]
    return Lines(tuple(headings), tuple(rows), texts)


def _compared(
    results: Mapping[str, Result], number: str, shown: Sequence[str], cells: CellsOfGroups
) -> list[str]:
    """Return the cells of one model, whose metrics end in its number."""
    row: list[str] = []
    for name in shown:
        result = results.get(f"{name}{number}") or results[name]
        row += cells.of(result)[1:4] if name == "difference" else [cells.few(result)[1]]
    return row


def _by_name(group: Group) -> dict[str, Result]:
    return {result.name: result for result in group.results}


def _keys(group: Group) -> list[str]:
    return [visible(value) if value else "(empty)" for value in group.key.values()]


def _rows(group: Group) -> str:
    return f"{group.rows:,}{' (few)' if group.is_small else ''}"
