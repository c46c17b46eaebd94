"""The recipes of CONTRIBUTING.md are followed in a copy of the package, as they stand."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import cecli

PAGE = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text()
PACKAGE = Path(cecli.__file__).parent
ROWS = "y,p\n1,0.75\n0,0.5\n1,0.875\n0,0.25\n"
FENCE = re.compile(r"^```(?P<what>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r'(?P<kind>python|diff) file=(?P<path>\S+)(?: after="(?P<after>[^"]*)")?')
COMMAND = re.compile(r"^\$ (.*)\n", re.MULTILINE)
PRELUDE = 'set -uo pipefail; cecli() { "$CECLI_PYTHON" -m cecli "$@"; }\n'


def recipes():
    """Return the sections that change the package, by their titles."""
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    titled = {section.partition("\n")[0]: section for section in sections}
    return {title: text for title, text in titled.items() if " file=" in text}


def change(package, what, text):
    """Write a new file, or add a line to one, after or before the line that stands beside it."""
    found = FILE.fullmatch(what)
    path = package.parent / found["path"]
    if found["kind"] == "python":
        assert not path.exists()
        path.write_text(text)
        return
    lines = text.splitlines()
    (added,) = [line[1:] + "\n" for line in lines if line[0] == "+"]
    (kept,) = [line[1:] + "\n" for line in lines if line[0] == " "]
    content = path.read_text()
    start = content.index(kept, content.index(found["after"] or ""))
    place = start + len(kept) if lines[0][0] == " " else start
    path.write_text(content[:place] + added + content[place:])


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a command of bash on a copy of the package."""
    shutil.copytree(PACKAGE, tmp_path / "cecli", ignore=shutil.ignore_patterns("*.pytest*"))
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "preds.csv").write_text(ROWS)
    unwanted = {"NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS"}
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    environment |= {"PYTHONPATH": str(tmp_path), "CECLI_PYTHON": sys.executable}

    def command(*arguments):
        return subprocess.run(
            arguments,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return command


@pytest.mark.parametrize("title", recipes())
def test_a_recipe_does_what_it_says(run, tmp_path, title):
    shown = 0
    for what, text in FENCE.findall(recipes()[title]):
        if FILE.fullmatch(what):
            change(tmp_path / "cecli", what, text)
        elif what == "console":
            _, *parts = COMMAND.split(text)
            for command, output in zip(parts[::2], parts[1::2], strict=True):
                done = run("bash", "-c", PRELUDE + command)
                assert done.stdout == output, done.stderr
                shown += 1
        elif what == "python run":
            done = run(sys.executable, "-c", text)
            assert done.returncode == 0, done.stderr
            shown += 1
    assert shown


def test_there_is_a_recipe_for_each_thing_that_is_added_most():
    assert list(recipes()) == [
        "A metric",
        "A format",
        "An option",
        "An engine",
        "A rule that guesses",
    ]
