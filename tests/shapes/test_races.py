"""One row a candidate, one of which happens in each group."""

import math

import numpy as np
import pandas as pd
import pytest
from shaped_inputs import figures, the_report, written

import cecli
from cecli.core.errors import ExitCode, InputError, RowError, UsageError
from cecli.shapes import gathered

RANDOM = np.random.default_rng(17)
RACES = 70


def races(rounded=False):
    """Return races of 2 to 9 horses, whose rows are mixed."""
    rows = []
    for race in range(RACES):
        size = int(RANDOM.integers(2, 10))
        p = RANDOM.dirichlet(np.ones(size))
        p = np.round(p, 4) if rounded else p
        winner = int(RANDOM.integers(size))
        rows += [
            (f"r{race}", f"h{horse}", p[horse], int(horse == winner), race % 3, "ab"[race % 2],
             f"t{race % 20}")
            for horse in range(size)
        ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["race", "horse", "p", "won", "w", "track", "town"])
    return frame.sample(frac=1.0, random_state=3).reset_index(drop=True)


FRAME = races()
ROWS = {name: FRAME[name].to_list() for name in FRAME}
ASKED = {"within": "race", "label": "won", "prob": "p"}


def numbers(frame):
    """Return for each race the loss, the squared error and whether the favourite won."""
    found = {}
    for race, rows in frame.groupby("race"):
        winner = rows[rows.won == 1]
        best = rows[rows.p == rows.p.max()]
        found[race] = (-math.log(winner.p.item()), ((rows.p - rows.won) ** 2).sum(),
                       best.won.sum() / len(best), rows.w.iloc[0])  # fmt: skip
    return np.array(list(found.values())).T


def test_a_group_is_one_row(tmp_path):
    report = the_report(ROWS, tmp_path, **ASKED)
    loss, squares, hits, _ = numbers(FRAME)
    assert report.input.rows == RACES
    assert report["cross_entropy"] == pytest.approx(loss.mean(), rel=1e-12)
    assert report["perplexity"] == pytest.approx(math.exp(loss.mean()), rel=1e-12)
    assert report["brier"] == pytest.approx(squares.mean(), rel=1e-12)
    assert report["accuracy"] == pytest.approx(hits.mean(), rel=1e-12)
    interval = report.intervals["cross_entropy"]
    assert interval.se == pytest.approx(loss.std(ddof=1) / math.sqrt(RACES), rel=1e-9)
    assert report.columns == {"within": "race", "label": "won", "prob": ["p"]}
    assert report.options["within"] == "race"


def test_the_order_of_rows_does_not_matter(tmp_path):
    report = the_report(ROWS, tmp_path, **ASKED)
    for seed in (1, 2):
        frame = FRAME.sample(frac=1.0, random_state=seed)
        assert figures(cecli.score(frame, **ASKED)) == figures(report)
    half = len(FRAME) // 2
    paths = [written({n: x[a:b] for n, x in ROWS.items()}, tmp_path / f"{a}.csv")
             for a, b in ((0, half), (half, None))]  # fmt: skip
    assert figures(cecli.score(paths, **ASKED)) == figures(report)


def test_weights_groups_and_clusters_are_of_races(tmp_path):
    loss, _, _, weight = numbers(FRAME)
    weighted = the_report(ROWS, tmp_path, **ASKED, weight="w")
    assert weighted["cross_entropy"] == pytest.approx(np.average(loss, weights=weight), rel=1e-12)
    grouped = the_report(ROWS, tmp_path, **ASKED, by="track")
    for group in grouped.groups:
        rows = FRAME[FRAME.track == group.key["track"]]
        assert group.metrics["cross_entropy"] == pytest.approx(numbers(rows)[0].mean(), rel=1e-12)
        assert group.rows == rows.race.nunique()
    winners = FRAME[FRAME.won == 1]
    clustered = the_report(ROWS, tmp_path, **ASKED, cluster="town")
    plain = cecli.score(winners, log_prob="p", scale="probability", cluster="town")
    assert clustered.intervals["cross_entropy"] == plain.intervals["cross_entropy"]


def test_ties_of_favourites_are_split():
    rows = {"race": ["a"] * 4, "p": [0.25] * 4, "won": [0, 1, 0, 0]}
    assert cecli.score(rows, **ASKED)["accuracy"] == 0.25


def test_sums_may_be_normalized(tmp_path):
    rows = {**ROWS, "p": [2.0 * p for p in ROWS["p"]]}
    report = the_report(rows, tmp_path, **ASKED, normalize=True)
    plain = cecli.score(ROWS, **ASKED)
    for name, value in plain.metrics.items():
        assert report[name] == pytest.approx(value, rel=1e-9), name
    assert "normalized" in {notice.code for notice in report.notices}


@pytest.mark.parametrize(
    ("scale", "of"), [("percent", lambda p: 100.0 * p), ("log-probability", math.log)]
)
def test_probabilities_may_be_on_other_scales(scale, of):
    rows = {**ROWS, "p": list(map(of, ROWS["p"]))}
    report = cecli.score(rows, **ASKED, scale=scale)
    assert report["cross_entropy"] == pytest.approx(cecli.score(ROWS, **ASKED)["cross_entropy"])


def test_labels_may_be_places():
    rows = {"race": ["a", "a", "b", "b"], "p": [0.5, 0.5, 0.25, 0.75], "won": [1, 2, 3, 1]}
    report = cecli.score(rows, **ASKED, positive="1")
    assert report["cross_entropy"] == pytest.approx(-np.log(0.5 * 0.75) / 2)


def test_sums_that_are_rounded_are_noticed():
    report = cecli.score(races(rounded=True), **ASKED)
    assert "sum-not-one" in {notice.code for notice in report.notices}


@pytest.mark.parametrize(
    ("won", "p", "why", "skipped"),
    [
        ([0, 0], [0.5, 0.5], "race 'x' has no row that happened", "winner"),
        ([1, 1], [0.5, 0.5], "race 'x' has 2 rows that happened", "winner"),
        ([1, 0], [0.5, 0.4], "the probabilities of race 'x' add up to 0.9, not to 1", "sum"),
    ],
)
def test_a_bad_group_is_refused_at_its_line_or_left_out(won, p, why, skipped, tmp_path):
    more = {"race": ["x", "x"], "won": won, "p": p}
    rows = {name: ROWS[name] + more[name] for name in more}
    path = written(rows, tmp_path / "races.csv")
    with pytest.raises(RowError, match=why) as refused:
        cecli.score(path, **ASKED)
    assert refused.value.where == f"{path}:{len(FRAME) + 2}"
    report = the_report(rows, tmp_path, **ASKED, on_bad_row="skip")
    assert report.metrics == cecli.score(ROWS, **ASKED).metrics
    assert report.input.skipped == {skipped: 1}


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("race", "", "column race: the cell is empty"),
        ("p", 1.5, "column p: '1.5' is not a probability"),
        ("won", "x", "column won: 'x' is neither 0 nor 1"),
        ("w", 7, "have several weights"),
        ("track", "c", "have several groups"),
        ("town", "c", "have several clusters"),
    ],
)
def test_a_bad_row_is_refused_at_its_line(column, value, why, tmp_path):
    rows = {**ROWS, "w": [1 + w for w in ROWS["w"]]}
    rows[column] = [*rows[column][:-1], value]
    path = written(rows, tmp_path / "races.csv")
    with pytest.raises(RowError, match=why) as refused:
        cecli.score(path, **ASKED, weight="w", by="track", cluster="town")
    assert refused.value.where == f"{path}:{len(FRAME) + 1}"


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize(("column", "value"), [("race", ""), ("p", ""), ("p", -0.5), ("won", "x")])
def test_no_candidate_is_left_out_of_its_group(column, value, normalize, tmp_path):
    rows = {"race": [*"1122"], "p": [0.5, 0.5, 0.25, 0.75], "won": [1, 0, 0, 1]}
    path = written({**rows, column: [*rows[column][:-1], value]}, tmp_path / "races.csv")
    with pytest.raises(RowError) as refused:
        cecli.score(path, **ASKED, normalize=normalize, on_bad_row="skip")
    assert refused.value.where == f"{path}:5"
    assert "skip " not in refused.value.hint
    with pytest.raises(UsageError, match="--within and --missing skip"):
        cecli.score(path, **ASKED, normalize=normalize, missing="skip")


def test_more_groups_than_memory_is_meant_for_are_refused(monkeypatch):
    monkeypatch.setattr(gathered, "MOST", 10)
    with pytest.raises(InputError, match="column race has more than 10 groups"):
        cecli.score(ROWS, **ASKED)


def test_an_impossible_winner_costs_infinitely_much():
    rows = {"race": ["a", "a"], "p": [0.0, 1.0], "won": [1, 0]}
    report = cecli.score(rows, **ASKED)
    assert report["cross_entropy"] == math.inf
    assert [n.rows for n in report.notices if n.code == "infinite-loss"] == [(1,)]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"clip": 0.1}, "--within and --clip"), ({"base_rate": 0.5}, "--within and --base-rate"),
        ({"ordered": True}, "--within and --ordered"),
        ({"scale": "logit"}, "--within and --from logit"), ({"explain": True}, "--within and --ex"),
        ({"prob": ["p", "w"]}, "needs one --prob column"), ({"predicted": "horse"}, "exclude each"),
        ({"within": "rase"}, "there is no column 'rase'"), ({"within": "won"}, "cannot be both"),
    ],
)  # fmt: skip
def test_what_contradicts_groups_is_refused(more, why):
    with pytest.raises(UsageError, match=why):
        cecli.score(ROWS, **{**ASKED, **more})


def test_other_commands_take_groups_or_say_what_does():
    loss, *_ = numbers(FRAME)
    found = cecli.worst(ROWS, **ASKED, rows=3, show="race,horse").rows
    assert [row.loss for row in found] == pytest.approx(sorted(loss)[:-4:-1])
    winner = FRAME[(FRAME.race == found[0].shown["race"]) & (FRAME.won == 1)]
    assert found[0].shown["horse"] == winner.horse.item()
    for command, more in ((cecli.compare, {"prob": ["p", "w"]}), (cecli.fit, {"model": "platt"})):
        with pytest.raises(UsageError, match="--within"):
            command(ROWS, **{**ASKED, **more})


def test_a_bootstrap_draws_groups():
    formula = cecli.score(ROWS, **ASKED).intervals["cross_entropy"]
    drawn = cecli.score(ROWS, **ASKED, bootstrap=400).intervals["cross_entropy"]
    assert 0.8 < drawn.se / formula.se < 1.25


def test_a_bad_candidate_of_a_stream_is_told(cecli):
    done = cecli("score", "-", "--within", "race", "--label", "won", "--prob", "p",
                 stdin="race,won,p\na,1,0.5\na,0,x\n")  # fmt: skip
    assert done.returncode == ExitCode.INPUT
    assert "<stdin>:3: column p: 'x' is not a probability" in done.stderr
