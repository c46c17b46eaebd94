"""What a report says of the models that may be the best."""

import json

import numpy as np
import pandas as pd
import pytest

import cecli
from cecli.commands.compare.confidence_set.finding import sentence
from cecli.report.parts import RankedModel


def ranked(**may_be_best):
    return [RankedModel(name, 0.5, 0.5, best) for name, best in may_be_best.items()]


@pytest.mark.parametrize(
    ("models", "said"),
    [
        (ranked(a=True, b=True, c=True),
         "any of the 3 models may be the best (95% model confidence set)"),
        (ranked(a=True, b=False, c=False),
         "of 3 models, only a may be the best (95% model confidence set), and not b or c"),
        (ranked(a=True, b=True, c=False),
         "of 3 models, a and b may be the best (95% model confidence set), and not c"),
        (ranked(z=True, **dict.fromkeys("abcdefg", False)),
         "of 8 models, only z may be the best (95% model confidence set), and not a, b, c, d, e "
         "or 2 more"),
    ],
)  # fmt: skip
def test_the_sentence_names_models(models, said):
    assert sentence(models, 0.95) == said


def made(models, rows=200):
    rng = np.random.default_rng(0)
    z = rng.normal(size=rows)
    data = {"y": (rng.random(rows) < 1 / (1 + np.exp(-z))).astype(int)}
    for number in range(models):
        data[f"m{number}"] = 1 / (1 + np.exp(-z - number * rng.normal(size=rows)))
    return pd.DataFrame(data)


def compared(models, **options):
    names = [f"m{number}" for number in range(models)]
    return cecli.compare(made(models), label="y", prob=names, **options)


def test_it_stands_in_json_in_words_and_in_a_table(cecli, tmp_path):
    path = tmp_path / "models.csv"
    made(3).to_csv(path, index=False)
    options = ["--label", "y", "--prob", "m2", "--prob", "m0", "--prob", "m1"]
    found = json.loads(cecli("compare", str(path), *options, "--json").stdout)["confidence_set"]
    assert (found["level"], found["method"]) == (0.95, "pairs")
    assert [model["model"] for model in found["models"]] == ["m0", "m1", "m2"]
    assert set(found["models"][0]) == {"model", "cross_entropy", "p_value", "may_be_best"}
    page = tmp_path / "page.html"
    done = cecli("compare", str(path), *options, "-o", str(page))
    shown = cecli("compare", str(path), *options).stdout
    for text in (done.stdout + page.read_text(), shown):
        assert found["sentence"] in text
    assert "may be best" in shown


def test_replicates_of_few_events_are_noticed():
    data = made(3).assign(y=lambda rows: (rows.index % 20 == 0).astype(int))
    options = {"label": "y", "prob": ["m0", "m1", "m2"]}
    (notice,) = cecli.compare(data, **options, bootstrap=100).notices
    assert notice.code == "few-events"
    assert notice.message.startswith("the rarer class occurred about 10 times")
    assert cecli.compare(data, **options).notices == ()


def test_two_models_have_none():
    report = compared(2)
    assert report.confidence_set is None
    assert "confidence_set" not in report.to_dict()


def test_of_many_models_replicates_say_which():
    many = compared(11)
    assert many.confidence_set is None
    assert "no-confidence-set" in [notice.code for notice in many.notices]
    assert len(compared(11, bootstrap=100).confidence_set.models) == 11


@pytest.mark.parametrize(
    ("models", "options", "message"),
    [
        (2, {}, "there are only two"),
        (3, {"anytime": True, "clip": 0.01}, "--bootstrap and --anytime"),
        (3, {"order": True}, "--bootstrap and --order"),
    ],
)
def test_replicates_are_refused_where_they_say_nothing(models, options, message):
    with pytest.raises(cecli.UsageError, match=message):
        compared(models, bootstrap=100, **options)


@pytest.mark.parametrize("options", [{}, {"bootstrap": 100}], ids=str)
def test_models_in_rows_of_their_own_have_the_same(options):
    data = made(3).assign(case=range(200))
    names = ["m0", "m1", "m2"]
    long = data.melt(["y", "case"], names, "model", "p")
    found = cecli.compare(long, label="y", prob="p", model="model", id="case", **options)
    expected = cecli.compare(data, label="y", prob=names, **options)
    if options:
        assert found.confidence_set.models[0] == expected.confidence_set.models[0]
    else:
        assert found.confidence_set == expected.confidence_set


def test_it_can_be_made_again_from_saved_states(tmp_path):
    data, names = made(3), ["m0", "m1", "m2"]
    states = []
    for part, rows in enumerate((data[:90], data[90:])):
        path = tmp_path / f"{part}.csv"
        rows.to_csv(path, index=False)
        states.append(str(tmp_path / f"{part}.state"))
        cecli.compare(str(path), label="y", prob=names, save_state=states[-1])
    whole = cecli.compare([str(tmp_path / "0.csv"), str(tmp_path / "1.csv")], label="y", prob=names)
    assert cecli.merge(states).confidence_set == whole.confidence_set
