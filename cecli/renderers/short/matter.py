"""The metrics that matter in a report, what people call them, and remarks on them.

`--all` shows the others, `--metrics` chooses, and JSON always has all of them.
"""

from collections.abc import Iterable, Mapping, Sequence

from cecli.renderers.summary.numbers import percentage
from cecli.report.report import Report
from cecli.report.result import Result

# In the order of the table. Of a command that is not here, all metrics matter but those left out.
MATTER: Mapping[str, tuple[str, ...]] = {
    "score": (
        "cross_entropy", "sklearn_log_loss", "xgboost_logloss", "lightgbm_logloss",
        "pytorch_loss", "keras_loss",
        "target_entropy", "kl", "skill", "brier", "rps", "auc", "accuracy",
        "observed_expected", "calibration_slope",
    ),
    "calibration": (
        "cross_entropy", "miscalibration", "miscalibration_lower", "miscalibration_upper",
        "discrimination", "discrimination_lower", "discrimination_upper", "uncertainty", "ecce",
        "smece", "observed_expected", "calibration_slope", "auc", "auc_lower", "auc_upper",
    ),
    "kl": (
        "cross_entropy", "entropy", "kl", "kl_lower", "reverse_kl", "reverse_kl_lower", "jeffreys",
        "js_divergence", "js_divergence_lower", "known_p", "total_variation", "kl_p99", "kl_max",
        "kl_above", "kl_expected", "homogeneity_p_value",
        "top1_agreement", "top5_overlap", "perplexity_p", "perplexity_q", "perplexity_ratio",
        "delta_p_rms",
    ),
    "drift": (
        "loss_reference", "loss_current", "loss_change", "population", "calibration", "refinement",
    ),
    "entropy": (
        "entropy", "entropy_miller_madow", "perplexity", "categories", "efficiency",
        "conditional_entropy", "mutual_information", "independence_p_value",
    ),
}  # fmt: skip
OF_TOKENS = (
    "cross_entropy", "perplexity", "bits_per_byte", "byte_perplexity", "word_perplexity",
)  # fmt: skip
LEFT_OUT = frozenset({
    "log_likelihood", "calibrated_log_likelihood", "likelihood_ratio", "effective_rows",
    "share_equal",
})  # fmt: skip
# Of hard labels, the entropy is 0 and the divergence is the loss.
OF_SOFT_LABELS = frozenset({"target_entropy", "kl"})

# What people call a metric; the names are known wherever a metric is named. Where distributions are
# compared or uncertain, the names are those of the field already.
CALLED = {
    "cross_entropy": "log loss",
    "brier": "Brier score",
    "auc": "AUC",
    "observed_expected": "observed/expected",
    "calibration_slope": "calibration slope",
}
BY_THEIR_NAMES = frozenset({"kl", "entropy"})
# Metrics that are shares, and are shown in percent.
SHARES = frozenset({
    "accuracy", "base_rate", "mean_prediction", "loss_share", "row_share", "gap_share",
    "top_1pct_loss_share", "top_row_loss_share", "share_better", "share_worse", "share_equal",
    "kl_above", "efficiency", "recall", "precision", "specificity",
    "top1_agreement", "top5_overlap", "top10_overlap", "known_p", "known_q",
    "missing_reference", "missing_current", "new_share", "vanished_share",
})  # fmt: skip
REMARKS = {
    "calibration_slope": "1 = calibrated",
    "slope": "1 = calibrated",
    "temperature": "1 = calibrated",
    "intercept": "0 = calibrated",
    "miscalibration": "what recalibration wins here",
    "discrimination": "knowledge beyond the base rate",
    "uncertainty": "loss of the best constant",
}
REMARKS_ON_DRIFT = {
    "population": "other predictions than before",
    "calibration": "the same predictions mean something else",
    "refinement": "how certain labels are, given predictions",
}
REMARKS_ON_DISTRIBUTIONS = {
    "cross_entropy": "H(p, q)",
    "entropy": "H(p)",
    "kl": "KL(p||q)",
    "kl_lower": "KL(p||q) is at least this",
    "reverse_kl": "KL(q||p)",
    "reverse_kl_lower": "KL(q||p) is at least this",
    "known_p": "of p is on the tokens that both lists have",
    "jeffreys": "KL(p||q) + KL(q||p)",
    "kl_expected": "kl by chance, of one distribution",
    "top1_agreement": "both find the same one likeliest",
    "top5_overlap": "of the five likeliest",
    "perplexity_ratio": "perplexity_q / perplexity_p",
}


def that_matter(
    report: Report, results: Iterable[Result], of: Sequence[str] | None = None
) -> list[Result]:
    """Return some results of a report as far as they matter, in the order of the table.

    Parameters
    ----------
    of : the names of those that could matter, if they are not those of the command.
    """
    found = {result.name: result for result in results}
    of_score = OF_TOKENS if report.task == "tokens" else MATTER.get(report.command)
    names = of or (None if report.command == "compare" else of_score)
    if names is None:
        return [result for name, result in found.items() if name not in LEFT_OUT]
    is_hard = report.command == "score" and not report.metrics.get("target_entropy")
    unwanted = OF_SOFT_LABELS if is_hard else frozenset()
    return [found[name] for name in names if name in found and name not in unwanted]


def called(report: Report, name: str) -> str:
    """Return what people call a metric."""
    return name if report.command in BY_THEIR_NAMES else CALLED.get(name, name)


def remark(report: Report, result: Result) -> str:
    """Return a few words on a result."""
    if result.place:
        return f"at {result.place}"
    if report.command == "drift":
        return REMARKS_ON_DRIFT.get(result.name, "")
    if report.command == "kl":
        return REMARKS_ON_DISTRIBUTIONS.get(result.name, "")
    return _always(report) if result.name == "accuracy" else REMARKS.get(result.name, "")


def _always(report: Report) -> str:
    """Return the accuracy of the prediction that is always the most frequent class."""
    shares = _shares(report)
    if not shares:
        return ""
    name = max(shares, key=shares.__getitem__)
    return f'always "{name}": {percentage(shares[name], None)}%'


def _shares(report: Report) -> dict[str, float]:
    """Return the share of each class; nothing for soft labels."""
    if report.metrics.get("target_entropy") != 0.0:
        return {}
    rate = report.metrics.get("base_rate")
    if rate is not None and len(report.classes) == 2:
        return dict(zip(report.classes, (1.0 - rate, rate), strict=True))
    of_classes = (
        (group.key["class"], group.metrics.get("base_rate")) for group in report.per_class
    )
    return {name: share for name, share in of_classes if share is not None}
