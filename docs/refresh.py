"""Run the console examples of the README and the guides, and write what they print into the pages.

Run it from the repository after an output has changed on purpose: python docs/refresh.py

A console block is a session of bash, in a new folder that has the sample data. What follows a
command, up to the next one, is what it prints on stdout and stderr; a command that shows nothing
is run, and what it prints is left out. A new example has any text, such as ?, for its output. A
picture beside the pages is renewed by the example that writes a file of its name.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*(?:(?<=\\)\n.*)*)\n", re.MULTILINE)
# The two commands for a new machine; .ci/run runs them.
INSTALLING = "pip install"
UNWANTED = {"NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "PYTHONDONTWRITEBYTECODE"}
PROGRAM = (sys.executable, "-m", "cecli")


def examples(page: Path) -> list[str]:
    """Return the console blocks of a page that are to be run."""
    blocks: list[str] = BLOCK.findall(page.read_text())
    return [block for block in blocks if INSTALLING not in block]


def steps(block: str) -> Iterator[tuple[str, str]]:
    """Return the commands of a block, each with the output that is shown."""
    _, *parts = COMMAND.split(block)
    for command, output in zip(parts[::2], parts[1::2], strict=True):
        yield command, output.strip("\n")


def new_folder(parent: Path) -> Path:
    """Return a folder that looks like the repository to the examples."""
    shutil.copytree(ROOT / "sample_data", parent / "sample_data")
    return parent


def environment() -> dict[str, str]:
    """Return the environment of the examples: active, as a reader's, so that it has a `python`."""
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    wanted = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    return wanted | {"PATH": os.pathsep.join(folders)}


def printed(command: str, folder: Path, program: Sequence[str] = PROGRAM) -> str:
    """Return what a command prints; it must succeed. A program stands for cecli."""
    prelude = f'set -euo pipefail; cecli() {{ {shlex.join(program)} "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-c", prelude + command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env=environment(),
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise ValueError(f"exit code {done.returncode}: {command}\n{done.stdout}")
    return done.stdout.strip("\n")


def refreshed(block: str) -> str:
    """Return a block with what its commands print now."""
    text = ""
    with tempfile.TemporaryDirectory() as parent:
        folder = new_folder(Path(parent))
        for command, shown in steps(block):
            output = printed(command, folder)
            text += f"$ {command}\n" + (f"{output}\n" if shown else "")
        for picture, made in pictures(folder):
            shutil.copyfile(made, picture)
    return text


def pictures(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Return the pictures beside the pages that examples have made, with what they made."""
    for picture in (ROOT / "docs").glob("*.svg"):
        if (made := folder / picture.name).exists():
            yield picture, made


def rewritten(page: str, refresh: Callable[[str], str]) -> str:
    """Return a page whose console blocks are replaced."""

    def replaced(match: re.Match[str]) -> str:
        block = match[1]
        return match[0] if INSTALLING in block else f"```console\n{refresh(block)}```"

    return BLOCK.sub(replaced, page)


def main() -> None:
    """Renew the pages that are named, or all of them."""
    for page in map(Path, sys.argv[1:]) if sys.argv[1:] else PAGES:
        page.write_text(rewritten(page.read_text(), refreshed))


if __name__ == "__main__":
    main()
