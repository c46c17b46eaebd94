"""The tools that teams already have, installed and run on what cecli writes.

`.ci/neighbours` installs them, and runs these tests; elsewhere they are skipped. What is imitated
of them for quick tests is in test_trackers.py and renderers/test_junit.py.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "ci.md"
PROGRAMS = Path(sys.executable).parent
COLUMNS = ("--label", "y_true", "--prob", "y_prob")
# The schema that Jenkins reads by and pytest tests its own files against; not ours to ship.
SCHEMA = os.environ.get("JUNIT_SCHEMA", "")


def needs(module):
    return pytest.mark.skipif(find_spec(module) is None, reason=f"{module} is not installed")


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a program, with those of this environment, and waits for it."""
    quiet = {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"),
        "DVC_NO_ANALYTICS": "1",
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        # A hook of the whole repository is installed without compiling it.
        "CECLI_NO_EXTENSIONS": "1",
    }

    def run_program(*command, expected=0):
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ | quiet, capture_output=True, text=True
        )
        assert done.returncode == expected, done.stdout + done.stderr
        return done.stdout

    return run_program


@pytest.fixture
def repository(run, tmp_path, samples):
    """Return the folder of a new repository that has predictions, and a report on the old ones."""
    for name in ("old", "new"):
        shutil.copy(samples / f"{name}.csv", tmp_path)
    (tmp_path / ".gitignore").write_text("home/\n")
    run("git", "init", "--quiet")
    run("cecli", "score", "old.csv", *COLUMNS, "--quiet", "-o", "report.json")
    return tmp_path


def bins_to(path, report):
    """Write the bins of a calibration as records, as the guide does."""
    (code,) = re.findall(r'python -c "(.*?)"', GUIDE.read_text())
    command = [sys.executable, "-c", code]
    with path.open("w") as file:
        subprocess.run(command, input=report, stdout=file, text=True, check=True)


@needs("dvc")
def test_dvc_compares_a_report_as_it_is_and_plots_its_bins(run, repository):
    run("dvc", "init", "--quiet")
    (repository / "dvc.yaml").write_text(
        "metrics:\n  - report.json\n"
        "plots:\n  - bins.json:\n      x: mean_prediction\n      y: observed_rate\n"
    )
    bins_to(repository / "bins.json", run("cecli", "calibration", "old.csv", *COLUMNS, "--json"))
    run("git", "add", ".")
    run("git", "commit", "--quiet", "--message", "old")
    before = json.loads((repository / "report.json").read_text())["metrics"]
    shown = json.loads(run("dvc", "metrics", "show", "--json"))[""]["data"]["report.json"]["data"]
    assert shown["metrics"] == before

    run("cecli", "score", "new.csv", *COLUMNS, "--quiet", "-o", "report.json")
    now = json.loads((repository / "report.json").read_text())["metrics"]
    changes = json.loads(run("dvc", "metrics", "diff", "--json"))["report.json"]
    changed = {name for name in now if now[name] != before[name]}
    assert {"cross_entropy", "skill", "auc"} <= changed
    for name in changed:
        change = changes[f"metrics.{name}"]
        assert (change["old"], change["new"]) == (before[name], now[name])

    bins_to(repository / "bins.json", run("cecli", "calibration", "new.csv", *COLUMNS, "--json"))
    (page,) = re.findall(r"file://(.*)", run("dvc", "plots", "diff", "-o", "plots"))
    points = json.loads((repository / "bins.json").read_text())
    text = Path(page).read_text()
    assert all(str(point["observed_rate"]) in text for point in points)


@needs("mlflow")
def test_mlflow_keeps_every_metric_and_the_page(run, repository):
    run("cecli", "report", "old.csv", *COLUMNS, "--quiet", "-o", "report.html")
    (example,) = re.findall(
        r"^```python\n(import cecli\nimport mlflow.*?)^```", GUIDE.read_text(), re.M | re.S
    )
    example = example.replace("sample_data/", "")
    store = f"sqlite:///{repository / 'runs.db'}"
    program = f"""
import mlflow, json
mlflow.set_tracking_uri({store!r})
mlflow.create_experiment("cecli", artifact_location={(repository / "kept").as_uri()!r})
mlflow.set_experiment("cecli")
with mlflow.start_run() as run:
    exec({example!r})
kept = mlflow.get_run(run.info.run_id)
page = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="report.html")
print(json.dumps([kept.data.metrics, page]))
"""
    metrics, page = json.loads(run(sys.executable, "-c", program).splitlines()[-1])
    expected = json.loads(run("cecli", "score", "new.csv", *COLUMNS, "--json"))["metrics"]
    assert metrics == {name: x for name, x in expected.items() if x is not None}
    assert Path(page).read_bytes() == (repository / "report.html").read_bytes()


@pytest.fixture
def verdicts(run, repository):
    """Return the path of JUnit XML with a rule that holds, one that does not, and a warning."""
    rules = ("--min", "skill=0.5", "--max", "cross_entropy=0.01", "--max", "brier=0.001:warn")
    junit = ("--export", "junit=verdicts.xml")
    run("cecli", "check", "new.csv", *COLUMNS, *rules, *junit, expected=1)
    return repository / "verdicts.xml"


@needs("junitparser")
def test_a_reader_of_junit_finds_what_became_of_each_rule(verdicts):
    from junitparser import Failure, JUnitXml, Skipped

    cases = [case for suite in JUnitXml.fromfile(str(verdicts)) for case in suite]
    found = {case.name.split()[0]: [type(each) for each in case.result] for case in cases}
    assert found == {"skill": [], "cross_entropy": [Failure], "brier": [Skipped]}
    (reason,) = (case.result[0].message for case in cases if case.name.startswith("cross"))
    assert "above the maximum of 0.01" in reason


@needs("xmlschema")
@pytest.mark.skipif(not SCHEMA, reason="JUNIT_SCHEMA names no schema")
def test_junit_obeys_the_schema_that_pytest_obeys(verdicts):
    import xmlschema

    xmlschema.XMLSchema(SCHEMA).validate(str(verdicts))


@needs("pre_commit")
def test_pre_commit_refuses_a_commit_that_breaks_a_rule(run, repository):
    (hook,) = re.findall(r"^- repo: local\n.*?(?=^```)", GUIDE.read_text(), re.M | re.S)
    (repository / ".pre-commit-config.yaml").write_text(
        "repos:\n" + "".join(f"  {line}\n" for line in hook.splitlines())
    )
    rule = '[[check]]\nmetric = "cross_entropy"\nmax = {}\n'
    columns = 'files = "new.csv"\nlabel = "y_true"\nprob = "y_prob"\n'
    run("pre-commit", "install")
    (repository / "cecli.toml").write_text(columns + rule.format(0.2))
    run("git", "add", ".")
    run("git", "commit", "--quiet", "--message", "a rule that holds")
    (repository / "cecli.toml").write_text(columns + rule.format(0.01))
    run("git", "add", ".")
    run("git", "commit", "--quiet", "--message", "a rule that does not", expected=1)
    assert run("git", "log", "--format=%s").split("\n")[0] == "a rule that holds"


@needs("pre_commit")
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="cecli is no repository here")
def test_pre_commit_installs_the_hook_of_this_repository(run, repository):
    (repository / "cecli.toml").write_text(
        'files = "new.csv"\nlabel = "y_true"\nprob = "y_prob"\n'
        '[[check]]\nmetric = "cross_entropy"\nmax = 0.2\n'
    )
    run("git", "add", ".")
    shown = run("pre-commit", "try-repo", str(ROOT), "cecli-check", "--all-files", "--verbose")
    assert "1 passed" in shown
