"""Write the tree of the package into docs/architecture.md: python docs/tree.py

A test holds it up to date. Run it after a file of the package came, went or moved.
"""

import textwrap
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parent / "architecture.md"
PACKAGE = Path(__file__).parent.parent / "cecli"
ROOT, END = "cecli/\n", "```"
NAMES_AT, WIDTH = 19, 98  # columns


def lines(folder: Path, depth: int = 1) -> Iterator[str]:
    """Yield the lines of the folders in a folder: the names of the files in each."""
    for inner in sorted(path.parent for path in folder.glob("*/__init__.py")):
        names = " ".join(sorted({path.stem for path in inner.glob("*.py")} - {"__init__"}))
        title = f"{'  ' * depth}{inner.name}/ ".ljust(NAMES_AT)
        yield textwrap.fill(title + names, WIDTH, subsequent_indent=" " * NAMES_AT).rstrip()
        yield from lines(inner, depth + 1)


def page() -> str:
    """Return the text of the page, with the tree that the package has now."""
    before, _, rest = PAGE.read_text().partition(ROOT)
    after = rest[rest.index(END) :]
    return "".join((before, ROOT, *(f"{line}\n" for line in lines(PACKAGE)), after))


if __name__ == "__main__":
    PAGE.write_text(page())
