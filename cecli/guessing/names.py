"""What the name of a column suggests: a table of rules, the first that holds decides.

A name is read as words: `y_proba_xgb` is y, proba, xgb, and `oofProb` is oof, prob.
"""

import re
from collections.abc import Callable, Set
from enum import StrEnum
from functools import cache

from cecli.core.dataclasses import dataclass

# Usual names, folded.
LABEL_NAMES = frozenset({
    "label", "labels", "y", "y_true", "ytrue", "true", "target", "class", "outcome", "actual",
    "truth", "ground_truth", "observed", "true_label",
})  # fmt: skip
PROB_NAMES = frozenset({
    "prob", "probs", "p", "q", "proba", "probability", "y_prob", "y_proba", "p_hat", "phat",
    "y_score", "score", "prediction", "p1", "predicted_probability",
})  # fmt: skip
# These may also name decisions, so they are used only if no other name suggests a probability.
DOUBTFUL_PROB_NAMES = frozenset({"y_hat", "yhat", "y_pred", "pred", "predicted"})
LOG_PROB_NAMES = frozenset({
    "logprob", "logprobs", "log_prob", "log_probs", "log_probability", "token_logprob",
    "token_logprobs", "lp",
})  # fmt: skip
# A weight of k rows is another thing than k rows, so the two have options of their own.
COUNT_NAMES = frozenset({"count", "counts", "n", "freq", "frequency", "frequencies"})
WEIGHT_NAMES = frozenset({"weight", "weights", "w", "sample_weight", "wt"})

# Words in longer names.
PROB_WORDS = frozenset(
    {"prob", "probs", "proba", "probas", "probability", "probabilities", "phat", "oof"}
)
LABEL_WORDS = frozenset({
    "label", "labels", "target", "truth", "true", "actual", "outcome", "observed", "gt", "ytrue",
    "gold", "class", "happened", "won", "obs", "correct",
})  # fmt: skip
PREDICTED_WORDS = frozenset({
    "pred", "preds", "predicted", "prediction", "predictions", "predict", "yhat", "ypred", "hat",
})  # fmt: skip
SCORE_WORDS = frozenset({"score", "scores", "risk", "forecast", "pop"})
# The names of labels that say whether a prediction was right.
RIGHT_WORDS = frozenset({"correct", "right", "hit", "acc", "accuracy", "match", "matches"})
DECISION_WORDS = frozenset({"decision", "decided", "thresholded", "binarized", "decisions"})
CONFIDENCE_WORDS = frozenset({"confidence", "conf"})
LOGIT_WORDS = frozenset({"logit", "logits", "logodds", "margin", "margins"})
PERCENT_WORDS = frozenset({"pct", "percent", "percentage", "perc"})
GROUP_WORDS = frozenset({
    "race", "group", "query", "qid", "session", "match", "game", "impression", "contest", "set",
})  # fmt: skip
ID_WORDS = frozenset({
    "id", "ids", "uuid", "uid", "key", "guid", "index", "idx", "no", "number", "row", "fold",
})  # fmt: skip
# What is about a prediction, and none itself.
BESIDE_WORDS = frozenset({
    "std", "sd", "se", "var", "variance", "stderr", "lower", "upper", "lo", "hi", "max", "min",
    "threshold", "entropy", "rank",
})  # fmt: skip
MODEL_NAMES = frozenset({"model", "model_name", "classifier", "algorithm", "estimator"})
TIME_WORDS = frozenset({
    "hour", "day", "week", "month", "year", "date", "time", "minute", "second", "timestamp", "age",
})  # fmt: skip
# What texts are called; a name of the second kind tells one only with the word of an identifier.
TEXT_WORDS = frozenset({"doc", "document", "article", "passage", "sequence", "seq"})
ALSO_TEXT_WORDS = frozenset({"text", "sample", "example", "prompt", "story", "chunk", "request"})
# What is seen several times, and whose rows are alike.
UNIT_WORDS = frozenset({
    "patient", "user", "customer", "subject", "person", "participant", "client", "member",
    "household", "visitor", "account", "device", "player", "student", "session",
})  # fmt: skip
TOKEN_NAMES = frozenset({"word", "token", "tokens", "tok", "token_id", "text_token"})


class Suggestion(StrEnum):
    """What a name suggests that its column is."""

    NOTHING = ""
    LABEL = "label"
    PROB = "prob"
    # Probabilities, or decisions made from them.
    PREDICTED = "predicted"
    DECISION = "decision"
    CONFIDENCE = "confidence"
    LOGIT = "logit"
    PERCENT = "percent"
    LOG_PROB = "log-prob"
    WEIGHT = "weight"
    COUNT = "count"
    MODEL = "model"
    ID = "id"
    BESIDE = "beside"


@dataclass(frozen=True)
class Suggested:
    """What a name suggests, and whether it is a usual name or only contains a usual word."""

    suggestion: Suggestion
    is_usual: bool = False


@dataclass(frozen=True)
class NameRule:
    """A rule about names: `holds` is given the folded name and its words, in order."""

    suggestion: Suggestion
    reason: str
    holds: Callable[[str, tuple[str, ...]], bool]
    is_usual: bool = False


def any_of(words: tuple[str, ...], known: Set[str]) -> bool:
    """Return whether a name has one of some words."""
    return not known.isdisjoint(words)


def usual(suggestion: Suggestion, names: frozenset[str]) -> NameRule:
    """Return the rule for usual names."""
    return NameRule(suggestion, "a usual name", lambda name, _: name in names, is_usual=True)


def word(suggestion: Suggestion, words: frozenset[str], reason: str) -> NameRule:
    """Return the rule for names that contain a word."""
    return NameRule(suggestion, reason, lambda _, found: any_of(found, words))


S = Suggestion
# Usual names first. Then the words that leave the least doubt.
RULES = (
    usual(S.LABEL, LABEL_NAMES),
    usual(S.PROB, PROB_NAMES),
    usual(S.PREDICTED, DOUBTFUL_PROB_NAMES),
    usual(S.LOG_PROB, LOG_PROB_NAMES),
    usual(S.COUNT, COUNT_NAMES),
    usual(S.WEIGHT, WEIGHT_NAMES),
    usual(S.MODEL, MODEL_NAMES),
    NameRule(
        S.ID, "a name without words, or an index that pandas or R wrote",
        lambda name, words: not words or name.startswith("unnamed: ") or "rownames" in words,
    ),
    NameRule(
        S.LOG_PROB, "log_prob has the word of a probability, too, and is none",
        lambda _, words: any_of(words, {"logprob", "logprobs", "logp"})
        or ("log" in words and any_of(words, PROB_WORDS)),
    ),
    NameRule(
        S.LOGIT, "logits are of models, and on another scale",
        lambda _, words: any_of(words, LOGIT_WORDS) or {"log", "odds"} <= set(words),
    ),
    NameRule(
        S.BESIDE, "a p-value is a probability of something else",
        lambda _, words: {"p", "value"} <= set(words) or "pvalue" in words,
    ),
    word(S.BESIDE, BESIDE_WORDS, "p_std, prob_upper: about a prediction, and none"),
    word(S.PERCENT, PERCENT_WORDS, "percentages, on another scale"),
    word(S.CONFIDENCE, CONFIDENCE_WORDS, "a confidence may be about the predicted class"),
    word(S.PROB, PROB_WORDS, "oof_prob, pred_proba, prob_1: it is a probability, whatever else"),
    word(S.DECISION, DECISION_WORDS, "a decision is no observation"),
    NameRule(
        S.DECISION, "pred_label, predicted_class: a label that was predicted is a decision",
        lambda _, words: any_of(words, PREDICTED_WORDS)
        and any_of(words, LABEL_WORDS - {"target", "outcome"} | {"cls"}),
    ),
    word(S.PREDICTED, PREDICTED_WORDS, "y_hat, xgb_pred: probabilities, or decisions"),
    word(S.WEIGHT, frozenset({"weight", "weights"}), "sampling_weight"),
    NameRule(
        S.ID, "an identifier, even if it has another usual word: target_id",
        lambda _, words: any_of(words, ID_WORDS),
    ),
    word(S.PROB, SCORE_WORDS, "risk_score, forecast: a model's"),
    word(S.LABEL, LABEL_WORDS, "TARGET_FLAG, readmitted_outcome: what was observed"),
    NameRule(
        S.PROB, "p_model, p(y=1), model_p",
        lambda _, words: "p" in (words[0], words[-1]),
    ),
    NameRule(
        S.LABEL, "is_fraud, has_churned, y_test: yes or no, or the letter of labels",
        lambda _, words: words[0] in {"is", "has", "was", "did"} or "y" in words,
    ),
)  # fmt: skip

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")


@cache
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, folded.

    Examples
    --------
    >>> words_of("oofProb_XGB"), words_of("p(y=1)")
    (('oof', 'prob', 'xgb'), ('p', 'y', '1'))
    """
    return tuple(found.casefold() for found in _WORD.findall(name))


@cache
def suggested(name: str) -> Suggested:
    """Return what a name suggests.

    Examples
    --------
    >>> suggested("oof_prob").suggestion, suggested("pred_label").suggestion
    (<Suggestion.PROB: 'prob'>, <Suggestion.DECISION: 'decision'>)
    """
    folded, words = name.strip().casefold(), words_of(name)
    for rule in RULES:
        if rule.holds(folded, words):
            return Suggested(rule.suggestion, rule.is_usual)
    return Suggested(Suggestion.NOTHING)


def is_group(name: str) -> bool:
    """Return whether a name suggests groups of rows that belong together, such as a race."""
    return not GROUP_WORDS.isdisjoint(words_of(name))


def names_texts(name: str) -> bool:
    """Return whether a name suggests a column that tells which text a token is of.

    Examples
    --------
    >>> [name for name in ("doc", "doc_id", "text", "text_id", "doc_pos") if names_texts(name)]
    ['doc', 'doc_id', 'text_id']
    """
    words = frozenset(words_of(name))
    rest = words - TEXT_WORDS - ALSO_TEXT_WORDS
    if not rest <= ID_WORDS - {"no", "number", "row", "fold"}:
        return False
    return bool(words & TEXT_WORDS) or (bool(words & ALSO_TEXT_WORDS) and bool(rest))


def names_units(name: str) -> bool:
    """Return whether a name suggests a column that tells which person, or alike, a row is of.

    Examples
    --------
    >>> [name for name in ("patient", "user_id", "customerID", "user_age") if names_units(name)]
    ['patient', 'user_id', 'customerID']
    """
    words = frozenset(words_of(name))
    return bool(words & UNIT_WORDS) and words - UNIT_WORDS <= ID_WORDS


def weighs(name: str) -> bool:
    """Return whether a name is a usual one of weights or of counts."""
    return name.strip().casefold() in WEIGHT_NAMES | COUNT_NAMES


def suggests_id(name: str) -> bool:
    """Return whether a name suggests an identifier."""
    return suggested(name).suggestion is Suggestion.ID
