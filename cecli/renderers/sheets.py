"""The sheets of all kinds of documents."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cecli.core.dataclasses import replace
from cecli.core.errors import named, visible
from cecli.renderers.formats import DIGITS, Document, Layout
from cecli.renderers.sheet import BETWEEN_FACTS, Grid, Sheet, inputs, sentence

if TYPE_CHECKING:
    from cecli.commands.check.outcome import Checked
    from cecli.explanations.explanation import CodeExplanation, Explanations
    from cecli.receipts.verification import Verification
    from cecli.report.definitions import Definitions
    from cecli.report.inspection import ColumnFound, Inspection
    from cecli.report.report import Report
    from cecli.report.result import Definition

INSPECTED = ("column", "values", "range", "missing", "distinct", "could be", "first rows")
FIRST_ROWS = len(INSPECTED) - 1
# From so many columns on, those that are alike but for their numbers are one row of the table.
MANY_ALIKE = 6
OF_A_CLASS = " of a class"
_DIGITS = re.compile(r"[0-9]+")
DIFFERING = ("part", "name", "in the receipt", "found")
BYTES = {
    True: "its bytes are those of the receipt",
    False: "its bytes are others than those of the receipt",
    None: "the rows are in no file whose bytes could be compared",
}
# How long digests are, and how much of them tells one from another at a glance.
DIGEST, SHOWN_OF_DIGEST, HEXADECIMAL = 64, 16, frozenset("0123456789abcdef")
WHOLE, MOST_WHOLE = ("code", "what it means", "why", "what to do"), 9
EXPLAINED = ("kind", "code", "what it means")
DEFINED = ("metric", "unit", "better", "range", "what it is")


def sheet_of(document: Document, layout: Layout) -> Sheet:
    """Return the sheet of a document."""
    return SHEETS[document.document](document, layout)


def _of_report(report: "Report", layout: Layout) -> Sheet:
    if report.options.get("like") is not None:
        from cecli.renderers.short import llama

        if llama.is_like_llama(report):
            return llama.sheet_of(report, layout)
    if layout.is_whole:
        from cecli.renderers import reports

        return reports.sheet_of(report, layout)
    from cecli.renderers import short

    return short.sheet_of(report, layout)


def _of_verdicts(checked: "Checked", layout: Layout) -> Sheet:
    from cecli.renderers import verdicts

    return verdicts.sheet_of(checked, layout.digits or DIGITS)


def _of_inspection(found: "Inspection", layout: Layout) -> Sheet:  # noqa: ARG001
    """Return one row per column."""
    from cecli.core.remarks import counted

    rows_found = counted(found.input.rows, "row")
    looked = "the first " if not found.complete else "all " if found.input.rows > 1 else ""
    rows = tuple(row for run in _runs(found.columns) for row in _of_run(run))
    more = "--json has each column on its own" if len(rows) < len(found.columns) else ""
    numeric, prose = frozenset({2, 3, 4}), frozenset({5})
    return Sheet(
        visible(f"{found.command} {inputs(found.input.paths)}"),
        f"{counted(len(found.columns), 'column')} | {looked}{rows_found}",
        (Grid(INSPECTED, rows, numeric, FIRST_ROWS, prose=prose, more=more),),
        tuple(map(visible, map(sentence, found.notices))),
        steps=tuple(map(visible, found.advice)),
    )


def _runs(columns: "Sequence[ColumnFound]") -> "Iterator[list[ColumnFound]]":
    """Yield runs of columns beside each other that are alike but for their values."""
    for _, run in groupby(columns, key=_likeness):
        yield list(run)


def _likeness(column: "ColumnFound") -> tuple[str, ...]:
    """Return what columns of a run have in common: names that differ in numbers, or by class."""
    name = "" if OF_A_CLASS in column.role else _DIGITS.sub("0", column.name)
    return column.kind, column.role, name


def _of_run(run: "Sequence[ColumnFound]") -> "Iterator[tuple[str, ...]]":
    """Yield a row for each of a few columns, or one for all of many."""
    if len(run) < MANY_ALIKE:
        yield from map(_of_column, run)
        return
    first, last = run[0], run[-1]
    lows = [column.low for column in run if column.low is not None]
    highs = [column.high for column in run if column.high is not None]
    distinct = {column.distinct for column in run}
    all_of_them = replace(
        first,
        name=f"{first.name} … {last.name} ({len(run)} columns)",
        low=min(lows, default=None),
        high=max(highs, default=None),
        missing=sum(column.missing for column in run),
        distinct=None if None in distinct else max(column.distinct or 0 for column in run),
    )
    yield _of_column(all_of_them)


def _of_column(column: "ColumnFound") -> tuple[str, ...]:
    return (
        visible(column.name),
        column.kind,
        "" if column.low is None else f"{column.low:g} … {column.high:g}",
        str(column.missing),
        "many" if column.distinct is None else str(column.distinct),
        visible(column.role),
        visible(", ".join(column.first)),
    )


def _of_definitions(document: "Definitions", layout: Layout) -> Sheet:  # noqa: ARG001
    """Return a table of metrics, or all details of a single one."""
    if len(document.definitions) == 1:
        return _of_definition(document.definitions[0])
    rows = tuple(
        (of.name, of.unit, str(of.direction), _range(of), of.meaning) for of in document.definitions
    )
    grid = Grid(DEFINED, rows, frozenset(), remark=len(DEFINED) - 1)
    return Sheet("metrics", "cecli metrics NAME shows the formula and other names", (grid,), ())


def _of_definition(of: "Definition") -> Sheet:
    rows = (
        ("formula", of.formula),
        ("unit", of.unit),
        ("better", str(of.direction)),
        ("range", _range(of)),
        ("also called", ", ".join(of.also) or "-"),
        ("in one pass", of.streams),
    )
    return Sheet(
        of.name, of.meaning, (Grid(("what", "is"), rows, frozenset(), prose=frozenset({1})),), ()
    )


def _of_explanations(document: "Explanations", layout: Layout) -> Sheet:  # noqa: ARG001
    """Return a table of codes, or all that is said of a single one."""
    found = document.explanations
    if len(found) == 1:
        return _of_explanation(found[0])
    if len(found) <= MOST_WHOLE:
        whole = tuple((of.code, of.means, of.why, of.remedy) for of in found)
        grids = (Grid(WHOLE, whole, frozenset(), prose=frozenset({1, 2, 3})),)
        return Sheet("codes", "cecli explain CODE has an example", grids, ())
    rows = tuple((str(of.kind), of.code, of.means) for of in found)
    grid = Grid(EXPLAINED, rows, frozenset(), remark=len(EXPLAINED) - 1)
    return Sheet("codes", "cecli explain CODE says why, and what to do", (grid,), ())


def _of_explanation(of: "CodeExplanation") -> Sheet:
    rows = [("kind", str(of.kind)), ("why", of.why), ("what to do", of.remedy)]
    if of.example is not None:
        rows.append(("example", of.example.line))
    grid = Grid(("what", "is"), tuple(rows), frozenset(), prose=frozenset({1}))
    return Sheet(of.code, of.means, (grid,), ())


def _range(of: "Definition") -> str:
    opening = "(" if math.isinf(of.low) else "["
    closing = ")" if math.isinf(of.high) else "]"
    return f"{opening}{of.low:.6g}, {of.high:.6g}{closing}"


def _of_verification(found: "Verification", layout: Layout) -> Sheet:
    """Return the parts that differ, and how many values of each part do not."""
    from cecli.core.remarks import counted

    digits = layout.digits
    rows = tuple(
        (part.part, visible(part.name), _stated(part.stated, digits), _stated(part.found, digits))
        for part in found.differences
    )
    same = Counter(part.part for part in found.parts if part.same)
    others = tuple((name, f"{counted(count, 'value')} the same") for name, count in same.items())
    word = "the same" if found.same else f"{counted(len(rows), 'difference')}"
    grids = [Grid(DIFFERING, rows, frozenset(), prose=frozenset({2, 3}))] if rows else []
    made = _made(found) if found.made_with != found.verified_with else ()
    return Sheet(
        visible(f"verify {named(found.receipt)}: {word}"),
        visible(BETWEEN_FACTS.join([f"{len(found.parts)} values compared", *made])),
        (*grids, Grid(("part", "is"), others, frozenset())),
        tuple(visible(f"{named(file.name)}: {BYTES[file.same_bytes]}") for file in found.files),
    )


def _made(found: "Verification") -> Iterator[str]:
    """Yield the versions that made a receipt, where those here are others."""
    for name in ("cecli", "numpy", "python"):
        theirs, ours = getattr(found.made_with, name), getattr(found.verified_with, name)
        if theirs != ours:
            yield f"made with {name} {theirs}, verified with {ours}"


def _stated(value: str | float | None, digits: int | None) -> str:
    if isinstance(value, str):
        is_digest = len(value) == DIGEST and set(value) <= HEXADECIMAL
        return f"{value[:SHOWN_OF_DIGEST]}…" if is_digest else visible(value)
    if value is None:
        return "none"
    # Values that differ may do so in their last digit alone.
    return repr(value) if digits is None else f"{value:.{digits}g}"


# The function for each kind of document.
SHEETS: Mapping[str, Callable[[Any, Layout], Sheet]] = {
    "report": _of_report,
    "inspection": _of_inspection,
    "definitions": _of_definitions,
    "explanations": _of_explanations,
    "verdicts": _of_verdicts,
    "verification": _of_verification,
}
