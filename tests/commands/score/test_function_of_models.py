"""Scores of several models that have rows of their own."""

import numpy as np
import pandas as pd
import pytest
from shaped_inputs import the_report
from sklearn.metrics import brier_score_loss, log_loss

import cecli
from cecli.core.errors import ColumnError, ExitCode, UsageError

RANDOM = np.random.default_rng(7)
N = 240
LONG = pd.DataFrame(
    {
        "id": np.repeat(np.arange(N // 3), 3),
        "model": np.tile(["old", "new", "third"], N // 3),
        "segment": RANDOM.choice(["u", "v"], N),
        "y": np.repeat(RANDOM.integers(0, 2, N // 3), 3),
        "score": RANDOM.beta(2, 2, N),
        "w": RANDOM.integers(0, 3, N),
    }
)
COLUMNS = {name: LONG[name].tolist() for name in LONG}


def of_groups(report):
    return {tuple(group.key.values()): group for group in report.groups}


def test_each_model_has_the_results_of_its_rows(tmp_path):
    report = the_report(COLUMNS, tmp_path, model="model")
    found = of_groups(report)
    assert set(found) == {("old",), ("new",), ("third",)}
    for name, rows in LONG.groupby("model"):
        alone = cecli.score(rows[["y", "score"]])
        group = found[(name,)]
        assert group.rows == len(rows)
        assert group.metrics["cross_entropy"] == pytest.approx(log_loss(rows["y"], rows["score"]))
        assert group.metrics["brier"] == pytest.approx(brier_score_loss(rows["y"], rows["score"]))
        own = {name: value for name, value in group.metrics.items() if name in alone.metrics}
        assert own == {name: alone[name] for name in own}
    assert report.columns["by"] == ["model"]
    assert report.options["model"] == "model"


@pytest.mark.parametrize("by", ["segment", "segment,model", "model,segment"])
def test_with_groups_each_model_has_its_own(by):
    report = cecli.score(LONG, model="model", by=by, weight="w", min_count=5)
    assert list(report.groups[0].key)[:1] == ["model"] or by == "segment,model"
    for rows in LONG.groupby(["model", "segment"]):
        (model, segment), rows = rows
        (group,) = (g for g in report.groups if g.key == {"model": model, "segment": segment})
        expected = log_loss(rows["y"], rows["score"], sample_weight=rows["w"], labels=[0, 1])
        assert group.metrics["cross_entropy"] == pytest.approx(expected)


def test_nothing_is_of_all_models_together():
    for data, asked in (
        (LONG, {"weight": "w", "label": "y", "prob": "score"}),
        (LONG.assign(p_0=1.0 - LONG["score"], p_1=LONG["score"]), {"label": "y", "prob": "p_*"}),
        (LONG.assign(lp=np.log(LONG["score"])), {"log_prob": "lp"}),
        (LONG, {"bootstrap": 100, "label": "y", "prob": "score"}),
    ):
        report = cecli.score(data, model="model", **asked)
        assert report.metrics == {}
        assert not report.per_class
        assert len(report.groups) == 3
        (notice,) = (n for n in report.notices if n.code == "several-models")
        assert "each model has rows of its own" in notice.message
        assert "3 groups" in repr(report)
        assert report.to_frame().empty


@pytest.mark.parametrize("layout", ["json", "csv", "markdown", "html", "svg", "vega-lite", "table"])
def test_every_format_has_each_model(cecli, write, layout):
    path = write(LONG.to_csv(index=False))
    run = cecli("score", path, "--model", "model", "--format", layout, "-q")
    assert run.returncode == ExitCode.OK
    assert "third" in run.stdout
    assert "of all rows" not in run.stdout


def test_rules_are_on_models(cecli, write):
    path = write(LONG.to_csv(index=False))
    report = write(cecli("score", path, "--model", "model", "--json", "-q").stdout, "report.json")
    worst = max(log_loss(rows["y"], rows["score"]) for _, rows in LONG.groupby("model"))
    for limit, code in ((worst + 0.01, 0), (worst - 0.01, 1)):
        run = cecli("check", report, "--max", f"cross_entropy@model={limit}")
        assert run.returncode == code, run.stderr


def test_what_is_of_all_rows_is_refused():
    for asked, said in (
        ({"explain": True}, "--model and --explain"),
        ({"within": "id", "prob": "score"}, "--within and --model"),
    ):
        with pytest.raises(UsageError, match=said):
            cecli.score(LONG, model="model", **asked)
    with pytest.raises(ColumnError, match="'modell'"):
        cecli.score(LONG, model="modell", label="y", prob="score")
    with pytest.raises(UsageError, match="two arrays have no column for model"):
        cecli.score([1, 0], [0.5, 0.5], model="m")


def test_shapes_are_read_for_each_model():
    rows = LONG.assign(mm=2.0 * LONG["y"])
    found = cecli.score(rows, model="model", event="mm > 0", prob="score")
    plain = cecli.score(LONG, model="model")
    assert [g.metrics for g in found.groups] == [g.metrics for g in plain.groups]
    several = LONG.assign(b=LONG["score"], b_y=LONG["y"], a=LONG["score"], a_y=LONG["y"])
    with pytest.raises(UsageError, match="groups are of events"):
        cecli.score(several, model="model", pairs="*=*_y")
    events = cecli.score(several, model="model", pairs="*=*_y", by="event,model")
    assert len(events.groups) == 6
