"""What passes in silence elsewhere: truncated files, lost groups, limits on the wrong side."""

import json

import pytest

import cecli as library
from cecli.core.errors import ExitCode

RULE = {"max": {"cross_entropy": 9}}


def scored(rows, groups="ab"):
    """Return the report of some rows, which belong to these groups in turn."""
    return library.score(
        {
            "y": [1, 0] * (rows // 2),
            "p": [0.9, 0.2] * (rows // 2),
            "g": [groups[row % len(groups)] for row in range(rows)],
        },
        label="y", prob="p", by="g",
    )  # fmt: skip


def codes(checked):
    return [notice.code for notice in checked.notices]


@pytest.mark.parametrize(
    ("rows", "is_far"), [(100, False), (124, False), (126, True), (74, True), (200, True)]
)
def test_rows_far_from_those_of_the_baseline_are_a_notice(rows, is_far):
    checked = library.check(scored(rows), baseline=scored(100), **RULE)
    assert checked.passed
    assert ("rows-differ" in codes(checked)) == is_far
    assert [notice["code"] for notice in checked.to_dict()["notices"]].count(
        "rows-differ"
    ) == is_far


@pytest.mark.parametrize(
    ("within", "passed"),
    [("10%", [True, True]), ("9%", [True, False]), (10, [True, True]), ("9", [True, False])],
)
def test_the_number_of_rows_may_be_held_to_the_baseline(within, passed):
    checked = library.check(scored(90), baseline=scored(100), within=within)
    assert [outcome.passed for outcome in checked.outcomes] == passed
    more = library.check(scored(110), baseline=scored(100), within="9%")
    assert [outcome.passed for outcome in more.outcomes] == [False, True]
    assert "the number of rows is 110, a change of +10 from 100" in more.outcomes[0].reason


@pytest.mark.parametrize("within", ["-1", "x", "1%%"])
def test_what_is_no_amount_of_rows_is_refused(within):
    with pytest.raises(library.UsageError, match="--rows-within"):
        library.check(scored(4), baseline=scored(4), within=within)


def test_a_number_of_rows_is_held_to_a_baseline_only():
    with pytest.raises(library.UsageError, match="requires a baseline"):
        library.check(scored(4), within="1%")


def test_groups_that_vanished_and_new_ones_are_said_of_any_rule():
    rule = {"max": {"cross_entropy@g": 9}}
    checked = library.check(scored(60, "abd"), baseline=scored(60, "abc"), **rule)
    assert checked.passed
    messages = {notice.code: notice.message for notice in checked.notices}
    assert messages["groups-gone"] == "of the baseline's groups by g, c is not here"
    assert messages["groups-new"] == "of the groups by g, d is not in the baseline"
    many = library.check(scored(60, "abd"), baseline=scored(60, "klmnopqr"), **rule)
    gone = next(notice.message for notice in many.notices if notice.code == "groups-gone")
    assert gone.endswith("k; l; m; n; o; 3 more are not here")
    assert codes(library.check(scored(60), baseline=scored(60), **rule)) == []


@pytest.mark.parametrize(
    "rules",
    [{"min": {"cross_entropy": 0.1}}, {"max": {"skill": 0.5}}, {"max_decrease": {"brier": 1}}],
)
def test_a_limit_against_the_direction_of_its_metric_is_in_every_output(rules):
    from cecli.renderers.formats import FORMATS, Layout

    checked = library.check(scored(40), baseline=scored(40), **rules)
    (notice,) = checked.notices
    assert notice.code == "contrary-rule"
    assert "limits an improvement" in notice.message
    for name in ("table", "json", "jsonl", "junit", "github", "markdown"):
        assert "limits an improvement" in FORMATS[name].render(checked, Layout(6))


GROUPED = "y,p,g,w\n1,0.9,a,1\n0,0.1,a,1\n1,0.8,b,1\n0,0.2,b,1\n{}"
COLUMNS = ["--label", "y", "--prob", "p"]
LOST = {
    "weightless": ("1,0.01,c,0\n", ["--weight", "w"]),
    "skipped": ("1,x,c,1\n1,,c,1\n", ["--on-bad-row", "skip"]),
}


@pytest.mark.parametrize("lost", LOST)
def test_a_group_all_of_whose_rows_were_left_out_fails(cecli, write, lost):
    rows, options = LOST[lost]
    path = write(GROUPED.format(rows))
    command = ["check", path, *COLUMNS, *options, "--max", "cross_entropy@g=9", "--json"]
    done = cecli(*command)
    (check,) = json.loads(done.stdout)["checks"]
    assert (done.returncode, check["verdict"], check["group"]) == (
        ExitCode.CHECK_FAILED, "fail", "c",
    )  # fmt: skip
    assert "none of its rows counts" in check["reason"]
    assert (check["groups"], check["failed_groups"]) == (3, 1)
    # A group with one row that counts is there.
    some = write(GROUPED.format(rows + "1,0.9,c,1\n"))
    assert cecli(*[some if part == path else part for part in command]).returncode == ExitCode.OK


def test_where_lost_groups_cannot_be_seen_this_is_said(cecli, write):
    rows, options = LOST["skipped"]
    rule = ["--max", "cross_entropy@g=9", "--json"]
    text = GROUPED.format(rows)
    report = cecli("score", write(text), *COLUMNS, *options, "--by", "g", "--json").stdout
    for stdin, given in ((text, [*COLUMNS, *options]), (report, [])):
        done = cecli("check", "-", *rule, *given, stdin=stdin)
        notices = [notice["code"] for notice in json.loads(done.stdout)["notices"]]
        assert done.returncode == ExitCode.OK
        assert "groups-unseen" in notices
        assert "2 rows left out of <stdin>: a group by g that has no other row" in done.stderr
