"""From options to the values that plans are made of."""

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from cecli.columns import bad_rows
from cecli.columns.bad_rows import BadRows, OnUnmatched
from cecli.columns.column import separated
from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.core.errors import InputError, TriedCommand, UsageError
from cecli.core.files import STDIN, STDIN_NAME, refuse_stdin_twice
from cecli.core.table import Table
from cecli.engines import Engine, in_process, serial
from cecli.engines.threads import Threads, available_cores
from cecli.options.groups import (
    MAX_GROUPS,
    MIN_COUNT,
    SEED,
    Average,
    AverageOptions,
    GroupingOptions,
    GroupOptions,
    ReplicateOptions,
)
from cecli.options.joining import JoinOptions
from cecli.options.keywords import named_in, silent
from cecli.options.reading import EngineName, ReadingOptions, TextOptions
from cecli.options.scoring import Grouping, Resampling, Scoring, Stating, Weighting
from cecli.options.shapes import ShapeOptions
from cecli.readers.bytes.sources import UTF_8, check_encoding
from cecli.readers.opening import Reading, open_table
from cecli.readers.text.blocks import BLOCK_BYTES
from cecli.readers.text.dialect import Dialect, character
from cecli.readers.text.sniffing import MARK, Known, sniffed
from cecli.report.result import LEVEL

R = TypeVar("R", bound=ReadingOptions)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from cecli.options.declare import Family
    from cecli.report.result import Units
    from cecli.shapes import Shape

    class Predicting(Protocol):
        """The options that all commands about predictions have."""

        @property
        def label(self) -> str | None: ...
        @property
        def target(self) -> Sequence[str]: ...
        @property
        def prob(self) -> Sequence[str]: ...
        @property
        def weight(self) -> str | None: ...
        @property
        def count(self) -> str | None: ...
        @property
        def positive(self) -> str | None: ...
        @property
        def scale(self) -> Scale | None: ...
        @property
        def normalize(self) -> bool: ...
        @property
        def clip(self) -> float | None: ...
        @property
        def units(self) -> Units: ...


def scoring_of(asked: "Predicting", reading: ReadingOptions, tell: Tell, **more: Any) -> Scoring:
    """Return the scoring that the options ask for; `more` are options that few commands have."""
    given: dict[str, Any] = {
        "label": asked.label,
        "target": asked.target,
        "prob": asked.prob,
        "weighting": Weighting(asked.weight, asked.count),
        "positive": asked.positive,
        "clip": asked.clip,
        "stating": Stating(asked.scale or Scale.PROBABILITY, asked.normalize, asked.scale),
        "units": asked.units,
        "bad_rows": bad_rows_of(reading),
        "tell": tell,
    }
    return Scoring(**(given | more))


def grouping_of(
    groups: GroupingOptions,
    replicates: ReplicateOptions | None = None,
    level: float | None = None,
    averages: AverageOptions | None = None,
) -> Grouping:
    """Return the groups, clusters and intervals asked for; a level if it is no option of groups."""
    of_groups = {
        "--min-count": groups.min_count,
        "--max-groups": groups.max_groups,
        "--min-group": groups.min_group,
    }
    if not groups.by and (idle := [name for name, value in of_groups.items() if value is not None]):
        raise UsageError(f"{idle[0]} needs --by: there are no groups", hint="--by COL makes groups")
    cluster = groups.cluster if isinstance(groups, GroupOptions) else None
    level = groups.level if isinstance(groups, GroupOptions) else level
    return Grouping(
        by=groups.by,
        cluster=cluster,
        level=LEVEL if level is None else level,
        min_count=MIN_COUNT if groups.min_count is None else groups.min_count,
        max_groups=MAX_GROUPS if groups.max_groups is None else groups.max_groups,
        min_group=groups.min_group,
        resampling=None if replicates is None else resampling_of(replicates),
        over_groups=averages is not None and averages.average is Average.GROUPS,
    )


def resampling_of(options: ReplicateOptions) -> Resampling | None:
    """Return the bootstrap replicates, or None if intervals come from formulas."""
    if options.bootstrap is None:
        return None
    return Resampling(options.bootstrap, SEED if options.seed is None else options.seed)


def read_as_shown(
    data: Any, options: R, tell: Tell, command: str, families: "Sequence[Family]" = ()
) -> R:
    """Return the reading options, with those that the first lines of a text leave no doubt of.

    Parameters
    ----------
    command, families : what was asked beside: the names that the user gave tell a header.

    Raises
    ------
    InputError
        If lines above the header seem to be comments. It ends with the command that says so.
    """
    given = {
        name: value
        for name, declared in options.declared.items()
        if (value := getattr(options, name)) != declared.default
    }
    try:
        known = Known(named_in(families), is_identifier)
        found = {} if options.log else sniffed(data, given, known)
    except InputError as error:
        from cecli.guessing.proposal import Asking, Proposal

        line = Asking(command, data, [*families, options]).line(Proposal({"comment": MARK}, ""))
        raise error.trying([TriedCommand(line, "")]) from None
    for name, (value, reason) in found.items():
        tell(f"the text is read with {said_of(options, name, value)}: {reason}")
    options = options.changed(**{name: value for name, (value, _) in found.items()})
    if isinstance(data, list | tuple) and len(data) == 2 and options.log is None:
        from cecli.guessing.matching import refuse_two

        refuse_two(data, command, families, options, reading_of)
    return options


def said_of(options: ReadingOptions, name: str, value: Any) -> str:
    """Return an option and its value as on the command line."""
    said = options.declared[name].name
    return said if isinstance(value, bool) else f"{said} {shlex.quote(value)}"


def is_identifier(name: str) -> bool:
    """Return whether the name of a column suggests an identifier."""
    # Imported here because most texts are plain.
    from cecli.guessing.names import suggests_id

    return suggests_id(name)


def reading_of(options: TextOptions, passes: int = 1, *, numbered: bool = False) -> Reading:
    """Return how to read the input.

    Parameters
    ----------
    passes : how often the rows are read.
    numbered : whether rows need their positions.
    """
    if options.chunk_bytes is not None and options.chunk_bytes < 1:
        raise UsageError(f"--chunk-bytes {options.chunk_bytes} is below 1")
    dialect = Dialect(
        character(options.delimiter or ",", "--delimiter"),
        character(options.quotechar or '"', "--quotechar"),
        character(options.comment, "--comment") if options.comment else b"",
        options.header,
        b"," if getattr(options, "decimal", None) == "," else b".",
        getattr(options, "row_names", False),
    )
    return Reading(
        dialect,
        options.delimiter is not None,
        check_encoding(options.encoding or UTF_8),
        options.chunk_bytes or BLOCK_BYTES,
        passes,
        numbered,
        getattr(options, "log", None),
    )


def with_labels(
    table: Table,
    asked: JoinOptions,
    how: Reading,
    command: str = "score",
    data: Any = None,
    families: "Sequence[Family]" = (),
    tell: Tell = silent,
) -> Table:
    """Return a table with the columns of the labels' input, if there is one.

    Parameters
    ----------
    command, data, families : what was asked, for the commands that an error proposes.

    Raises
    ------
    UsageError
        If both are standard input, or nothing says how their rows are matched.
    """
    if asked.labels is None:
        return table
    # Imported here, because few inputs are joined.
    from cecli.guessing.matching import shown_of_labels
    from cecli.join.labels import LabelledTable

    if isinstance(asked.labels, str) and STDIN_NAME in table.names:
        refuse_stdin_twice([STDIN, asked.labels])
    engine: Engine = serial
    if (reading := next((x for x in families if isinstance(x, ReadingOptions)), None)) is not None:
        engine = in_process(engine_of(reading))
        own, found = shown_of_labels(asked.labels, data, reading)
        for name, (value, reason) in found.items():
            tell(f"the labels are read with {said_of(own, name, value)}: {reason}")
        how = reading_of(own, how.passes)
    labels = open_table(asked.labels, replace(how, numbered=False))
    if not asked.id and not asked.by_position:
        from cecli.guessing.matching import refusal_to_match
        from cecli.guessing.proposal import Asking

        raise refusal_to_match(table, labels, Asking(command, data, families))
    key = separated(asked.id, table.header)
    return LabelledTable(table, labels, key, asked.on_unmatched or OnUnmatched.ERROR, engine)


def engine_of(options: ReadingOptions) -> Engine:
    """Return the engine that does the work."""
    if options.workers is not None and options.workers < 1:
        raise UsageError(f"--workers {options.workers} is below 1")
    workers = options.workers or available_cores()
    if options.engine is EngineName.DASK:
        from cecli.engines.dask import Dask  # which few need

        return Dask(workers, options.scheduler)
    return Threads(1 if options.engine is EngineName.SERIAL else workers)


def bad_rows_of(options: ReadingOptions) -> BadRows:
    """Return how to handle unusable rows."""
    return bad_rows.bad_rows(options.on_bad_row, options.missing, options.max_bad)


def shapes_of(options: ShapeOptions, reading: ReadingOptions) -> "list[Shape]":
    """Return the shapes of the input, in the order in which they are applied."""
    options.refuse_two()
    # Imported here because most files have a plain shape.
    from cecli.shapes.cells import CellsOfClasses

    if options.event is not None:
        from cecli.shapes.event import event_of

        return [event_of(options.event)]
    if options.predicted is not None:
        from cecli.shapes.top_class import TopClass

        return [TopClass(options.predicted)]
    if options.pairs is not None:
        from cecli.shapes.events import PairsOfPatterns, pairs_of

        return [PairsOfPatterns(pairs_of(options.pairs))]
    if options.multilabel:
        from cecli.shapes.events import Multilabel

        return [Multilabel()]
    if options.within is not None:
        from cecli.shapes.races import OneOfGroup

        return [OneOfGroup(options.within)]
    cells = CellsOfClasses(reading.decimal or ".")
    if options.classes:
        from cecli.columns.codes import coded_classes
        from cecli.shapes.class_codes import ClassCodes

        return [ClassCodes(coded_classes(options.classes)), cells]
    return [cells]
