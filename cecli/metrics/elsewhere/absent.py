"""Metrics of other tools that cecli does not have, and what it has in their place."""

ADAPTIVE = "ece of cecli calibration --strategy quantile has bins of about equal weight"
CONCORDANCE = "of labels it is auc, which cecli calibration reports"

ABSENT = {
    "ace": ADAPTIVE,
    "adaptive calibration error": ADAPTIVE,
    "c index": CONCORDANCE,
}
