"""What is proposed for a file, what is taken, and what is refused: a table of small files."""

import numpy as np
import pytest

from cecli.columns.numbers import Scale
from cecli.guessing.case import Case
from cecli.guessing.evidence import look
from cecli.guessing.guess import guess
from cecli.guessing.proposal import Asking
from cecli.readers.in_memory import FrameTable

ROWS = 200
DRAW = np.random.default_rng(7)
P = DRAW.beta(1.0, 1.5, ROWS)
Y = (DRAW.random(ROWS) < P).astype(int)
OTHER = np.clip(P + DRAW.normal(0.0, 0.1, ROWS), 0.01, 0.99)
NAMES = np.array(["cat", "dog", "fox"])
Q = DRAW.dirichlet([1.0, 1.0, 1.0], ROWS)
K = np.array([DRAW.choice(3, p=q) for q in Q])
LOGIT = np.log(P / (1.0 - P))
NOISE = DRAW.random(ROWS)


def words(y, no, yes):
    return np.where(y == 1, yes, no)


def one_each(pattern, values, names=NAMES):
    """Return a column for each class, called after a pattern."""
    return {pattern.replace("*", str(name)): values[:, k] for k, name in enumerate(names)}


def guessed(columns, **given):
    return guess(Case(look(FrameTable(columns)), given), Asking("score"))


# What there is no doubt about, and what is taken.
TAKEN = {
    "usual names": ({"y": Y, "p": P}, {"label": "y", "prob": ("p",)}),
    "a prefix": ({"TARGET": Y * 1.0, "oof_prob": P}, {"label": "TARGET", "prob": ("oof_prob",)}),
    "an index": ({"Unnamed: 0": range(ROWS), "y": Y, "y_hat": P},
                 {"label": "y", "prob": ("y_hat",)}),
    "a decision beside": ({"y_true": Y, "y_pred": (P > 0.5) * 1, "y_proba_xgb": P},
                          {"label": "y_true", "prob": ("y_proba_xgb",)}),
    "words": ({"label": words(Y, "no", "yes"), "prob": P},
              {"label": "label", "prob": ("prob",), "positive": "yes"}),
    "-1 and 1": ({"y": Y * 2 - 1, "score": P},
                 {"label": "y", "prob": ("score",), "positive": "1"}),
    "a column for each of two": ({"label": Y, "prob_0": 1.0 - P, "prob_1": P},
                                 {"label": "label", "prob": ("prob_1",)}),
    "soft labels": ({"target": OTHER, "pred": P}, {"target": ("target",), "prob": ("pred",)}),
    "a rounded column for each of two": (
        {"label": Y, "prob_0": np.round(1.0 - P + 0.0004, 3), "prob_1": np.round(P, 3)},
        {"label": "label", "prob": ("prob_1",)}),
    "classes": ({"label": NAMES[K], **one_each("p_*", Q)}, {"label": "label", "prob": ("p_*",)}),
    "logits by name": ({"y": Y, "logit": LOGIT},
                       {"label": "y", "prob": ("logit",), "scale": Scale.LOGIT}),
    "percentages by name": ({"y": Y, "prob_pct": 100.0 * P},
                            {"label": "y", "prob": ("prob_pct",), "scale": Scale.PERCENT}),
}  # fmt: skip
# What is proposed first, and not taken.
PROPOSED = {
    "a label by its values": ({"churned": Y, "prob": P}, {"label": "churned", "prob": ("prob",)}),
    "the probability of class 0": ({"label": Y, "prob_0": 1.0 - P},
                                   {"label": "label", "prob": ("prob_0",), "positive": "0"}),
    "the probability of a word": ({"answer": words(Y, "no", "yes"), "prob_no": 1.0 - P},
                                  {"label": "answer", "prob": ("prob_no",), "positive": "no"}),
    "logits by their values": ({"y": Y, "score": LOGIT},
                               {"label": "y", "prob": ("score",), "scale": Scale.LOGIT}),
    "one of several models": ({"y": Y, "pred_a": P, "pred_b": OTHER},
                              {"label": "y", "prob": ("pred_a",)}),
    "one of several models that have names of their own": (
        {"churned_label": words(Y, "no", "yes"), "lasso": P, "boosting": OTHER, "age": 40 * NOISE,
         "share": NOISE},
        {"label": "churned_label", "prob": ("lasso",), "positive": "yes"}),
    "rounded classes": ({"label": NAMES[K], **one_each("p_*", np.round(Q, 3))},
                        {"label": "label", "normalize": True, "prob": ("p_*",)}),
    "codes of rounded classes": ({"grade": K, **one_each("prob_*", np.round(Q, 2))},
                                 {"label": "grade", "normalize": True, "prob": ("prob_*",),
                                  "classes": ("cat,dog,fox",)}),
    "codes of classes": ({"grade": K, **one_each("prob_*", Q)},
                         {"label": "grade", "prob": ("prob_*",), "classes": ("cat,dog,fox",)}),
    "a confidence": ({"true": NAMES[K], "predicted": NAMES[Q.argmax(1)], "confidence": Q.max(1)},
                     {"label": "true", "predicted": "predicted", "prob": ("confidence",)}),
    "a quantity": ({"obs": np.where(Y, 2.5, 0.0) + Y * NOISE, "prob": P},
                   {"prob": ("prob",), "event": "obs > 0"}),
    "events of a row": ({"r1": P, "r1_outcome": Y, "r2": OTHER, "r2_outcome": 1 - Y},
                        {"pairs": "*=*_outcome"}),
    "counts": ({"y": Y, "p": P, "count": np.arange(ROWS) % 5 + 1},
               {"label": "y", "prob": ("p",), "count": "count"}),
    "tokens": ({"token": ["a"] * ROWS, "logprob": np.log(P)}, {"log_prob": "logprob"}),
    "a row for each model": ({"model": ["a", "b"] * (ROWS // 2), "y": Y, "score": P},
                             {"label": "y", "prob": ("score",), "model": "model"}),
}  # fmt: skip
# What is neither taken nor proposed, and a word of the reason.
REFUSED = {
    "a decision": ({"label": (P >= 0.5) * 1, "score": P}, "a decision, not a label"),
    "a decision at another threshold": ({"target": (P >= 0.3) * 1, "p": P}, "p >= 0.3"),
    "the opposite of a decision": ({"y": (P < 0.4) * 1, "p": P}, "p < 0.4"),
    "the most likely class": ({"label": NAMES[Q.argmax(1)], **one_each("p_*", Q)}, "the largest"),
    "decisions alone": ({"y_true": Y, "y_pred": (P > 0.5) * 1}, "decisions"),
    "no truth": ({"id": range(ROWS), "prob": P}, "no column has a usual name for the label"),
    "features": ({"y": Y, "age": NOISE, "bmi": NOISE[::-1]}, "'age', 'bmi'"),
    "two labels": ({"label": Y, "target": 1 - Y, "prob": P}, "'label', 'target'"),
    "a sex": ({"sex": (NOISE > 0.5) * 1, "p": P}, "for the label"),
    "other classes": ({"label": np.array(["a", "b", "c"])[K], **one_each("p_*", Q)}, "'cat'"),
    "a spread": ({"y": Y, "p_std": P}, "for the prob"),
    "a p-value": ({"y": Y, "p_value": P}, "for the prob"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_what_leaves_no_doubt_is_taken(name):
    columns, options = TAKEN[name]
    assert guessed(columns).certain.options == options


@pytest.mark.parametrize("name", PROPOSED)
def test_what_leaves_a_doubt_is_proposed_and_not_taken(name):
    columns, options = PROPOSED[name]
    found = guessed(columns)
    assert found.certain is None
    assert found.proposals[0].options == options
    assert found.proposals[0].reason


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_be_wrong_is_not_proposed(name):
    columns, word = REFUSED[name]
    found = guessed(columns)
    assert [p.options for p in found.proposals if p.command is None] == []
    assert word in found.refusal.what


@pytest.mark.parametrize("name", [*TAKEN, *PROPOSED])
def test_a_guess_depends_neither_on_the_order_of_columns_nor_on_that_of_rows(name):
    columns, options = (TAKEN | PROPOSED)[name]
    turned = {name: np.asarray(columns[name])[::-1] for name in reversed(columns)}
    assert guessed(turned).proposals[0].options.keys() == options.keys()


# The columns of predictions, the code of the first class, and what --classes may say.
CODED = {
    "names in alphabetical order": ("p_a p_b p_c", 0, ["a,b,c"]),
    "names in another order": ("p_c p_a p_b", 0, ["c,a,b", "a,b,c"]),
    "names in another order, from 1": ("p_c p_a p_b", 1, ["1=c,2=a,3=b", "1=a,2=b,3=c"]),
    "names that have the codes": ("x3_p x1_p x2_p", 1, ["1=x1_p,2=x2_p,3=x3_p"]),
    "a number that all names share": ("v2_c v2_a v2_b", 0, ["v2_c,v2_a,v2_b", "v2_a,v2_b,v2_c"]),
    "one name that has a code": ("b1 a c", 0, ["a,b1,c"]),
    "names that have other codes": ("x1_p x2_p x3_p", 0, []),
}


@pytest.mark.parametrize("name", CODED)
def test_a_code_is_never_given_to_a_class_whose_name_has_another(name):
    header, first, wanted = CODED[name]
    names = header.split()
    prob = ("p_*",) if header.startswith("p_") else tuple(names)
    found = guessed({"y": K + first, **dict(zip(names, Q.T, strict=True))}, label="y", prob=prob)
    assert [p.options["classes"] for p in found.proposals if "classes" in p.options] == [
        (said,) for said in wanted
    ]
    assert len({p.reason for p in found.proposals}) == len(found.proposals)
    assert found.certain is None


def test_codes_without_the_first_and_the_last_are_not_positions():
    kept = K > 0
    found = guessed({"y": K[kept], **one_each("p_*", Q[kept])}, label="y", prob=("p_*",))
    assert [p for p in found.proposals if "classes" in p.options] == []


# The names of classes, labels, and what --classes says; None if no class has the number.
NUMBERED = {
    "zeros before": ("000 001 002", ["0", "1", "2"], "000,001,002"),
    "without the first and the last": ("08 09 10", ["9"], "8=08,9=09,10=10"),
    "gaps, and labels that are fractions": ("030 010 020", ["20.0", "10.0"],
                                            "10=010,20=020,30=030"),
    "a number of no class": ("010 020 030", ["10", "40"], None),
    "two names of one number": ("1 01 2", ["1.0", "2.0"], None),
}  # fmt: skip


@pytest.mark.parametrize("name", NUMBERED)
def test_labels_are_proposed_for_the_numbers_that_names_of_classes_are(name):
    names, labels, said = NUMBERED[name]
    probs = one_each("p_*", Q, names.split())
    found = guessed({"y": np.resize(labels, ROWS), **probs}, label="y", prob=("p_*",))
    classes = [p.options["classes"] for p in found.proposals if "classes" in p.options]
    assert classes == ([] if said is None else [(said,)])
    assert found.certain is None


def test_a_few_rows_follow_a_threshold_by_chance():
    assert guessed({"y": [1, 0, 1], "p": [0.75, 0.5, 0.875]}).certain is not None


def test_what_the_user_named_is_kept():
    columns = {"a": Y, "b": 1 - Y, "p": P, "q": OTHER}
    assert guessed(columns, label="b", prob=("q",)).proposals[0].options == {
        "label": "b", "prob": ("q",),
    }  # fmt: skip


def test_no_command_skips_most_rows():
    most = np.where(np.arange(ROWS) % 10 == 0, P, np.nan)
    assert guessed({"y": Y, "p": most}).commands == ()
    few = np.where(np.arange(ROWS) % 10 == 0, np.nan, P)
    (command,) = guessed({"y": Y, "p": few}).commands
    assert command.line.endswith("--missing skip")
