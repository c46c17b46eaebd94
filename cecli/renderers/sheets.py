"""The sheets of all kinds of documents."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cecli.core.errors import named, visible
from cecli.renderers.formats import DIGITS, Document, Layout
from cecli.renderers.sheet import BETWEEN_FACTS, Grid, Sheet, names, sentence

if TYPE_CHECKING:
    from cecli.commands.check.outcome import Checked
    from cecli.receipts.verification import Verification
    from cecli.report.definitions import Definitions
    from cecli.report.inspection import Inspection
    from cecli.report.report import Report
    from cecli.report.result import Definition

INSPECTED = ("column", "values", "range", "missing", "distinct", "could be", "first rows")
FIRST_ROWS = len(INSPECTED) - 1
DIFFERING = ("part", "name", "in the receipt", "found")
BYTES = {
    True: "its bytes are those of the receipt",
    False: "its bytes are others than those of the receipt",
    None: "the rows are in no file whose bytes could be compared",
}
# How long digests are, and how much of them tells one from another at a glance.
DIGEST, SHOWN_OF_DIGEST, HEXADECIMAL = 64, 16, frozenset("0123456789abcdef")
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
    rows = tuple(
        (
            visible(column.name),
            column.kind,
            "" if column.low is None else f"{column.low:g} … {column.high:g}",
            str(column.missing),
            "many" if column.distinct is None else str(column.distinct),
            visible(column.role),
            visible(", ".join(column.first)),
        )
        for column in found.columns
    )
    return Sheet(
        visible(f"{found.command} {names(found.input.paths)}"),
        f"{counted(len(found.columns), 'column')} | {looked}{rows_found}",
        (Grid(INSPECTED, rows, frozenset({2, 3, 4}), FIRST_ROWS, prose=frozenset({5})),),
        tuple(map(visible, map(sentence, found.notices))),
        steps=tuple(map(visible, found.advice)),
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
    "verdicts": _of_verdicts,
    "verification": _of_verification,
}
