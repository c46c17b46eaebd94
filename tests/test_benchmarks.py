"""The benchmarks compare those who compute the same number, of the files that they claim."""

import csv
import gzip
import importlib
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROWS = 2000

pytest.importorskip("duckdb", reason="needs cecli[bench]")


@pytest.fixture
def benchmark(monkeypatch):
    """Return a function that imports a module of the benchmarks."""
    monkeypatch.syspath_prepend(ROOT)
    return lambda name: importlib.import_module(f"benchmarks.{name}")


@pytest.fixture
def raced(tmp_path):
    """Return a function that races on a kind of file, once, and returns what was saved."""

    def race(kind):
        command = [sys.executable, "-m", "benchmarks.run", "--kinds", kind, "--rows", "1e4"]
        command += ["--repeat", "1", "--warm-up", "0"]
        command += ["--folder", str(tmp_path), "--save", str(tmp_path / "results.md")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        page = (tmp_path / "results.md").read_text()
        return json.loads((tmp_path / "results.json").read_text())["contests"], page

    return race


SAME_REPORT = {"DuckDB", "Polars"}
BOTH = SAME_REPORT | {f"{name}, one number" for name in SAME_REPORT}
PANDAS = {"pandas + scikit-learn, one number"}


@pytest.mark.parametrize(
    ("kind", "rivals"),
    [
        ("narrow", BOTH | PANDAS),
        ("pipe", set()),
        ("wide", BOTH),
        ("quoted", BOTH),
        ("gz", BOTH),
        ("zst", BOTH),
        ("parquet", BOTH | {"pyarrow + numpy, one number"}),
        ("multiclass", BOTH | PANDAS),
        ("compare", {"Polars, one number"}),
        ("fit", {"pandas + scikit-learn"}),
        ("calibration", {"pandas + SciPy, in memory"}),
        ("join", {"DuckDB", "Polars", "pandas"}),
    ],
)
def test_all_rivals_compute_what_cecli_computes(raced, kind, rivals):
    (contest,), page = raced(kind)
    results = contest["results"]
    ours = results[0]["answer"]
    assert {result["name"] for result in results if result["role"] == "rival"} == rivals
    for result in results:
        assert not result["failure"]
        if result["role"] != "limit":
            least = 9 if result["name"] in SAME_REPORT and kind != "join" else 1
            assert len(result["answer"]) >= least
            its = {name: ours[name] for name in result["answer"]}
            assert its == pytest.approx(result["answer"], rel=1e-9, abs=0)
        assert result["wall"] > 0
        assert result["cpu"] > 0
        assert result["peak"] > 1e6
    assert contest["title"] in page


@pytest.mark.parametrize(
    ("question", "kind", "by", "command", "asked"),
    [
        ("weighted", "narrow", "", "score", {"label": "y", "prob": "p", "weight": "w"}),
        ("binary", "narrow", "segment", "score", {"label": "y", "prob": "p", "by": "segment"}),
        ("soft", "beliefs", "", "score", {"target": "t", "prob": "p"}),
        ("logits", "beliefs", "", "score", {"label": "y", "prob": "z", "scale": "logit"}),
        ("kl", "beliefs", "", "kl", {"p": "t", "q": "p"}),
    ],
)
def test_a_query_has_the_numbers_of_the_report(
    benchmark, tmp_path, question, kind, by, command, asked
):
    same, contests = benchmark("same_report"), benchmark("contests")
    path = str(benchmark("data").made(kind, ROWS, tmp_path))
    report = getattr(importlib.import_module("cecli"), command)(path, **asked)
    ours = contests.reported(json.dumps(report.to_dict()))
    for rival in same.RIVALS.values():
        rows = rival(same.QUESTIONS[question], path, by)
        found = [same.numbers_of(same.QUESTIONS[question], row) for row in rows]
        its = same.summed(found) if by else found[0]
        assert len(its) >= 12
        assert {name: ours[name] for name in its} == pytest.approx(its, rel=1e-9)


def test_a_start_is_measured_too(raced):
    contests, _ = raced("start")
    assert [contest["title"] for contest in contests] == ["Start", "A small file"]


def test_nothing_is_measured_where_a_part_was_not_compiled(benchmark, monkeypatch, tmp_path):
    machine = benchmark("machine")
    machine.require_compiled()
    (tmp_path / "cecli").mkdir()
    for name in ("__init__.py", "slow.pyx"):
        (tmp_path / "cecli" / name).touch()
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match=r"not compiled: cecli\.slow"):
        machine.require_compiled()


def test_two_files_are_joined_that_have_the_same_keys_in_other_orders(benchmark, tmp_path):
    data = benchmark("data")
    old, new = (rows_of(data.made(kind, 1000, tmp_path)) for kind in ("join", "join_other"))
    assert [row[:2] for row in old] != [row[:2] for row in new]
    assert sorted(row[:2] for row in old) == sorted(row[:2] for row in new)
    assert sorted(row[2] for row in old) != sorted(row[2] for row in new)


def one_number(text):
    return {"cross_entropy": float(text)}


def contest_of(benchmark, *answers):
    """Return a contest of processes that print these texts, and have the names a, b, …"""
    contests = benchmark("contests")
    contestants = [
        contests.Contestant(
            name, contests.Role.RIVAL, (sys.executable, "-c", f"print({answer!r})"), one_number
        )
        for name, answer in zip("abcdef", answers, strict=False)
    ]
    return contests.Contest("a race", "narrow", tuple(contestants), 0.5, ("b", "c"))


def test_who_computes_something_else_is_told_and_is_no_yardstick(benchmark):
    contest = contest_of(benchmark, "0.5", "0.500000001", "0.5000000001")
    outcome = benchmark("run").race(contest, 10, 100, repeat=1, warm_up=0)
    assert [result.is_sound for result in outcome.results] == [True, False, True]
    assert not outcome.is_sound
    assert outcome.yardstick().name == "c"
    assert "DISAGREES: cross_entropy 0.500000001" in benchmark("tables").markdown([outcome], {})


def test_a_number_that_cecli_defines_otherwise_is_not_compared(benchmark):
    floored = {"metrics": {"brier": 0.2}, "intervals": {"brier": {"se": 0.1, "floor": "x"}}}
    ours = benchmark("contests").measured(floored)
    assert benchmark("results").comparable({"brier": 0.2, "brier se": 0.05}, ours) == {"brier": 0.2}


def test_a_contestant_that_fails_is_told_and_has_no_ratio(benchmark):
    contests, run = benchmark("contests"), benchmark("run")
    good, bad = contest_of(benchmark, "0.5", "0.5").contestants
    bad = contests.Contestant(bad.name, bad.role, (sys.executable, "-c", "1 / 0"), one_number)
    outcome = run.race(contests.Contest("a race", "narrow", (good, bad)), 10, 100, 1, 0)
    assert not outcome.is_sound
    assert "ZeroDivisionError" in outcome.results[1].failure
    (row,) = [
        line
        for line in benchmark("tables").markdown([outcome], {}).splitlines()
        if "ZeroDivisionError" in line
    ]
    assert row.split("|")[5].strip() == ""


def test_the_peak_and_the_processor_time_of_a_run_are_those_of_the_process(benchmark):
    run = benchmark("measure").run
    size = 300_000_000
    busy = "import time\nwhile time.process_time() < 0.5: pass\n"
    its = run([sys.executable, "-c", f"{busy}len(b'x' * {size})"])
    assert not its.failure
    assert its.peak > size
    assert its.cpu > 0.49


def test_byte_code_is_saved_whatever_the_shell_says(benchmark, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    its = benchmark("measure").run(
        [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"]
    )
    assert its.output.strip() == "False"


def rows_of(path):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", newline="") as file:
        return list(csv.reader(file))


def test_a_longer_file_begins_like_a_shorter_one(benchmark, tmp_path):
    data = benchmark("data")
    short = rows_of(data.made("narrow", 150_000, tmp_path))
    assert rows_of(data.made("narrow", 150_010, tmp_path))[: len(short)] == short
    assert [row[0] for row in short[1:]] == [str(i) for i in range(150_000)]


@pytest.mark.parametrize("kind", ["gz", "quoted", "parquet", "wide"])
def test_every_kind_has_the_same_predictions(benchmark, tmp_path, kind):
    data = benchmark("data")
    path = data.made(kind, 1000, tmp_path)
    narrow = rows_of(data.made("narrow", 1000, tmp_path))
    if kind == "parquet":
        table = importlib.import_module("pyarrow.parquet").read_table(path)
        header, rows = table.column_names, zip(*table.to_pydict().values(), strict=True)
    else:
        header, *rows = rows_of(path)
    place = header.index("p")
    assert len(header) == (100 if kind == "wide" else 5)
    assert [float(row[place]) for row in rows] == [float(row[3]) for row in narrow[1:]]


def test_quoted_files_are_hard_to_read(benchmark, tmp_path):
    path = benchmark("data").made("quoted", 1000, tmp_path)
    text = path.read_text()
    notes = [row[4] for row in rows_of(path)[1:]]
    assert all(line.startswith('"') for line in text.splitlines() if line[0] != "a")
    assert all(any(part in note for note in notes) for part in ('"', "\n", ","))


def test_the_probabilities_of_the_classes_add_up_to_one(benchmark, tmp_path):
    _, *rows = rows_of(benchmark("data").made("multiclass", 1000, tmp_path))
    for row in rows:
        assert math.fsum(map(float, row[2:])) == pytest.approx(1, abs=1e-14)
    hits = sum(float(row[2 + int(row[1])]) for row in rows)
    expected = sum(math.fsum(float(q) ** 2 for q in row[2:]) for row in rows)
    assert hits == pytest.approx(expected, rel=0.1)  # the labels are drawn from them
