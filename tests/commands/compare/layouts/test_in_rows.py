"""Models that have rows of their own in one table."""

import numpy as np
import pandas as pd
import pytest
from shaped_inputs import written

import cecli
from cecli.core.errors import ColumnError, InputError, RowError, UsageError
from cecli.join import by_key

RANDOM = np.random.default_rng(19)
N = 60
NAMES = ("old", "new", "third")
Y = RANDOM.integers(0, 2, N)
CASES = pd.DataFrame(
    {
        "id": [f"c{number}" for number in RANDOM.permutation(N)],
        "y": Y,
        "w": RANDOM.integers(0, 4, N) / 2.0,
        "segment": RANDOM.choice(["u", "v"], N),
        "user": RANDOM.choice(list("abcdefgh"), N),
    }
)
LOGIT = RANDOM.normal(size=(3, N)) + np.array([[0.2], [1.5], [0.5]]) * (2 * Y - 1)
P = 1.0 / (1.0 + np.exp(-LOGIT))
LONG = pd.concat(
    [CASES.assign(model=name, score=p) for name, p in zip(NAMES, P, strict=True)]
).sample(frac=1.0, random_state=1)
ROWS = {"model": "model", "id": "id", "baseline": "old"}
COLUMNS = {"prob": NAMES, "label": "y"}


def pivoted(long=LONG, values="score"):
    """Return a row for each case, with a column for each model."""
    case = [name for name in ("id", "y", "w", "segment", "user") if name in long]
    return long.pivot(index=case, columns="model", values=values).reset_index()


def numbers(report):
    """Return all that a report says but where it was read."""
    document = report.to_dict()
    for part in ("input", "columns", "options"):
        document.pop(part)
    # Their lines are those of the file.
    document["notices"] = [n["message"].partition("(")[0] for n in document["notices"]]
    return document


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"by": "segment"},
        {"cluster": "user"},
        {"weight": "w"},
        {"count": "n", "by": "segment"},
        {"margin": 0.05, "units": "bits"},
        {"anytime": True, "clip": 0.05},
    ],
)
def test_numbers_are_those_of_a_column_a_model(asked):
    long = LONG.assign(n=(2 * LONG["w"]).astype(int)) if "count" in asked else LONG
    wide = pivoted()
    wide["n"] = (2 * wide["w"]).astype(int)
    wide = wide.set_index("id").loc[long.loc[long["model"] == "old", "id"]].reset_index()
    found = cecli.compare(long, **ROWS, **asked)
    columns = cecli.compare(wide, **COLUMNS, **asked)
    expected = numbers(columns)
    # Rows in columns may be in order of time.
    expected["notices"] = [n for n in expected["notices"] if "resembles that" not in n]
    assert numbers(found) == expected
    assert [each.model for each in found.comparisons] == ["new", "third"]
    assert found.input.rows == columns.input.rows


def test_differences_are_means_over_cases():
    report = cecli.compare(LONG, **ROWS)
    loss = -np.log(np.where(Y == 1, P, 1.0 - P))
    for place, number in ((1, 2), (2, 3)):
        assert report[f"difference_{number}"] == pytest.approx((loss[place] - loss[0]).mean())
    (only,) = cecli.compare(LONG[LONG["model"] != "third"], **ROWS).comparisons
    assert only.baseline == "old"


def test_the_first_model_is_the_baseline_unless_one_is_named():
    first = LONG["model"].iloc[0]
    assert cecli.compare(LONG, model="model", id="id").comparisons[0].baseline == first
    named = cecli.compare(LONG, model="model", id="id", baseline="third")
    assert {each.baseline for each in named.comparisons} == {"third"}
    assert {each.model for each in named.comparisons} == {"old", "new"}


def test_inputs_of_any_kind_give_the_same_numbers(tmp_path, monkeypatch):
    path = written(dict(LONG), tmp_path / "rows.csv")
    LONG.to_parquet(tmp_path / "rows.parquet", row_group_size=50)
    expected = numbers(cecli.compare(path, **ROWS, by="segment"))
    for data, more in (
        (path, {"chunk_bytes": 300, "workers": 2}),
        (str(tmp_path / "rows.parquet"), {}),
        (LONG, {}),
    ):
        assert numbers(cecli.compare(data, **ROWS, by="segment", **more)) == expected
    monkeypatch.setattr(by_key, "MOST_BYTES", 1000)
    assert numbers(cecli.compare(path, **ROWS, by="segment")) == expected


def test_several_classes_have_a_column_each(tmp_path):
    q = RANDOM.dirichlet([1.0, 1.0, 1.0], size=(2, N))
    labels = RANDOM.choice(["a", "b", "c"], N)
    long = pd.concat(
        [
            pd.DataFrame({"id": range(N), "m": name, "y": labels}).join(
                pd.DataFrame(q[place], columns=["p_a", "p_b", "p_c"])
            )
            for place, name in enumerate(("one", "two"))
        ]
    )
    wide = pd.DataFrame({"id": range(N), "y": labels})
    for place, name in enumerate(("one", "two")):
        for k, c in enumerate("abc"):
            wide[f"{name}_{c}"] = q[place][:, k]
    found = cecli.compare(long, model="m", id="id", prob="p_*", label="y")
    columns = cecli.compare(wide, prob=["one_*", "two_*"], label="y")
    assert found.metrics == columns.metrics
    loss = -np.log(q[:, np.arange(N), np.searchsorted(list("abc"), labels)])
    assert found["difference"] == pytest.approx((loss[1] - loss[0]).mean())


def test_a_key_may_have_several_columns():
    split = LONG.assign(a=LONG["id"].str[:2], b=LONG["id"].str[2:].replace("", "-"))
    found = cecli.compare(split, model="model", id="a,b", baseline="old")
    assert found.metrics == cecli.compare(LONG, **ROWS).metrics


SMALL = "id,model,y,p,w\n1,a,0,0.1,1\n1,b,0,0.2,1\n2,a,1,0.8,1\n2,b,1,0.7,1\n"


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        (f"{SMALL}3,a,1,0.9,1\n", InputError, "(model 'a'): 1 key is not in"),
        (f"{SMALL}3,b,1,0.9,1\n", InputError, "(model 'b'): 1 key is not in"),
        (f"{SMALL}1,b,0,0.9,1\n", RowError, "rows.csv:6: the key '1' of model 'b' occurs again"),
        (f"{SMALL}2,a,0,0.9,1\n", RowError, "rows.csv:6: the key '2' of model 'a' occurs again"),
        (f"{SMALL}3,a,1,0.9,1\n3,b,0,0.9,1\n", RowError, "rows.csv:7: the label is '0', but '1'"),
        (f"{SMALL}3,a,1,1.9,1\n", RowError, "rows.csv:6: column p: '1.9'"),
        (f"{SMALL}3,,1,0.9,1\n", RowError, "rows.csv:6: column model: the cell is empty"),
        (f"{SMALL},b,1,0.9,1\n", RowError, "rows.csv:6: column id: the cell is empty"),
        ("id,model,y,p,w\n1,a,0,0.1,1\n", ColumnError, "names 'a': two models are required"),
        ("id,model,y,p,w\n", ColumnError, "no model"),
    ],
)
def test_rows_without_a_single_partner_are_refused(tmp_path, text, kind, said):
    path = tmp_path / "rows.csv"
    path.write_text(text)
    with pytest.raises(kind) as caught:
        cecli.compare(str(path), model="model", id="id")
    assert said in str(caught.value)


@pytest.mark.parametrize("most_bytes", [1, 1 << 30])
def test_what_belongs_to_a_case_is_the_same_in_all_its_rows(tmp_path, monkeypatch, most_bytes):
    monkeypatch.setattr(by_key, "MOST_BYTES", most_bytes)
    path = tmp_path / "rows.csv"
    path.write_text(f"{SMALL}3,a,1,0.9,1\n3,b,1,0.9,2\n")
    for asked, shown in (({"weight": "w"}, "'2.0', but '1.0'"), ({"by": "w"}, "'2', but '1'")):
        with pytest.raises(RowError) as caught:
            cecli.compare(str(path), model="model", id="id", **asked)
        assert f"rows.csv:7: column w: {shown} in {path}:6" in str(caught.value)
        assert "the same in the rows of all its models" in caught.value.hint
    cecli.compare(str(path), model="model", id="id")


@pytest.mark.parametrize("most_bytes", [1, 1 << 30])
def test_rows_of_cases_that_lack_a_model_are_left_out_and_counted(
    tmp_path, monkeypatch, most_bytes
):
    monkeypatch.setattr(by_key, "MOST_BYTES", most_bytes)
    lacking = LONG.reset_index(drop=True)
    gone = RANDOM.choice(len(lacking), 25, replace=False)
    lacking = lacking.drop(index=gone)
    models = lacking.groupby("id")["model"].nunique()
    whole = lacking[lacking["id"].map(models) == 3]
    path = written(dict(lacking), tmp_path / "rows.csv")
    report = cecli.compare(path, **ROWS, on_unmatched="skip")
    assert report.metrics == cecli.compare(whole, **ROWS).metrics
    (notice,) = (n for n in report.notices if n.code == "unmatched-id")
    assert f"{len(lacking) - len(whole)} rows left out: another model" in notice.message
    with pytest.raises(InputError, match="--on-unmatched skip"):
        cecli.compare(path, **ROWS)


def test_a_bad_row_is_counted_once(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(f"{SMALL}\n3,b,1,oops,1\n4,a,maybe,0.5,1\n5,a,1,0.5,1\n5,b,1,0.6,1\n,b,1,1,1\n")
    asked = {"on_bad_row": "skip", "missing": "skip", "on_unmatched": "skip"}
    report = cecli.compare(str(path), model="model", id="id", **asked)
    assert report.input.rows == 3
    assert sum(report.input.skipped.values()) == 3


def test_rows_that_can_be_read_only_once_are_refused():
    with pytest.raises(InputError, match="can be read only once"):
        cecli.compare(iter([LONG.iloc[:90], LONG.iloc[90:]]), **ROWS)


def test_a_computed_label_is_that_of_each_model():
    amounts = LONG.assign(mm=np.where(LONG["y"] == 1, 2.5, 0.0))
    asked = {"event": "mm > 0", "prob": "score", "weight": "w"}
    found = cecli.compare(amounts, **ROWS, **asked)
    expected = cecli.compare(LONG, **ROWS, weight="w")
    assert found.metrics == expected.metrics
    assert found.input.rows == N


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"id": None}, "--model needs --id"),
        ({"baseline": "x"}, "--baseline 'x' is none of the models"),
        ({"model": None}, "--baseline needs --model"),
        ({"by_position": True, "id": None}, "--model and --by-position"),
        ({"labels": "t.csv"}, "--model and --labels"),
        ({"order": True}, "--model and --order"),
        ({"within": "user"}, "--model and --within"),
        ({"pairs": "p_*=y_*"}, "--model and --pairs"),
        ({"other": LONG}, "--model and two inputs"),
    ],
)
def test_options_that_make_no_sense_are_refused(asked, said):
    with pytest.raises(UsageError) as caught:
        cecli.compare(LONG, **{**ROWS, **asked})
    assert said in str(caught.value)


def test_the_column_of_models_has_no_other_role():
    for asked in ({"by": "model"}, {"cluster": "model"}):
        with pytest.raises(ColumnError, match="cannot be both model and"):
            cecli.compare(LONG, **ROWS, **asked)


def test_too_many_models_are_refused():
    with pytest.raises(ColumnError, match="more than 100 models"):
        cecli.compare({"m": range(101), "id": [1] * 101, "y": [1] * 101, "p": [0.5] * 101},
                      model="m", id="id")  # fmt: skip
