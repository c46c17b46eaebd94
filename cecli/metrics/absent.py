"""Metrics of other tools that cecli does not have, and what it has in their place."""

CALIBRATION = (
    "it depends on bins; calibration_loss of cecli fit --model isotonic needs none, and "
    "observed_expected compares the totals"
)
RANKING = (
    "it sees the order of the predictions alone; skill and cross_entropy judge order and "
    "calibration together"
)
THRESHOLD = "it depends on a threshold; accuracy has that of the likelier class"

ABSENT = {
    "ece": CALIBRATION,
    "mce": CALIBRATION,
    "ace": CALIBRATION,
    "expected calibration error": CALIBRATION,
    "auc": RANKING,
    "auroc": RANKING,
    "roc auc": RANKING,
    "c statistic": RANKING,
    "c index": RANKING,
    "gini": RANKING,
    "ks": RANKING,
    "pr auc": RANKING,
    "average precision": RANKING,
    "f1": THRESHOLD,
    "precision": THRESHOLD,
    "recall": THRESHOLD,
    "mcc": THRESHOLD,
}
