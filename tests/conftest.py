"""The process under test, and files for it."""

import gc
import importlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import forking
import pytest
from documents import check_documents
from forking import Forks, Request, run_anew
from hypothesis import settings

ROOT = Path(__file__).parent.parent

# People's runs look at new examples each time. The gate looks at the same ones, so that it says
# something of the change that it judges; to look at more of them each time would find no more.
settings.register_profile("search", deadline=None, print_blob=True)
settings.register_profile("gate", settings.get_profile("search"), derandomize=True, max_examples=50)
settings.load_profile("gate" if "CI" in os.environ else "search")

# Processes inherit what is ignored here, as under nohup or in the background of a shell.
for name, usual in (("SIGHUP", signal.SIG_DFL), ("SIGINT", signal.default_int_handler)):
    if (number := getattr(signal, name, None)) and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)

MOST_SECONDS = 120
# Large packages that tests import, most of them late.
LARGE = ("statsmodels.api", "sklearn.linear_model", "distributed", "polars", "moto.server", "s3fs")
Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[..., str]


def pytest_xdist_auto_num_workers() -> int | None:
    """Return how many processes run tests, if xdist's variable does not say it: some wait."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    cores = os.cpu_count() or 1
    return cores + cores // 2


def pytest_sessionstart() -> None:
    """Let every second process of the gate begin with other imports.

    There, no module has byte code yet, and processes that collect the same tests at the same time
    would each compile all modules.
    """
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    if "CI" in os.environ and number % 2:
        for name in LARGE:
            with suppress(ImportError):
                importlib.import_module(name)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage in what is collected: it stays, and the search is a third of the time."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


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


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks | None]:
    """Return what forks processes of cecli, where a process of the system can stand for one."""
    if not forking.ARE_POSSIBLE:
        yield None
        return
    with Forks(clean_environment()) as found:
        yield found


@pytest.fixture
def cecli(tmp_path: Path, forks: Forks | None) -> Run:
    """Return a function that runs cecli as a process, in an empty folder, and waits for it."""

    def run(
        *arguments: str,
        stdin: str | bytes = b"",
        environment: Mapping[str, str] | None = None,
        folder: Path = tmp_path,
    ) -> subprocess.CompletedProcess[str]:
        whole = clean_environment() | dict(environment or {})
        request = Request(arguments, whole, str(folder))
        run = forks.run if forks is not None and forks.stand_for(whole) else run_anew
        content = stdin if isinstance(stdin, bytes) else stdin.encode()
        code, stdout, stderr = run(request, content, MOST_SECONDS)
        check_documents(stdout, stderr)
        return subprocess.CompletedProcess(arguments, code, stdout.decode(), stderr.decode())

    return run


def clean_environment() -> dict[str, str]:
    """Return the environment without what changes how a report looks, or slows every start."""
    unwanted = {"NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}
