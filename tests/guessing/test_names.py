"""What names of columns suggest."""

import pytest

from cecli.guessing.names import (
    DOUBTFUL_PROB_NAMES,
    LABEL_NAMES,
    PROB_NAMES,
    RULES,
    Suggestion,
    suggested,
    words_of,
)

NAMED = {
    Suggestion.LABEL: ["TARGET", "is_fraud", "hasChurned", "r1_outcome", "y_test", "true_class"],
    Suggestion.PROB: [
        "oof_prob", "y_proba_xgb", "pred_proba", "prob_1", "predict_proba_1", "score_1", "p(y=1)",
        "Probability", "p_model", "forest_prob",
    ],
    Suggestion.PREDICTED: ["y_hat", "yhat_xgb", "lgb_pred"],
    Suggestion.DECISION: ["pred_label", "predicted_class", "decision"],
    Suggestion.LOGIT: ["logits", "logit_a"],
    Suggestion.PERCENT: ["prob_pct"],
    Suggestion.LOG_PROB: ["log_prob", "token_logprob"],
    Suggestion.CONFIDENCE: ["conf", "top1_confidence"],
    Suggestion.ID: ["", "Unnamed: 0", "user_id", "target_id", "uid"],
    Suggestion.BESIDE: ["p_std", "prob_upper", "p_value"],
    Suggestion.NOTHING: ["price", "pclass", "segment"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("suggestion", "name"), [(s, name) for s, names in NAMED.items() for name in names]
)
def test_a_name_suggests_a_role_whatever_stands_before_and_after_it(suggestion, name):
    assert suggested(name).suggestion is suggestion


@pytest.mark.parametrize("label", sorted(LABEL_NAMES))
def test_every_usual_label_name_is_found_in_any_case(label):
    assert suggested(label.upper()).suggestion is Suggestion.LABEL
    assert suggested(f" {label}").is_usual


@pytest.mark.parametrize("prob", sorted(PROB_NAMES | DOUBTFUL_PROB_NAMES))
def test_every_usual_prob_name_is_found(prob):
    found = suggested(prob)
    assert found.suggestion in {Suggestion.PROB, Suggestion.PREDICTED}
    assert found.is_usual


def test_a_name_is_read_as_words():
    assert words_of("oofProb_XGB2") == ("oof", "prob", "xgb", "2")


def test_every_rule_has_a_reason():
    assert all(rule.reason for rule in RULES)
