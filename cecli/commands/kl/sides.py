"""p and q in two inputs: their columns, and the match of their rows."""

from collections.abc import Sequence

from cecli.columns.bad_rows import OnUnmatched
from cecli.columns.column import Column, classes_of, listed, separated
from cecli.columns.roles import matched_classes, refuse_sharing
from cecli.commands.kl.wanted import NAMES, Divergence
from cecli.core.chunk import ORIGIN, Preparation
from cecli.core.dataclasses import dataclass
from cecli.core.errors import ColumnError, named
from cecli.core.files import STDIN_NAME, is_one_file
from cecli.core.plan import Given, Noticing
from cecli.core.statistic import States
from cecli.core.table import Table
from cecli.guessing.names import Suggestion, suggested
from cecli.guessing.refusals import read_as_table
from cecli.join.by_key import WITHOUT_PARTNER, JoinedTable
from cecli.join.by_position import PairedTable
from cecli.join.keys import ID, OneKey, key_columns
from cecli.join.labels import with_origin
from cecli.join.sides import Side
from cecli.preparations.rows import Alias
from cecli.report.result import Notice

# (class, column) names of one side: one pair, or one for each class.
Pairs = Sequence[tuple[str, str]]
# What a column may be called and still be one of a distribution, if nobody names the columns.
OF_DISTRIBUTIONS = frozenset({
    Suggestion.NOTHING, Suggestion.PROB, Suggestion.PREDICTED, Suggestion.CONFIDENCE,
    Suggestion.LOGIT, Suggestion.PERCENT, Suggestion.LOG_PROB, Suggestion.COUNT,
})  # fmt: skip


def of_one_file(p: Sequence[str], q: Sequence[str]) -> list[Given]:
    """Return the notice that p and q are read from one file, if they are."""
    if len(p) != 1 or len(q) != 1 or p[0] == STDIN_NAME or not is_one_file(p[0], q[0]):
        return []
    what = (
        f"p and q are both read from {named(p[0])}: of the same columns, all that is not 0 is "
        "rounding"
    )
    return [Given([Notice("one-file", what)])]


@dataclass(frozen=True)
class TwoInputs:
    """The input of p, which has the weights, groups and clusters, and that of q."""

    first: Table
    second: Table

    def names(self, wanted: Divergence) -> tuple[Sequence[str], Sequence[str]]:
        """Return the columns or the patterns of p and of q.

        Those of one side stand for both. If none are named, they are all columns that both inputs
        have, but for those whose names say that they are something else.

        Raises
        ------
        ColumnError
            If none are named, and the inputs have none in common.
        InputError
            If none are named, and an input is a log.
        """
        if wanted.p or wanted.q:
            return wanted.p or wanted.q, wanted.q or wanted.p
        for table in (self.first, self.second):
            if (error := read_as_table(table.header, table.name)) is not None:
                raise error
        taken = {*wanted.taken, *wanted.grouping.mentioned, *self._key(wanted)}
        theirs = set(self.second.header)
        both = [name for name in self.first.header if name in theirs and name not in taken]
        both = [name for name in both if _may_be_of_a_distribution(name)]
        if not both:
            raise ColumnError(
                f"has no column of a distribution in common with {self.first.name}",
                self.second.name,
                "--p COL names the columns of p in the first input, --q COL those of q in the "
                "second",
            )
        of = "columns" if len(both) > 1 else "column"
        wanted.tell(f"p and q are {of} {listed(both)}, which both inputs have; --p and --q choose")
        return both, both

    def pairs(self, wanted: Divergence) -> tuple[Pairs, Pairs]:
        """Return the columns of p and of q, matched by class."""
        p, q = self.names(wanted)
        self._tell_of_parts(p, q, wanted)
        key = self._key(wanted)
        ours = classes_of(self.first.header, p, [*wanted.taken, *key], self.first.name)
        theirs = classes_of(self.second.header, q, key, self.second.name)
        return matched_classes(ours, theirs, (p, q), self.second.name, wanted.tell)

    def table(
        self, ours: Sequence[Column], theirs: Sequence[Column], wanted: Divergence
    ) -> tuple[Table, Noticing]:
        """Return the matched rows of both, and the notice of how they were matched.

        Rows are prepared once they are matched, so that one of weight 0 has its partner.

        Parameters
        ----------
        ours : the columns to read of the first input, `theirs` those of the second.
        """
        first = self._side(self.first, ours, wanted)
        second = self._side(self.second, theirs, wanted, with_origin)
        adopted = {role: role for role in (ORIGIN, *(column.role for column in theirs))}
        if not wanted.key:
            return PairedTable(first, second, adopted), BY_POSITION
        on_unmatched = wanted.on_unmatched or OnUnmatched.ERROR
        return JoinedTable(first, second, adopted, on_unmatched), WITHOUT_PARTNER

    def _side(
        self, table: Table, columns: Sequence[Column], wanted: Divergence, *more: Preparation
    ) -> Side:
        """Return an input with its columns; a column of the key may form groups, too."""
        texts = [column.name for column in columns if column.domain is None]
        keys = key_columns(separated(wanted.key, table.header), shared=texts)
        roles = {key.name: key.role for key in keys}
        again = [c for c in columns if c.name in roles and c.domain is None]
        read = [*keys, *(column for column in columns if column not in again)]
        refuse_sharing(columns, table.name, NAMES | wanted.grouping.reported(table.header))
        refuse_sharing(read, table.name, NAMES | {key.role: ID for key in keys})
        return Side(
            table,
            read,
            [
                *(Alias(column.role, roles[column.name]) for column in again),
                *([OneKey(keys, wanted.bad_rows)] if keys else []),
                *more,
            ],
        )

    def _key(self, wanted: Divergence) -> list[str]:
        return separated(wanted.key, self.first.header)

    def _tell_of_parts(self, p: Sequence[str], q: Sequence[str], wanted: Divergence) -> None:
        """Say whose columns are used, if both inputs have those of both sides."""
        if list(p) == list(q):
            return
        headers = set(self.first.header) & set(self.second.header)
        if {*p, *q} <= headers:
            wanted.tell(
                f"p is {listed(p)} of {self.first.name}, and q is {listed(q)} of "
                f"{self.second.name}; files that are parts of one table are one input: put their "
                "pattern in quotes"
            )


def _may_be_of_a_distribution(name: str) -> bool:
    """Return whether nothing in a name says that its column is something else.

    Classes are often called by their numbers, and a name without letters says nothing.
    """
    is_number = not any(map(str.isalpha, name))
    return is_number or suggested(name).suggestion in OF_DISTRIBUTIONS


def _by_position(states: States) -> Notice:  # noqa: ARG001
    what = "the rows of p and q were matched by position; --id COL matches them by a key"
    return Notice("paired-by-position", what)


BY_POSITION = Noticing((), _by_position)
