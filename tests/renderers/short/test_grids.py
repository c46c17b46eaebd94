"""The short view: few metrics with names that are known, and no table that is too wide."""

import re
from itertools import product

import pytest

import cecli
from cecli.core.errors import ExitCode
from cecli.metrics.registry import known, looked_up
from cecli.renderers.formats import FORMATS, TABLE, Layout
from cecli.renderers.laid_out.widths import width_of
from cecli.renderers.short.cells import interval_of, value_of
from cecli.renderers.short.matter import (
    CALLED,
    LEFT_OUT,
    MATTER,
    OF_TOKENS,
    REMARKS,
    REMARKS_ON_DISTRIBUTIONS,
    SHARES,
)  # fmt: skip
from cecli.report.result import Interval, Result

LONG = "a_column_with_a_name_that_is_much_longer_than_anybody_would_like_it_to_be_on_a_screen"
ROWS = {
    "y": ["no", "yes", "yes"] * 40,
    "p": [0.5, 0.7, 0.4] * 40,
    "other model with a very long name that nobody can read": [0.5, 0.6, 0.123456789] * 40,
    LONG: [f"the value {i % 12} of a group that has much to say, 日本" for i in range(120)],
}  # fmt: skip
OTHER = list(ROWS)[2]
NAMED = {"label": "y", "positive": "yes"}
CLASSES = {
    "label": ["a", "b", "c"],
    "p_a": [0.5, 0.2, 0.2],
    "p_b": [0.3, 0.6, 0.2],
    "p_c": [0.2, 0.2, 0.6],
}
LAYOUTS = [Layout(), Layout(is_whole=True), Layout(digits=12)]
REPORTS = {
    "score": lambda: cecli.score(ROWS, **NAMED, prob="p", by=LONG),
    "explained": lambda: cecli.score(ROWS, **NAMED, prob="p", explain=True),
    "classes": lambda: cecli.score(CLASSES, prob="p_*"),
    "calibration": lambda: cecli.calibration(
        ROWS, **NAMED, prob="p", by=LONG, draws=9, threshold=[0.5]
    ),
    "versus": lambda: cecli.calibration(ROWS, **NAMED, prob="p", versus=OTHER, draws=9),
    "compare": lambda: cecli.compare(ROWS, **NAMED, prob=["p", OTHER], by=LONG),
    "compare three": lambda: cecli.compare(
        ROWS | {"r": [0.4] * 120}, **NAMED, prob=["p", OTHER, "r"]
    ),
    "kl": lambda: cecli.kl(ROWS, p="p", q=OTHER, by=LONG),
    "entropy": lambda: cecli.entropy(ROWS, column="y", given=LONG),
    "fit": lambda: cecli.fit(ROWS, **NAMED, model="platt", prob="p"),
    "worst": lambda: cecli.worst(ROWS, **NAMED, prob="p", show=[LONG], rows=3),
    "inspect": lambda: cecli.inspect(ROWS),
    "check": lambda: cecli.check(
        cecli.score(ROWS, **NAMED, prob="p", by=LONG), max={f"cross_entropy@{LONG}": 0.5}
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def reports():
    return {name: make() for name, make in REPORTS.items()}


@pytest.mark.parametrize("name", REPORTS)
def test_no_line_is_wider_than_the_terminal_whatever_the_names(reports, name):
    for layout, width in product(LAYOUTS, (60, 80, 132)):
        lines = TABLE.render(reports[name], layout._replace(width=width)).splitlines()
        assert max(lines, key=width_of) == max(
            (x for x in lines if width_of(x) <= width), key=width_of
        )


# What `inspect` shows of the first rows is left out of a narrow table.
@pytest.mark.parametrize("name", sorted({*REPORTS} - {"inspect"}))
def test_no_number_depends_on_the_width(reports, name):
    numbers = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
    wide, narrow = (TABLE.render(reports[name], Layout(width=width)) for width in (None, 80))
    assert set(numbers.findall(wide)) <= set(numbers.findall(narrow))


def test_what_matters_is_metrics_and_names_are_theirs():
    named = {*OF_TOKENS, *LEFT_OUT, *SHARES, *REMARKS, *REMARKS_ON_DISTRIBUTIONS}
    assert all(known(name) for names in (*MATTER.values(), named) for name in names)
    assert {name: looked_up(called).name for name, called in CALLED.items()} == {
        n: n for n in CALLED
    }


def test_hard_labels_have_no_entropy_and_soft_ones_do(reports):
    assert "\nkl " not in TABLE.render(reports["score"], Layout())
    soft = cecli.score({"t": [0.2, 0.9], "p": [0.3, 0.8]}, target="t", prob="p")
    assert {"target_entropy", "kl"} <= set(re.split(r" {2,}|\n", TABLE.render(soft, Layout())))


def test_accuracy_is_beside_that_of_the_most_frequent_class(reports):
    assert 'always "yes": 66.7%' in TABLE.render(reports["score"], Layout())
    assert 'always "a": 33.3%' in TABLE.render(reports["classes"], Layout())


def test_few_groups_are_shown_and_how_many_there_are(reports):
    short = TABLE.render(reports["score"], Layout())
    assert short.count("the value") == 10
    assert "10 of 12 groups; --all shows all of them" in short
    assert TABLE.render(reports["score"], Layout(is_whole=True)).count("the value") == 12


def test_of_several_classes_one_table_of_bins_is_shown_and_how_to_see_the_others():
    found = cecli.calibration({name: values * 40 for name, values in CLASSES.items()}, prob="p_*")
    short = TABLE.render(found, Layout())
    assert short.count(": prediction") == 1
    assert "likeliest class: prediction" in short
    assert "1 of 4 tables of bins; --all shows that of each class, too" in short
    assert re.search(r"class +rows +share +predicted +ecce +p \(Holm\) +AUC", short)
    whole = TABLE.render(found, Layout(is_whole=True))
    assert re.findall(r"^(\w+): prediction", whole, re.M) == ["a", "b", "c"]
    assert [each["of"] for each in found.to_dict()["reliability"]][1:] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("value", "interval", "digits", "shown"),
    [
        (0.47364, (0.00101, 0.47166, 0.47562), None, ("0.4736", "0.4717 … 0.4756")),
        (0.47364, (0.00101, 0.47166, 0.47562), 2, ("0.47", "0.47 … 0.48")),
        (0.47364, (None, 0.4, 0.6), None, ("0.47", "0.40 … 0.60")),
        (0.47364, None, None, ("0.4736", "")),
        (None, None, None, ("undefined", "")),
        (float("inf"), (None, None, None), None, ("infinite", "")),
    ],
)
def test_a_value_and_its_interval_have_the_same_decimals(value, interval, digits, shown):
    found = None if interval is None else Interval(*interval, 0.95)
    result = Result("cross_entropy", "", value, interval=found)
    assert (value_of(result, digits), interval_of(result, digits)) == shown


@pytest.mark.parametrize(
    ("ends", "shown"),
    [
        ((-0.00039, 0.0181), "-0.0004 … 0.018"),
        ((0.00039, 0.0181), "0.0004 … 0.018"),
        ((-0.0181, -0.00039), "-0.018 … -0.0004"),
        ((0.0, 0.0181), "0.000 … 0.018"),
        ((-0.00051, 0.0181), "-0.001 … 0.018"),
    ],
)
def test_an_end_of_an_interval_is_on_its_side_of_0(ends, shown):
    result = Result("difference", "", 0.002, interval=Interval(0.0046, *ends, 0.95))
    assert interval_of(result, None) == shown


def test_shares_are_in_percent_and_p_values_have_two_digits():
    accuracy = Result("accuracy", "", 0.7881, interval=Interval(0.0007, 0.7867, 0.7895, 0.95))
    assert (value_of(accuracy, None), interval_of(accuracy, None)) == ("78.81%", "78.67 … 78.95")
    assert value_of(Result("p_value", "", 0.0123), None) == "0.012"


def test_metrics_are_chosen_by_any_of_their_names(cecli, write):
    path = write("y,p\n" + "1,0.75\n0,0.25\n1,0.5\n" * 9)
    named = ["--label", "y", "--prob", "p"]
    done = cecli("score", path, *named, "--metrics", "McFadden,log_loss", "--metrics", "auc,mce")
    assert done.returncode == ExitCode.OK
    lines = done.stdout.partition("value")[2].splitlines()[1:]
    rows = [line.split()[0] for line in lines if re.match(r"\w+ +-?\d", line)]
    assert [row for row in rows if row != "auc"] == ["McFadden", "log_loss"]
    assert "notice: mce is not in this report" in done.stdout
    json = cecli("score", path, *named, "--json").stdout
    assert cecli("score", path, *named, "--json", "--metrics", "skill").stdout == json
    assert cecli("score", path, *named, "--json", "--all").stdout == json


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--metrics", "log_los"], "hint: did you mean 'cross_entropy'?"),
        (["--metrics", "skill", "--all"], "error: --all and --metrics exclude each other"),
    ],
)
@pytest.mark.parametrize("command", ["score", "calibration", "entropy"])
def test_what_cannot_be_shown_is_refused_before_anything_is_read(cecli, command, options, message):
    done = cecli(command, "missing.csv", *options)
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert message in done.stderr


def test_markdown_has_the_sentences_and_the_short_table(reports):
    text = FORMATS["markdown"].render(reports["score"], Layout())
    assert "Loses 0." in text
    assert "| log loss | 0." in text
    assert "perplexity" not in text


def test_what_is_a_column_is_told_once():
    races = {"race": [1, 1], "won": [1, 0], "p": [0.6, 0.4]}
    said = TABLE.render(cecli.score(races, label="won", prob="p", within="race"), Layout())
    assert said.splitlines()[0].count("within race") == 1


def test_the_share_of_events_of_a_mean_over_groups_is_said_to_be_of_groups(samples):
    report = cecli.score(str(samples / "breast_cancer.csv"), by="segment", average="groups")
    said = TABLE.render(report, Layout())
    assert "y_true = 1 in 39 % of a group, on average" in said
