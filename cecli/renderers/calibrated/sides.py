"""Thresholds, groups and models of a report on calibration, each beside the others."""

from collections.abc import Callable, Sequence

from cecli.core.errors import visible
from cecli.renderers.sheet import Grid
from cecli.report.reliability import AtThreshold
from cecli.report.result import Group, Result

# The results of a threshold, each with its heading.
SHOWN = {
    "predicted_positives": "q >= T",
    "precision": "precision",
    "recall": "recall",
    "specificity": "specificity",
    "f1": "f1",
    "mcc": "mcc",
    "lift": "lift",
    "true_positives": "TP",
    "false_positives": "FP",
    "false_negatives": "FN",
    "true_negatives": "TN",
}
# The results of a group, each with its heading.
OF_GROUPS = {
    "base_rate": "base_rate",
    "mean_prediction": "mean_prediction",
    "ecce": "ecce",
    "ecce_sigma": "ecce_sigma",
    "ecce_p_value": "p",
    "ecce_p_value_adjusted": "p (Holm)",
}
Cells = Callable[[Result], tuple[str, ...]]


def of_thresholds(found: Sequence[AtThreshold], cells: Cells) -> Grid:
    """Return one row per threshold.

    Parameters
    ----------
    cells : the name, value, standard error and bounds of a result, in words.
    """
    rows = []
    for each in found:
        results = {result.name: cells(result) for result in each.results}
        shown = (f"{results[name][1]} {results[name][3]}".rstrip() for name in SHOWN)
        rows.append((f"{each.threshold:.6g}", *shown))
    headings = ("threshold T", *SHOWN.values())
    return Grid(headings, tuple(rows), frozenset(range(len(headings))))


def of_groups(groups: Sequence[Group], cells: Cells) -> Grid:
    """Return one row per group: whether it is calibrated."""
    rows = []
    for group in groups:
        results = {result.name: cells(result) for result in group.results}
        few = " (few)" if group.is_small else ""
        values = (results[name][1] for name in OF_GROUPS)
        keys = (visible(value) if value else "(empty)" for value in group.key.values())
        rows.append((*keys, f"{group.rows:,}{few}", *values))
    names = tuple(map(visible, groups[0].key))
    headings = (*names, "rows", *OF_GROUPS.values())
    return Grid(headings, tuple(rows), frozenset(range(len(names), len(headings))))


def of_models(models: Sequence[tuple[str, Sequence[Result]]], cells: Cells) -> Grid:
    """Return one row per metric, with its value for each model."""
    values = [{result.name: cells(result)[1] for result in results} for _, results in models]
    meanings = {result.name: result.meaning for _, results in models for result in results}
    rows = [
        (name, *(of_model.get(name, "") for of_model in values), meaning)
        for name, meaning in meanings.items()
    ]
    headings = ("metric", *(visible(name) for name, _ in models), "what it is")
    last = len(headings) - 1
    return Grid(headings, tuple(rows), frozenset(range(1, last)), remark=last)
