"""The process under test, and files for it."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from documents import check_documents
from hypothesis import settings

ROOT = Path(__file__).parent.parent

# People's runs look at new examples each time. The gate looks at the same ones, so that it says
# something of the change that it judges.
settings.register_profile("search", deadline=None, print_blob=True)
settings.register_profile("gate", settings.get_profile("search"), derandomize=True)
settings.load_profile("gate" if "CI" in os.environ else "search")

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[..., str]


@pytest.fixture(scope="session")
def samples() -> Path:
    return ROOT / "sample_data"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes text or bytes to a file, and returns its path."""

    def write_file(content: str | bytes, name: str = "preds.csv") -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write_file


@pytest.fixture
def cecli(tmp_path: Path) -> Run:
    """Return a function that runs cecli as a process, in an empty folder, and waits for it."""

    def run(
        *arguments: str,
        stdin: str | bytes = b"",
        environment: Mapping[str, str] | None = None,
        folder: Path = tmp_path,
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "cecli", *arguments],
            input=stdin if isinstance(stdin, bytes) else stdin.encode(),
            capture_output=True,
            cwd=folder,
            env=clean_environment() | dict(environment or {}),
            timeout=120,
        )
        check_documents(done.stdout, done.stderr)
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run


def clean_environment() -> dict[str, str]:
    """Return the environment without what changes how a report looks, or slows every start."""
    unwanted = {"NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}
