"""The documents tell the truth: their commands run, and every option is in them or in the help."""

import gzip
import json
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from forking import ARE_POSSIBLE, listening
from jsonschema import Draft202012Validator

from cecli import merge, score
from cecli.core.errors import ExitCode
from cecli.terminal.app import NAMES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
REFRESH = runpy.run_path(str(ROOT / "docs" / "refresh.py"))
PAGES = REFRESH["PAGES"]
EXAMPLES = [(page, block) for page in PAGES for block in REFRESH["examples"](page)]


def name(page):
    return str(page.relative_to(ROOT))


def blocks(language, pages=PAGES):
    """Return the fenced blocks of a language with their pages, as parameters of a test."""
    fence = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [
        pytest.param(block, id=f"{name(page)}-{number}")
        for page in pages
        for number, block in enumerate(fence.findall(page.read_text()))
    ]


@pytest.fixture
def in_repository(tmp_path):
    """Return a folder that looks like the repository to the examples."""
    return REFRESH["new_folder"](tmp_path)


@pytest.fixture(scope="module")
def program():
    """Return the words that stand for cecli in the examples: forks, where these are possible."""
    with (
        listening(REFRESH["environment"]())
        if ARE_POSSIBLE
        else nullcontext(REFRESH["PROGRAM"]) as words
    ):
        yield words


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(block, id=f"{name(page)}-{block.partition(chr(10))[0][2:60]}")
        for page, block in EXAMPLES
    ],
)
def test_an_example_prints_what_the_page_shows(in_repository, program, block):
    for command, shown in REFRESH["steps"](block):
        output = REFRESH["printed"](command, in_repository, program)
        if shown:
            assert output == shown
    for picture, made in REFRESH["pictures"](in_repository):
        assert picture.read_bytes() == made.read_bytes()


def test_every_picture_beside_the_pages_is_made_by_an_example():
    text = "".join(block for _, block in EXAMPLES)
    for picture in (ROOT / "docs").glob("*.svg"):
        assert f"-o {picture.name}" in text


def test_every_guide_has_examples():
    guides = re.findall(r"\((.*?\.md)\)", (ROOT / "docs" / "index.md").read_text())
    measurements = {"accuracy.md", *(guide for guide in guides if "performance" in guide)}
    of_the_code = {"architecture.md", "../CONTRIBUTING.md"}  # which have tests of their own
    tested = {page.name for page, _ in EXAMPLES}
    of_the_code |= {guide for guide in guides if guide.startswith("reference/")}
    assert set(guides) - measurements - of_the_code - tested == {"python.md", "spark.md"}


def test_every_line_of_a_block_belongs_to_a_command():
    for page, block in EXAMPLES:
        assert block.startswith("$ "), page
        assert [line for line in block.splitlines() if line.startswith("$ ")] == [
            f"$ {command}".partition("\n")[0] for command, _ in REFRESH["steps"](block)
        ]


def test_refreshing_replaces_outputs_and_nothing_else():
    page = "a\n```console\n$ pip install x\n```\nb\n```console\n$ echo 1\n2\n$ true\n```\nc\n"
    assert REFRESH["rewritten"](page, REFRESH["refreshed"]) == page.replace("\n2\n", "\n1\n")


def test_an_example_that_fails_is_an_error(in_repository):
    for command in ("false", "cecli score nothing.csv | cat"):
        with pytest.raises(ValueError, match="exit code"):
            REFRESH["printed"](command, in_repository)


@pytest.mark.parametrize("block", blocks("python"))
def test_a_python_example_runs(monkeypatch, in_repository, block):
    logged = SimpleNamespace(
        log_metrics=lambda metrics: json.dumps(metrics, allow_nan=False),
        log_artifact=lambda path: None,
    )
    monkeypatch.setitem(sys.modules, "mlflow", logged)
    monkeypatch.chdir(in_repository)
    exec(compile(block, "example", "exec"), {})


@pytest.mark.parametrize("block", blocks("toml"))
def test_a_configuration_is_valid_and_its_rules_hold(cecli, in_repository, block):
    table = tomllib.loads(block)["tool"]["cecli"]
    schema = json.loads(cecli("schema", "config").stdout)
    Draft202012Validator(schema).validate(table)
    (in_repository / "pyproject.toml").write_text(block)
    baseline = ["score", "sample_data/old.csv", "--label", "y_true", "--prob", "y_prob"]
    assert not cecli(*baseline, "-o", table["baseline"]).returncode
    for profile in ([], *(["--profile", name] for name in table["profiles"])):
        done = cecli("check", *profile)
        assert done.returncode == ExitCode.OK, done.stderr


@pytest.mark.parametrize("block", blocks("yaml"))
def test_a_yaml_example_can_be_read(block):
    assert yaml.safe_load(block)


def test_the_links_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)(.*?)\)", page.read_text()):
            path, _, anchor = target.partition("#")
            linked = page.parent / path if path else page
            assert linked.exists(), (page, target)
            headings = re.findall(r"^#+ (.*)$", linked.read_text(), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in headings}
            assert not anchor or anchor in anchors, (page, target)


def test_the_index_lists_every_page():
    index = (ROOT / "docs" / "index.md").read_text()
    for page in PAGES:
        assert page.parent == ROOT or page.name == "index.md" or f"({page.name})" in index


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize("heading", ["Install and run", "Run the tests"])
def test_the_two_commands_can_be_found_by_a_script(heading):
    """`.ci/run` runs them, on a new machine: here, they are found only."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)^## ", README, re.MULTILINE | re.DOTALL)
    (block,) = re.findall(r"^```console\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    (line,) = block.splitlines()
    found = subprocess.run(
        [ROOT / ".ci" / "run", "--show", heading], capture_output=True, text=True, check=True
    )
    assert line == f"$ {found.stdout.strip()}"
    assert "pip install" in line


def test_the_readme_compares_with_what_was_measured():
    page = (ROOT / "docs" / "performance-1e7.md").read_text()
    rows = re.findall(r"^\| (.*?) \| ([\d.]+) \| [\d.]+ \| (\d+) \| .* \|", page, re.MULTILINE)
    measured = {f"{seconds} s, {peak} MB" for _, seconds, peak in rows}
    claimed = re.findall(r"[\d.]+ s, [\d,]+ MB", README)
    assert len(claimed) == 10
    assert set(claimed) <= measured


def test_every_case_of_the_accuracy_page_is_exact_in_cecli():
    page = (ROOT / "docs" / "accuracy.md").read_text()
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 15
    assert all(row[3].strip() == "none" for row in rows)


def test_the_accuracy_page_is_what_its_script_finds():
    script = runpy.run_path(str(ROOT / "docs" / "accuracy.py"))
    cases = [*script["losses"](), *script["divergences"](), *script["sums"]()]
    for case, exact, ours, _, _ in cases:
        assert script["error"](ours, exact) == "none", case


ANSWERING = [
    *("score", "calibration", "compare", "kl", "entropy", "worst", "check", "metrics", "schema"),
    "slices",
    "explain",
]
COMMANDS = [*ANSWERING, "drift", "fit", "apply", "inspect", "merge", "attest", "verify", "report"]


def rows_of_help(cecli, *command):
    """Return the words of each line of the help that is about an option."""
    whole = ["--help-all"] if command else ["--help"]
    text = cecli(*command, *whole, environment={"COLUMNS": "200"}).stdout
    lines = [re.sub("^-., ", "", line.strip()) for line in text.splitlines()]
    return [line.split() for line in lines if line.startswith("--")]


@pytest.mark.parametrize("command", [[name] for name in COMMANDS])
def test_every_command_and_option_has_help_and_is_documented(cecli, command):
    text = "".join(page.read_text() for page in PAGES)
    rows = rows_of_help(cecli, *command)
    assert rows
    options = {row[0] for row in rows}
    assert {option for option in options if not re.search(rf"{option}\b(?!-)", text)} == set()
    assert not command or f"cecli {command[0]}" in text


def test_every_option_of_a_documented_command_exists(cecli):
    known = {name: {row[0] for row in rows_of_help(cecli, name)} for name in COMMANDS}
    used = re.compile(r"cecli (\w+)((?:\\\n|[^|`\n;])*)")
    for page in PAGES:
        for command, arguments in used.findall(page.read_text()):
            options = set(re.findall(r"(?<= )--[a-z-]+", arguments))
            if command in known:
                assert options <= known[command], (page, command)


def test_all_commands_are_tested_here():
    assert set(NAMES) == set(COMMANDS)


def stored(cecli, write):
    """Write the reports that the examples speak of."""
    report = cecli("score", "preds.csv", "--label", "y_true", "--prob", "y_prob", "--json").stdout
    for name in ("report.json", "main.json"):
        write(report, name)


@pytest.mark.parametrize("command", ANSWERING)
def test_the_examples_of_the_help_run(cecli, write, tmp_path, samples, command):
    write(
        "y_true,y_prob,sample_weight,outcome,segment,species,p_setosa,p_other,q_setosa,q_other,"
        "teacher,student,model_a,model_b,user,observed,predicted,net_1,net_2,net_3\n"
        "1,0.75,1,yes,a,setosa,0.5,0.5,0.25,0.75,0.5,0.5,0.75,0.5,u,a,b,0.5,0.25,0.5\n"
        "0,0.25,2,no,b,other,0.5,0.5,0.75,0.25,0.5,0.25,0.25,0.5,v,b,a,0.25,0.5,0.25\n"
    )
    for name in ("teacher", "student"):
        write("id,p_a,p_b\n1,0.75,0.25\n2,0.5,0.5\n", f"{name}.csv")
    for name in ("train", "today"):
        write("y_true,y_prob,age\n1,0.75,30\n0,0.25,40\n", f"{name}.csv")
    for file in samples.glob("*.kld"):
        shutil.copy(file, tmp_path)
    for name in ("base", "quantised"):
        rows = [{"doc": i % 3, "pos": i, "logprob": -1.0 - i % 4} for i in range(12)]
        write("".join(f"{json.dumps(row)}\n" for row in rows), f"{name}.jsonl")
    write("id,y_true,y_prob\n1,1,0.75\n2,0,0.5\n", "old.csv")
    write("id,y_true,y_prob\n1,1,0.5\n2,0,0.25\n", "new.csv")
    write("id,p\nb,0.25\na,0.75\n", "probs.csv")
    write("id,y\na,1\nb,0\n", "truth.csv")
    write("species,class,confidence\na,a,0.75\nb,a,0.5\n", "top.csv")
    write("last_month,this_month\n10,20\n30,10\n", "counts.csv")
    stored(cecli, write)
    if command == "calibration":
        (tmp_path / "month").mkdir()
        predictions = ("preds.csv", "--label", "y_true", "--prob", "y_prob")
        cecli(command, *predictions, "--save-state", "month/a.state")
    text = cecli(command, "--help-all", environment={"COLUMNS": "200"}).stdout
    examples = [
        line.strip().partition("| ")[0]
        for line in text.splitlines()
        if line.strip().split()[:2] == ["cecli", command]
    ]
    assert len(examples) >= 3
    for example in examples:
        guessed = "preds.csv" in example and "--label" not in example
        guessed &= command in {"score", "calibration", "check"}
        named = ["--label", "y_true", "--prob", "y_prob"] if guessed else []
        done = cecli(*shlex.split(example)[1:], *named)
        # A rule of an example may fail on these rows; that it does is what the command is for.
        codes = {ExitCode.OK, ExitCode.CHECK_FAILED} if command == "check" else {ExitCode.OK}
        assert done.returncode in codes, (example, done.stderr)


def test_the_examples_of_merging_run(cecli, write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "daily").mkdir()
    days = {"day30": "1,0.75\n0,0.5\n", "day31": "0,0.25\n", "today": "1,0.5\n"}
    days["user7"] = "1,0.75\n"
    for name, rows in days.items():
        state = f"{name}.state"
        score(write(f"y,p\n{rows}", f"{name}.csv"), label="y", prob="p", save_state=state)
    merge(["day30.state", "day31.state"], save_state="month.state")
    for copy in ("shard-1.state", "shard-2.state", "daily/today.state"):
        shutil.copy("today.state", copy)
    text = cecli("merge", "--help", environment={"COLUMNS": "200"}).stdout
    lines = [line.strip() for line in text.splitlines()]
    examples = [line for line in lines if line.startswith("cecli merge")]
    assert len(examples) >= 3
    for example in examples:
        done = cecli(*shlex.split(example)[1:])
        assert done.returncode == ExitCode.OK, (example, done.stderr)


def test_the_examples_of_receipts_run(cecli, write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = ["a,1,0.75\n", "b,0,0.25\n", "a,0,0.5\n"]
    write("segment,y,p\n" + "".join(rows))
    score("preds.csv", label="y", prob="p", save_state="preds.state")
    text = "segment,y,p\n" + "".join(reversed(rows))
    write(gzip.compress(text.encode()), "shuffled.csv.gz")
    for command in ("attest", "verify"):
        text = cecli(command, "--help-all", environment={"COLUMNS": "200"}).stdout
        lines = [line.strip() for line in text.splitlines()]
        examples = [line for line in lines if line.startswith(f"cecli {command} ")]
        assert len(examples) >= 3
        for example in examples:
            done = cecli(*shlex.split(example)[1:])
            # A rule of an example may fail on these rows.
            codes = {ExitCode.OK, ExitCode.CHECK_FAILED} if "--max" in example else {ExitCode.OK}
            assert done.returncode in codes, (example, done.stderr)


def test_the_examples_of_fitting_and_applying_run(cecli, write):
    rows = (
        f"{y},{'yes' if y else 'no'},{'setosa' if y else 'other'},{p:g},{p:g},{1 - p:g}\n"
        for y, p in ((0, 0.2), (0, 0.7), (1, 0.3), (1, 0.6), (0, 0.4), (1, 0.8)) * 9
    )
    write("result,outcome,species,y_prob,p_setosa,p_other\n" + "".join(rows))
    for command, least in (("fit", 4), ("apply", 4)):
        text = cecli(command, "--help-all", environment={"COLUMNS": "200"}).stdout
        examples = [line.strip() for line in text.splitlines() if f" cecli {command} p" in line]
        assert len(examples) >= least
        for example in examples:
            guessed = command == "fit" and "--label" not in example
            label = ["--label", "result"] if guessed else []
            # Its columns of classes are predictions, too.
            label += ["--prob", "y_prob"] if guessed and "--prob" not in example else []
            done = cecli(*shlex.split(example)[1:], *label)
            assert done.returncode == ExitCode.OK, (example, done.stderr)


def test_the_changelog_knows_the_version():
    from cecli import __version__

    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in changelog or f"## [{__version__}]" in changelog
