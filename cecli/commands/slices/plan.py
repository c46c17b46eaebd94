"""The plans of `slices`: a pass that finds values and ranges, and one that sums their groups."""

import math
from collections.abc import Sequence

import numpy as np

from cecli.columns.column import Column, find, separated
from cecli.commands.score.plan import predictions, prob_columns
from cecli.commands.score.scored import Scored
from cecli.commands.slices.features import MOST_NUMBERS, Feature, Searched
from cecli.commands.slices.search import Search
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import TriedCommand, UsageError
from cecli.core.evaluate import states_of
from cecli.core.fold import Progress
from cecli.core.plan import Given, Plan
from cecli.core.remarks import remarks
from cecli.core.table import Table, beginning_of
from cecli.engines import Engine
from cecli.guessing.case import Case
from cecli.guessing.evidence import FirstSight, Seen, look
from cecli.guessing.proposal import Asking, Proposal
from cecli.guessing.roles import Role
from cecli.metrics.cross_entropy import loss_metrics
from cecli.metrics.metric import measured
from cecli.notices.units import dependent_rows
from cecli.options.scoring import Scoring
from cecli.preparations.order import in_order
from cecli.readers.bytes.folders import keys_of
from cecli.statistics.mean import WEIGHT

# No group of fewer rows has a mean to rely on.
LEAST_ROWS = 30
# A column of whole numbers with more distinct ones a row is taken for a key.
KEY_LIKE = 0.9
COLUMNS_NEEDED = "--columns COL,COL names the columns to search"
# What groups rows, as far as the first of them tell.
GROUPING = frozenset({
    Role.NONE, Role.LABEL, Role.CLASSES, Role.TWO, Role.QUANTITY, Role.COUNT, Role.FOLDER,
})  # fmt: skip


@dataclass(frozen=True)
class SlicesWanted:
    """What is searched, as the user named it."""

    columns: Sequence[str]
    depth: int
    bins: int
    min_rows: int | None
    level: float

    def __post_init__(self) -> None:
        enough = self.min_rows is None or self.min_rows >= 2
        checks = {
            f"--depth {self.depth} is not 1, 2 or 3": 1 <= self.depth <= 3,
            f"--bins {self.bins} is not in [2, 100]": 2 <= self.bins <= 100,
            f"--min-rows {self.min_rows} is not at least 2": enough,
            f"--level {self.level} is not in (0, 1)": 0.0 < self.level < 1.0,
        }
        for what, holds in checks.items():
            if not holds:
                raise UsageError(what)


@dataclass(frozen=True)
class CopiedRole:
    """Copies the values of a role to another role, before they are prepared."""

    role: str
    copy: str

    def __call__(self, chunk: Chunk) -> Chunk:
        if self.role in chunk.texts:
            return chunk.with_texts(**{self.copy: chunk.texts[self.role]})
        return chunk.with_numbers(**{self.copy: chunk.numbers[self.role]})


def slices_plan(
    table: Table,
    scoring: Scoring,
    wanted: SlicesWanted,
    asking: Asking,
    engine: Engine,
    progress: Progress | None,
) -> Plan:
    """Return the plan for all groups, after a first pass over the columns to search.

    Parameters
    ----------
    asking : what was asked, for the command that an error proposes.

    Raises
    ------
    UsageError
        If no column is named, or they have too many groups.
    """
    scored = predictions(table, scoring, prob_columns(table, scoring))
    sight = look(table)
    features = _features(table, scored, wanted, asking, sight)
    roles = {feature.name: feature.role for feature in features}
    first = Plan(
        columns=[*(Column(r, n, None) for n, r in roles.items()), *scoring.weighting.columns],
        prepare=in_order(),
        findings=[Given((), feature.statistics) for feature in features],
        head=scored.head("slices", scoring),
        bad_rows=scoring.bad_rows,
    )
    _refuse_what_is_read_once(table, first)
    states = states_of(table, first, engine, progress)
    rows = states[WEIGHT].rows
    root = math.isqrt(max(rows - 1, 0)) + 1
    least = max(LEAST_ROWS, root) if wanted.min_rows is None else wanted.min_rows
    searched = tuple(feature.searched(states, wanted.bins, least) for feature in features)
    plan = _second(table, scored, scoring, wanted, searched, least)
    units = dependent_rows(sight, {column.name for column in scored.columns})
    return replace(plan, findings=(*plan.findings, *units))


def _refuse_what_is_read_once(table: Table, plan: Plan) -> None:
    parts = table.partitions(plan.columns, plan.bad_rows)
    is_kept = beginning_of(table, plan.columns, plan.bad_rows) is not None
    if not is_kept or any(part.rest(0) is None for part in parts):
        raise UsageError(
            "can be read only once, and a search reads its rows twice",
            table.name,
            "give one table with all rows: pandas.concat(pieces)",
        )


def _second(
    table: Table,
    scored: Scored,
    scoring: Scoring,
    wanted: SlicesWanted,
    searched: tuple[Searched, ...],
    least: int,
) -> Plan:
    known = {column.name: column for column in scored.columns}
    new = [Column(s.role, s.name, None) for s in searched if s.name not in known]
    copied = [CopiedRole(known[s.name].role, s.role) for s in searched if s.name in known]
    search = Search(
        searched,
        wanted.depth,
        least,
        wanted.level,
        table.name,
        several=bool(scored.several),
        is_soft=any(column.role == "target" for column in scored.columns),
    )
    mean, *_ = loss_metrics(scored.loss.score)
    head = scored.head("slices", scoring)
    head = head._replace(columns={**head.columns, "columns": [s.name for s in searched]})
    return Plan(
        columns=[*scored.columns, *new],
        prepare=scored.prepare(scoring, kept=[*copied, *searched]),
        findings=(
            scored.classes,
            *measured((mean,)),
            search,
            *scored.watches,
            *remarks(scoring.bad_rows, scoring.notices),
        ),
        head=head,
        bad_rows=scoring.bad_rows,
    )


def _features(
    table: Table, scored: Scored, wanted: SlicesWanted, asking: Asking, sight: FirstSight
) -> list[Feature]:
    names = separated(wanted.columns, table.header)
    if not names:
        raise _unnamed(table, scored, asking, sight)
    for name in names:
        find(table.header, name, table.name)
    classes = {column.name for column in scored.columns if column.place is not None}
    if taken := sorted(classes.intersection(names)):
        raise UsageError(f"column {taken[0]} is a prediction of one class", table.name)
    seen = sight.by_name
    numeric = {column.name for column in scored.columns if column.domain is not None}
    return [
        Feature(f"slice {i}", name, name in numeric or _is_numeric(seen, name), table.name)
        for i, name in enumerate(names)
    ]


def _unnamed(table: Table, scored: Scored, asking: Asking, sight: FirstSight) -> UsageError:
    """Return the error that no column is named, with the command that searches those it could."""
    scoring = {column.name for column in scored.columns}
    others = [name for name in table.header if name not in scoring]
    hint = f"the other columns are {', '.join(others)}" if others else ""
    error = UsageError(f"no column to search is named: {COLUMNS_NEEDED}", table.name, hint)
    reads = Case(sight, {}, tuple(scoring)).reads
    found = [
        read.name for read in reads if read.role in GROUPING and _has_groups(read.column, table)
    ]
    if not found:
        return error
    proposal = Proposal({"columns": ",".join(found)}, "")
    if not asking.takes(proposal):
        return error
    reason = "values that several rows have, and numbers to cut into ranges"
    return error.trying([TriedCommand(asking.line(proposal), reason)])


def _has_groups(column: Seen, table: Table) -> bool:
    """Return whether a column has several values, and each has two rows on average.

    Numbers can be cut into ranges whatever their number, unless they are whole and nearly all
    distinct, as keys are.
    """
    profile = column.profile
    if column.is_stated:
        # The first rows may be those of one folder of many.
        return len({keys_of(path).get(column.name) for path in table.names}) > 1
    distinct = len(set(column.texts))
    if profile.kind == "empty" or distinct < 2:
        return False
    if profile.kind == "numbers":
        numbers = column.numbers[~column.missing]
        is_whole = bool((np.floor(numbers) == numbers).all())
        return not is_whole or distinct <= KEY_LIKE * profile.rows
    return 2 * distinct <= profile.rows


def _is_numeric(seen: object, name: str) -> bool:
    """Return whether the first rows have many different numbers in a column."""
    column = seen.get(name) if isinstance(seen, dict) else None
    if column is None or column.profile.kind != "numbers":
        return False
    return column.profile.values is None or len(column.profile.values) > MOST_NUMBERS
