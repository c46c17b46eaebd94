"""Traps: tables without predictions, and rows that are too few to stand for all.

A docstring says why a number that would be tempting is wrong.
"""

import numpy as np

from first_contact.making import (
    ROWS,
    bits,
    events,
    loss,
    of_shape,
    sample,
    table,
    words,
)

INDEX = range(ROWS)


@of_shape("trap: a table of something else")
def a_curve(draw):
    """Rates at thresholds: there are no predictions."""
    steps = np.linspace(1, 0, ROWS).round(4)
    columns = {"fpr": (1 - steps).round(4), "tpr": np.sqrt(1 - steps).round(4), "threshold": steps}
    return sample({"roc.csv": table(columns)})


@of_shape("trap: a table of something else")
def a_reliability_diagram(draw):
    """Rows are bins."""
    middle = ((np.arange(10) + 0.5) / 10).round(3)
    columns = {
        "prob_pred": middle,
        "prob_true": (middle**1.2).round(4),
        "count": draw.integers(10, 99, 10),
    }
    return sample({"calibration.csv": table(columns)})


@of_shape("trap: a table of something else")
def a_report_of_classes(draw):
    """Precision and recall are in [0, 1], too."""
    names = ("cat", "dog", "fox", "owl")
    columns = {"class": names}
    columns |= {name: draw.random(4).round(2) for name in ("precision", "recall", "f1-score")}
    return sample({"report.csv": table(columns | {"support": draw.integers(9, 99, 4)})})


@of_shape("trap: a table of something else")
def a_leaderboard(draw):
    """Rows are models."""
    columns = {"model": [f"m{k}" for k in range(12)], "auc": draw.random(12).round(4)}
    columns |= {"score": draw.random(12).round(4), "label": words(bits(draw, 12), "new", "old")}
    return sample({"leaderboard.csv": table(columns)})


@of_shape("trap: most rows would be skipped")
def words_for_predictions(draw):
    """To skip bad rows would skip all of them."""
    y, p = events(draw)
    columns = {"y": y.astype(int), "pred": words(p >= 0.5, "ham", "spam")}
    return sample({"spam.csv": table(columns)})


@of_shape("trap: most rows would be skipped")
def labels_that_hardly_any_row_has(draw):
    """Four of ninety rows have a label."""
    y, p = events(draw)
    known = np.arange(ROWS) % 25 == 3
    shown = [str(int(one)) if there else "?" for one, there in zip(y, known, strict=True)]
    columns = {"id": INDEX, "label": shown, "prob": p}
    return sample({"semi.csv": table(columns)}, of_four_rows=loss(y[known], p[known]))


@of_shape("trap: most rows would be skipped")
def predictions_that_hardly_any_row_has(draw):
    """Most rows have no prediction, and say so in words."""
    y, p = events(draw)
    known = np.arange(ROWS) % 12 == 5
    shown = [str(one) if there else "not scored" for one, there in zip(p, known, strict=True)]
    columns = {"label": y.astype(int), "prob": shown}
    return sample({"partial.csv": table(columns)}, of_few_rows=loss(y[known], p[known]))


@of_shape("trap: most rows would be skipped")
def expected_counts_that_are_seldom_below_1(draw):
    """`prediction` counts claims: the rows below 1 are no sample."""
    y, _ = events(draw)
    expected = draw.gamma(3.0, 1.2, ROWS).round(3) + 0.05
    few = expected <= 1
    columns = {"y": y.astype(int), "prediction": expected}
    return sample({"poisson.csv": table(columns)}, of_few_rows=loss(y[few], expected[few]))


@of_shape("trap: most rows would be skipped")
def a_missing_code_in_most_rows(draw):
    """-1 stands for no prediction, in nine rows of ten."""
    y, p = events(draw)
    known = np.arange(ROWS) % 10 == 4
    shown = np.where(known, p, -1.0)
    columns = {"y_true": y.astype(int), "y_prob": shown}
    return sample({"sparse.csv": table(columns)}, of_few_rows=loss(y[known], p[known]))
