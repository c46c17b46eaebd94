"""`cecli compare` as a process."""

import csv
import io
import json
import shlex

import pytest

from cecli.core.errors import ExitCode

OK, CHECK_FAILED, USAGE, INPUT = ExitCode.OK, ExitCode.CHECK_FAILED, ExitCode.USAGE, ExitCode.INPUT

HEADER = "id,y,p\n"
OLD = f"{HEADER}a,1,0.9\nb,0,0.2\nc,1,0.7\nd,0,0.4\n"
NEW = f"{HEADER}a,1,0.8\nb,0,0.3\nc,1,0.6\nd,0,0.5\n"
SHUFFLED = f"{HEADER}c,1,0.6\na,1,0.8\nd,0,0.5\nb,0,0.3\n"
MODELS = "y,a,b,c\n" + "".join(
    f"{y},{a},{b},{c}\n"
    for y, a, b, c in [(1, 0.9, 0.5, 0.8), (0, 0.2, 0.5, 0.3), (1, 0.7, 0.4, 0.7)] * 20
)


def test_the_first_line_is_the_verdict(cecli, write):
    done = cecli("compare", write(MODELS), "--prob", "a", "--prob", "b")
    assert done.stdout.splitlines()[0].startswith("b is worse than a: its mean loss is 0.")
    assert done.returncode == OK


def test_the_json_keeps_the_contract(cecli, write):
    options = ["--prob", "a", "--prob", "b", "--margin", "0.01", "--json"]
    report = json.loads(cecli("compare", write(MODELS), *options).stdout)
    assert list(report["metrics"]) == [
        "difference", "p_value", "p_noninferiority", "p_equivalence", "cross_entropy_baseline",
        "cross_entropy_model", "share_better", "share_equal", "share_worse",
    ]  # fmt: skip
    (comparison,) = report["comparisons"]
    assert comparison["metrics"] == report["metrics"]
    assert comparison["intervals"] == report["intervals"]
    assert (comparison["baseline"], comparison["model"]) == ("a", "b")
    assert (comparison["verdict"], comparison["distribution"]) == ("worse", "t")
    assert report["columns"] == {"label": "y", "prob": ["a", "b"]}
    assert report["options"] == {"margin": 0.01}
    assert (report["command"], report["task"], report["groups"]) == ("compare", "binary", [])


@pytest.mark.parametrize("shape", ["table", "json", "jsonl", "csv", "markdown"])
def test_every_format_shows_several_models(cecli, write, shape):
    options = ["--prob", "a", "--prob", "b", "--prob", "c", "--format", shape]
    done = cecli("compare", write(MODELS), *options)
    assert done.returncode == OK
    match shape:
        case "table":
            assert "p (Holm)" in done.stdout
            assert [line.split()[0] for line in done.stdout.splitlines()[4:7]] == ["a", "b", "c"]
        case "json" | "jsonl":
            report = json.loads(done.stdout)
            assert [each["model"] for each in report["comparisons"]] == ["b", "c"]
            assert "p_value_adjusted_3" in report["metrics"]
        case "csv":
            rows = list(csv.DictReader(io.StringIO(done.stdout)))
            assert "difference_2" in [row["metric"] for row in rows]
        case "markdown":
            assert done.stdout.startswith("### of 3 models, only a may be the best")
            assert "; b is worse than a: " in done.stdout


def test_undecided_says_what_so_many_rows_would_find(cecli, write):
    text = "y,a,b\n1,0.5,0.6\n0,0.5,0.57\n1,0.5,0.4\n0,0.5,0.3\n"
    done = cecli("compare", write(text), "--prob", "a", "--prob", "b")
    assert done.stdout.startswith("it is undecided whether b is better or worse than a")
    assert "as many fresh rows would find a difference of" in done.stdout.splitlines()[0]
    done = cecli("compare", write(text), "--prob", "a", "--prob", "b", "--margin", "0.01")
    assert "fresh rows would find a difference of 0.01 nats" in done.stdout.splitlines()[0]


def test_rows_are_put_together_by_position_and_it_is_said(cecli, write):
    done = cecli("compare", write(OLD, "old.csv"), write(NEW, "new.csv"), "--json")
    assert "rows were matched by position" in done.stderr
    report = json.loads(done.stdout)
    codes = [notice["code"] for notice in report["notices"]]
    assert codes == ["paired-by-position", "few-differences"]
    assert [path.rpartition("/")[2] for path in report["input"]["paths"]] == ["old.csv", "new.csv"]


def test_a_key_puts_together_what_position_does_not(cecli, write):
    old, new = write(OLD, "old.csv"), write(NEW, "new.csv")
    shuffled = write(SHUFFLED, "shuffled.csv")
    keyed = json.loads(cecli("compare", old, shuffled, "--id", "id", "--json").stdout)
    assert keyed["metrics"] == json.loads(cecli("compare", old, new, "--json").stdout)["metrics"]
    done = cecli("compare", old, shuffled)
    assert done.returncode == INPUT
    assert f"error: {shuffled}:3: the label is '1', but '0' in {old}:3" in done.stderr
    assert "--id COL" in done.stderr


def test_another_number_of_rows_is_refused(cecli, write):
    old, new = write(OLD, "old.csv"), write(f"{HEADER}a,1,0.8\n", "new.csv")
    for files, counts in (((old, new), ("1 row", 4)), ((new, old), ("4 rows", 1))):
        done = cecli("compare", *files)
        assert (done.returncode, done.stdout) == (INPUT, "")
        assert f"has {counts[0]}, but {files[0]} has {counts[1]}" in done.stderr


def test_a_key_that_occurs_twice_is_refused(cecli, write):
    old = write(OLD, "old.csv")
    twice = write(f"{OLD}b,0,0.3\n", "twice.csv")
    for files in ((old, twice), (twice, old)):
        done = cecli("compare", *files, "--id", "id", "--on-unmatched", "skip")
        assert (done.returncode, done.stdout) == (INPUT, "")
        assert f"{twice}:6: the key 'b' occurs again, after line 3" in done.stderr


def test_keys_without_partner_are_refused_or_counted(cecli, write):
    old = write(OLD, "old.csv")
    new = write("id,p\nc,0.6\na,0.8\ne,0.5\nb,0.3\n", "new.csv")
    done = cecli("compare", old, new, "--id", "id")
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert f"{old}: 1 key is not in {new}: 'd' (line 5)" in done.stderr
    assert f"{old}: 1 key is not in {new}" not in cecli("compare", new, old, "--id", "id").stderr
    done = cecli("compare", old, new, "--id", "id", "--on-unmatched", "skip", "--json", "-q")
    report = json.loads(done.stdout)
    notice = report["notices"][0]
    assert (notice["code"], notice["count"]) == ("unmatched-id", 2)
    assert notice["places"] == [f"{old}:5", f"{new}:4"]
    assert report["input"]["rows"] == 3


def test_a_row_that_is_bad_in_one_file_is_out_in_both(cecli, write):
    new = write(NEW.replace("0.3", "x"), "new.csv")
    old = write(OLD, "old.csv")
    done = cecli("compare", old, new)
    assert f"{new}:3: column p: 'x' is not a probability" in done.stderr
    report = json.loads(cecli("compare", old, new, "--on-bad-row", "skip", "--json").stdout)
    assert report["input"]["rows"] == 3
    assert report["input"]["skipped"] == {"rows": 1, "reasons": {"bad-value": 1}}
    (skipped,) = (n for n in report["notices"] if n["code"] == "skipped-bad-value")
    assert skipped["places"] == [f"{new}:3"]


def test_a_compressed_file_and_a_stream_are_compared(cecli, write):
    import gzip

    new = write(gzip.compress(NEW.encode()), "new.csv.gz")
    done = cecli("compare", "-", new, "--json", stdin=OLD)
    report = json.loads(done.stdout)
    assert report["input"]["paths"] == ["<stdin>", new]
    plain = cecli("compare", write(OLD, "old.csv"), write(NEW, "new.csv"), "--json")
    assert report["metrics"] == json.loads(plain.stdout)["metrics"]


def test_models_of_several_classes(cecli, samples):
    wine = str(samples / "wine.csv")
    options = ["--label", "cultivar", "--prob", "p_*", "--prob", "forest_*", "--json"]
    one = json.loads(cecli("compare", wine, *options).stdout)
    two = json.loads(cecli("compare", wine, wine, *options).stdout)
    assert one["metrics"] == two["metrics"]
    assert one["task"] == "multiclass"


@pytest.mark.parametrize(
    ("given", "proposed"),
    [
        ([], True),
        (["--prob", "prob_a"], True),
        (["--prob", "prob_*", "--margin", "0.1", "--by", "g"], True),
        (["--label", "y", "--prob", "prob_b"], True),
        (["--event", "y > 0"], False),
    ],
)
def test_models_that_a_file_has_are_proposed_where_fewer_are_named(cecli, write, given, proposed):
    rows = "1,0.75,0.5,u\n0,0.25,0.5,v\n1,0.5,0.25,u\n0,0.75,0.5,v\n" * 5
    done = cecli("compare", write(f"y,prob_a,prob_b,g\n{rows}"), *given)
    assert done.returncode == USAGE
    lines = [line[len("try: ") :] for line in done.stderr.splitlines() if line.startswith("try: ")]
    assert len(lines) == proposed
    for line in lines:
        again = cecli(*shlex.split(line)[1:], "--json")
        report = json.loads(again.stdout)
        assert report["columns"]["prob"] == ["prob_a", "prob_b"]
        assert [each["model"] for each in report["comparisons"]] == ["prob_b"]
        assert ("margin" in report["options"]) == ("--margin" in given)
        assert bool(report["groups"]) == ("--by" in given)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--prob", "a"], "two models are required"),
        (["--prob", "a", "--prob", "a"], "'a' cannot be twice prob"),
        (["--prob", "a", "--prob", "z"], "there is no column 'z'"),
        (["--prob", "a", "--prob", "b", "--id", "y"], "--id requires two inputs"),
        (["--prob", "a", "--prob", "b", "--anytime"], "--anytime requires --clip"),
        (["--prob", "a", "--prob", "b", "--margin", "0"], "--margin 0"),
        (["--prob", "a", "--prob", "b", "--level", "95"], "--level 95"),
        (["--prob", "a", "--prob", "b", "--on-unmatched", "skip"], "requires --id"),
        (["--prob", "a", "--prob", "b", "--clip", "0.7"], "--clip 0.7"),
        (
            ["--prob", "a", "--prob", "b", "--weight", "c", "--anytime", "--clip", "0.1"],
            "--anytime and --weight",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(cecli, write, options, said):
    done = cecli("compare", write(MODELS), *options)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert said in done.stderr


def test_no_more_than_two_inputs(cecli, write):
    path = write(MODELS)
    done = cecli("compare", path, path, path)
    assert done.returncode == USAGE
    assert "put a pattern in quotes" in done.stderr


@pytest.mark.parametrize("key", [[], ["--id", "id"]])
def test_inputs_without_rows_are_refused(cecli, write, key):
    empty, old = write(HEADER, "empty.csv"), write(OLD, "old.csv")
    for files in ((empty, empty), (empty, old), (old, empty)):
        done = cecli("compare", *files, *key)
        assert (done.returncode, done.stdout) == (INPUT, "")
        assert "bug" not in done.stderr


def test_few_events_are_said(cecli, write):
    """With few rows of the rarer class the interval is too narrow, whatever it says."""
    rows = "".join(f"{int(i == 3)},0.1,{0.05 + i / 1000}\n" for i in range(60))
    done = cecli("compare", write(f"y,a,b\n{rows}"), "--prob", "a", "--prob", "b", "--json")
    assert "few-events" in [notice["code"] for notice in json.loads(done.stdout)["notices"]]


def test_standard_input_is_not_compared_with_itself(cecli):
    done = cecli("compare", "-", "-", "--label", "y", stdin="y,p\n1,0.5\n")
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert "standard input can be read only once" in done.stderr


GROUPED = "y,a,b,c,segment,user,w\n" + "".join(
    f"{y},{a},{b},{c},{['one', '', '<b>[/]'][i % 3]},u{i // 7},{i % 4}\n"
    for i, (y, a, b, c) in enumerate(
        [(1, 0.9, 0.5, 0.8), (0, 0.2, 0.5, 0.3), (1, 0.7, 0.9, 0.7), (0, 0.3, 0.2, 0.3)] * 15
    )
)
PAIR = ["--prob", "a", "--prob", "b"]


def test_groups_are_in_the_json_and_add_up(cecli, write):
    done = cecli("compare", write(GROUPED), *PAIR, "--by", "segment", "--weight", "w", "--json")
    report = json.loads(done.stdout)
    assert report["columns"]["by"] == ["segment"]
    assert {group["key"]["segment"] for group in report["groups"]} == {"one", "", "<b>[/]"}
    parts = [group["metrics"]["contribution"] for group in report["groups"]]
    assert sum(parts) == pytest.approx(report["metrics"]["difference"], rel=1e-14)
    assert [abs(part) for part in parts] == sorted(map(abs, parts), reverse=True)
    first = report["groups"][0]
    assert list(first["metrics"]) == [
        "difference", "p_value", "p_value_adjusted", "cross_entropy_baseline",
        "cross_entropy_model", "share_better", "share_equal", "share_worse", "contribution",
        "difference_share",
    ]  # fmt: skip
    assert first["intervals"]["difference"]["level"] == 1 - (1 - 0.95) / 3
    assert first["intervals"]["cross_entropy_model"]["level"] == 0.95
    (notice,) = (n for n in report["notices"] if n["code"] == "small-groups")
    assert "--min-count" in notice["message"]
    assert (
        "small-groups"
        not in cecli(
            "compare", write(GROUPED), *PAIR, "--by", "segment", "--min-count", "1", "--json"
        ).stdout
    )


@pytest.mark.parametrize("models", [PAIR, [*PAIR, "--prob", "c"]])
@pytest.mark.parametrize("shape", ["table", "csv", "markdown"])
def test_every_format_has_every_group(cecli, write, models, shape):
    options = ["--by", "segment", "--weight", "w", "--level", "0.9", "--format", shape]
    text = cecli("compare", write(GROUPED), *models, *options, "--all").stdout
    several = len(models) > len(PAIR)
    match shape:
        case "csv":
            rows = list(csv.DictReader(io.StringIO(text)))
            assert {row["group"] for row in rows} == {
                "", "segment=one", "segment=", "segment=<b>[/]",
            }  # fmt: skip
            name = "contribution_3" if several else "contribution"
            assert sum(row["metric"] == name for row in rows) == 3
        case "table":
            lines = text.splitlines()
            heads = [line for line in text.splitlines() if line.startswith("segment")]
            assert len(heads) == 1
            for word in ("weight", "p (Holm)", "90% interval", "contribution", "share"):
                assert word in heads[0]
            assert ("model" in heads[0].split()[:2]) is several
            assert sum("(empty)" in line for line in lines) == (2 if several else 1)
            assert sum("(few)" in line for line in lines) == (6 if several else 3)
        case "markdown":
            assert "| segment |" in text
            assert "&lt;b&gt;" in text


def test_clusters_are_told_counted_and_what_is_needed(cecli, write):
    path = write(GROUPED)
    plain = json.loads(cecli("compare", path, *PAIR, "--json").stdout)
    done = cecli("compare", path, *PAIR, "--cluster", "user", "--level", "0.999999", "--json")
    report = json.loads(done.stdout)
    assert report["columns"]["cluster"] == "user"
    assert report["metrics"]["clusters"] == 9
    assert "smallest_detectable_difference" in report["metrics"]
    assert "as many fresh clusters" in report["comparisons"][0]["sentence"]
    assert report["metrics"]["difference"] == plain["metrics"]["difference"]
    ours, theirs = (r["intervals"]["difference"]["se"] for r in (report, plain))
    assert ours != theirs


def test_groups_of_two_files_are_those_of_the_first(cecli, write):
    old = write("id,y,p,segment\na,1,0.9,s\nb,0,0.2,s\nc,1,0.7,t\nd,0,0.4,t\n", "old.csv")
    new = write(SHUFFLED, "new.csv")
    done = cecli("compare", old, new, "--id", "id", "--by", "segment", "--json")
    assert [group["rows"] for group in json.loads(done.stdout)["groups"]] == [2, 2]
    done = cecli("compare", new, old, "--id", "id", "--by", "segmnt")
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert f"error: {new}: there is no column 'segmnt'" in done.stderr
    done = cecli("compare", old, new, "--id", "id", "--by", "segmnt")
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert "did you mean 'segment'?" in done.stderr
    done = cecli("compare", old, new, "--id", "id", "--cluster", "sgment")
    assert "did you mean 'segment'?" in done.stderr


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--by", "sgment"], USAGE, "did you mean 'segment'?"),
        (["--by", "a"], USAGE, "column 'a' cannot be both prob and by"),
        (["--cluster", "y"], USAGE, "column 'y' cannot be both label and cluster"),
        (["--by", "user", "--max-groups", "5"], INPUT, "has more than 5 groups"),
        (
            ["--by", "segment", "--anytime", "--clip", "0.1"],
            USAGE,
            "--anytime and --by cannot be used",
        ),
        (
            ["--cluster", "user", "--anytime", "--clip", "0.1"],
            USAGE,
            "--anytime and --cluster cannot be used together",
        ),
        (["--bootstrap", "1000"], USAGE, "there are only two"),
        (["--level", "1"], USAGE, "--level 1 is not between 0 and 1"),
        (
            ["--level", repr(1 - 2**-53)],
            USAGE,
            "--level 0.9999999999999999 is too near to 1 for an interval",
        ),
    ],
)
def test_mistakes_about_groups_are_explained(cecli, write, options, code, said):
    done = cecli("compare", write(GROUPED), "--label", "y", *PAIR, *options)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


def test_a_stored_comparison_is_held_to_rules_on_its_groups(cecli, write):
    """Every group of a column must obey: no segment may lose by more, whatever the mean is."""
    stored = cecli("compare", write(GROUPED), *PAIR, "--by", "segment", "--json").stdout
    largest = max(g["metrics"]["difference"] for g in json.loads(stored)["groups"])
    report = write(stored, "report.json")
    for limit, code in ((largest, OK), (largest / 2, CHECK_FAILED)):
        assert cecli("check", report, "--max", f"difference@segment={limit!r}").returncode == code


def test_a_column_behind_order_is_told_to_be_none(cecli, write):
    files = [write("y,p\n1,0.5\n0,0.25\n", name) for name in ("a.csv", "b.csv")]
    done = cecli("compare", *files, "--order", "date")
    assert done.returncode == ExitCode.USAGE
    assert "--order takes no value, so that 'date' is a further input" in done.stderr


@pytest.mark.parametrize("layout", ["two inputs", "columns", "rows"])
def test_a_notice_about_sums_says_of_which_model_it_is(cecli, write, layout):
    rows = "y,p_0,p_1,p_2\n0,0.5,0.25,0.25\n1,0.25,0.5,0.24\n2,0.25,0.25,0.5\n"
    if layout == "two inputs":
        files = [write(rows, name) for name in ("a.csv", "b.csv")]
        asked = [*files, "--prob", "p_*"]
        model = files[1]
    elif layout == "columns":
        lines = [f"{row},{row.partition(',')[2]}" for row in rows.splitlines()]
        lines[0] = "y,p_0,p_1,p_2,q_0,q_1,q_2"
        asked, model = [write("\n".join(lines)), "--prob", "p_*", "--prob", "q_*"], "q_*"
    else:
        first, *others = rows.splitlines()
        lines = [f"{first},id,model"]
        lines += [f"{row},{i},{m}" for m in ("old", "new") for i, row in enumerate(others)]
        asked = [write("\n".join(lines)), "--prob", "p_*", "--model", "model", "--id", "id"]
        model = "new"
    done = cecli("compare", *asked, "--label", "y", "--normalize")
    assert done.returncode == ExitCode.OK
    assert f"divided the probabilities of {model} of each row" in done.stdout
    assert done.stdout.count("--normalize divided") == 2


@pytest.mark.parametrize("inputs", [1, 2])
def test_labels_that_are_words_have_commands_with_the_positive_one(cecli, write, inputs):
    words = MODELS.replace("\n1,", "\nwon,").replace("\n0,", "\nlost,").replace("y,", "label,")
    files = [write(words, f"{place}.csv") for place in range(inputs)]
    models = ["--prob", "a", "--prob", "b"]
    done = cecli("compare", *files, *models)
    assert done.returncode == INPUT
    tried = [line for line in done.stderr.splitlines() if line.startswith("try: cecli")]
    assert [line.partition("--positive ")[2].split()[0] for line in tried] == ["won", "lost"]
    found = cecli(*shlex.split(tried[0])[2:], "--json")
    expected = cecli("compare", write(MODELS), *models, "--json")
    ours, theirs = (json.loads(one.stdout)["metrics"] for one in (found, expected))
    assert ours == theirs
