"""A document in words: its sentences and tables, before any layout."""

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from cecli.core.dataclasses import dataclass
from cecli.report.result import NAMED_LINES

if TYPE_CHECKING:
    from cecli.report.result import Notice

# So many names are shown.
SHOWN = 5
# CI services execute a line of a log that begins with one of these, blanks aside.
# https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
COMMANDS = ("::", "##[")
# What bars are drawn with, and the rule under the headings of a table.
FILLED, LINE, RULE = "█", "│", "─"
# What stands for characters that a terminal may lack, each as wide as what it stands for.
IN_ASCII = str.maketrans({FILLED: "#", LINE: "|", RULE: "-", "…": "~", "·": "|"})
# What is between two facts.
BETWEEN_FACTS, BETWEEN_BRIEF_FACTS = " | ", " · "


@dataclass(frozen=True)
class Grid:
    """A table in words.

    Attributes
    ----------
    numeric : the positions of the columns that are aligned to the right.
    remark : the position of the column that is left out if there is no room: the last, or None.
    has_bars : whether the remarks are bars, which cannot be wrapped.
    prose : the positions of the columns of sentences, which are wrapped if there is little room.
    more : a sentence about what the table does not show.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int]
    remark: int | None = None
    has_bars: bool = False
    prose: frozenset[int] = frozenset()
    more: str = ""

    def without_remark(self) -> "Grid":
        """Return the grid without its remarks, which are the last column."""
        return self if self.remark is None else self.part(range(self.remark))

    def part(self, places: Sequence[int]) -> "Grid":
        """Return some columns, in this order, without a remark among them."""
        return Grid(
            tuple(self.headings[place] for place in places),
            tuple(tuple(row[place] for place in places) for row in self.rows),
            frozenset(i for i, place in enumerate(places) if place in self.numeric),
            prose=frozenset(i for i, place in enumerate(places) if place in self.prose),
            more=self.more,
        )


@dataclass(frozen=True)
class Sheet:
    """A document in words. Text from the input is already escaped.

    Attributes
    ----------
    title, facts : what was evaluated.
    grids : its tables, the metrics first.
    notices : one sentence each.
    sentences : what matters, in one to three sentences.
    steps : commands that could be next, which can be pasted.
    is_brief : whether the title and its facts are one line if there is room.
    """

    title: str
    facts: str
    grids: tuple[Grid, ...]
    notices: tuple[str, ...]
    sentences: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    is_brief: bool = False

    @property
    def between(self) -> str:
        """What is between two facts."""
        return BETWEEN_BRIEF_FACTS if self.is_brief else BETWEEN_FACTS


def names(several: Sequence[str]) -> str:
    """Return the first few names, and the number of the others."""
    more = f" and {len(several) - SHOWN} more" if len(several) > SHOWN else ""
    return ", ".join(several[:SHOWN]) + more


def inputs(paths: Sequence[str]) -> str:
    """Return the first few inputs; of many in one folder, that folder and their number.

    Examples
    --------
    >>> inputs([f"logs/dt={day}/part.parquet" for day in range(6)]), inputs(["a.csv", "b.csv"])
    ('logs (6 files)', 'a.csv, b.csv')
    """
    levels = zip(*(path.split("/")[:-1] for path in paths), strict=False)
    folder = "/".join(level[0] for level in takewhile(lambda level: len({*level}) == 1, levels))
    return f"{folder} ({len(paths):,} files)" if folder and len(paths) > SHOWN else names(paths)


def sentence(notice: "Notice") -> str:
    """Return a notice with the lines or places that it concerns."""
    if not notice.rows:
        return notice.message
    # A line may stand for several rows, so that only a full list may have left some out.
    is_cut = notice.count is not None and notice.count > len(notice.rows) == NAMED_LINES
    more = ", …" if is_cut else ""
    places = _named_once(notice.places) or list(map(str, notice.rows))
    word = "at" if notice.places else f"line{'s' if len(notice.rows) > 1 else ''}"
    return f"{notice.message} ({word} {', '.join(places)}{more})"


def _named_once(places: Sequence[str]) -> list[str]:
    """Return places of the form FILE:LINE, those behind another one of the same file as :LINE.

    Examples
    --------
    >>> _named_once(["a.csv:2", "a.csv:7", "b.csv:7", "column x"])
    ['a.csv:2', ':7', 'b.csv:7', 'column x']
    """
    files = [place.rpartition(":")[0] for place in places]
    return [
        place.removeprefix(file) if file and file == before else place
        for place, file, before in zip(places, files, ["", *files], strict=False)
    ]


def inert(line: str) -> str:
    r"""Return a line with its first character escaped if a CI service would execute it.

    Examples
    --------
    >>> print(inert("::error::x"), inert("a::b"))
    \x3a:error::x a::b
    """
    bare = line.lstrip()
    if not bare.startswith(COMMANDS):
        return line
    return f"{line[: len(line) - len(bare)]}\\x{ord(bare[0]):02x}{bare[1:]}"
