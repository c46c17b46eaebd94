"""The rows of a block of records, as the columns that are asked for."""

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cecli.columns.bad_rows import Reason
from cecli.core.chunk import Coded, Integers
from cecli.core.errors import RowError, shown
from cecli.core.remarks import BLANK_LINE
from cecli.options.reading import Tool
from cecli.options.shapes import CONTEXT, DOC, LOGPROB, POS, SHARE, TARGET_SHARE
from cecli.readers.arrays import MISSING, Values, parsed_arrays
from cecli.readers.json.records import record_of
from cecli.readers.logs import native
from cecli.readers.logs.choices import TextRow, texts_of
from cecli.readers.logs.layouts import (
    BYTES,
    CHOICE,
    EPOCH,
    HEADERS,
    LAYOUTS,
    TOKEN,
    TOLD,
    TOP_LOGPROBS,
    UNLIKELY,
    WORDS,
)
from cecli.readers.logs.likeliest import RefusedError
from cecli.readers.logs.tokens import TokenRow, tokens_of
from cecli.readers.text.blocks import Block
from cecli.readers.text.dialect import NEWLINE
from cecli.readers.text.parsed import Parsed, Request

if TYPE_CHECKING:
    from cecli.readers.logs.token_rows import Found

UNLIKELY_TOKEN = (
    "-9999 stands for a token that is not among the likeliest: its log-probability is not known"
)
SKIPPING = "--missing skip leaves out and counts such tokens; the loss is then that of the others"
ONE_TEXT = "the document has one text, and no choices: what was scored is its log-likelihood"
WRITES = "--like names the tool that wrote the log; this one writes {}"


# Columns that are made only if they are asked for.
COSTLY = (TOP_LOGPROBS, CONTEXT)


class LogRows(NamedTuple):
    """Rows and their columns, by name.

    Attributes
    ----------
    lines : the line of the record of each row, shape (n,).
    blanks : lines without a record.
    defect : why no rows follow; None if they may.
    bad_line : the line of the record that is the defect.
    """

    lines: Integers
    columns: dict[str, Values]
    blanks: Sequence[int] = ()
    defect: RowError | None = None
    bad_line: int = 0


def parsed_log(
    tool: Tool, prefix: str, kept: str | None, block: Block, request: Request
) -> Iterator[Parsed]:
    """Yield the columns of the rows of a block.

    Parameters
    ----------
    prefix : what the name of a document begins with.
    kept : the filter of all records, of lm-eval.
    """
    names = [column.name for column in request.columns.values()]
    bad_rows = request.bad_rows
    unlikely = replace(bad_rows, missing=bad_rows.missing | {str(UNLIKELY)})
    for rows in _rows(tool, block, request.source, kept, names=names):
        columns = {**rows.columns, DOC: _prefixed(rows.columns[DOC], prefix)}
        arrays = {c: _asked(columns[c.name], c.domain) for c in request.columns.values()}
        parsed = parsed_arrays(request.source, rows.lines, arrays, unlikely)
        remarks = dict(parsed.remarks)
        if len(rows.blanks):
            remarks[BLANK_LINE] = np.array(rows.blanks, dtype=np.int64)
        defect = _explained(parsed.defect) or rows.defect
        if defect is rows.defect and defect is not None and defect.reason in bad_rows.skips:
            remark = Reason(defect.reason).remark
            known = remarks.get(remark, np.empty(0, np.int64))
            remarks[remark] = np.append(known, np.int64(rows.bad_line))
            defect = None
        yield replace(parsed, remarks=remarks, defect=defect)


def _explained(defect: RowError | None) -> RowError | None:
    """Return the error of a number that is missing with what that means in a log."""
    if defect is None or defect.reason != Reason.MISSING:
        return defect
    if f"{UNLIKELY:g}" in defect.what:
        return replace(defect, what=UNLIKELY_TOKEN, hint=SKIPPING)
    if any(f"column {name}:" in defect.what for name in SHARES):
        return replace(defect, what=ONE_TEXT, hint=f"--log-prob {LOGPROB}")
    return defect


def _prefixed(names: Values, prefix: str) -> Values:
    """Return the names of documents with what each begins with."""
    if not prefix or not isinstance(names, Coded):
        return names
    return Coded(names.codes, tuple(prefix + name for name in names.names))


def _asked(values: Values, domain: object) -> Values:
    """Return a column as texts or as numbers, whichever is asked for."""
    if isinstance(values, Coded):
        if domain is None:
            return values
        names = np.array([*values.names, MISSING], dtype=object)
        return names[values.codes]
    if domain is None and values.dtype.kind == "f":
        texts = [MISSING if x != x else repr(x).removesuffix(".0") for x in values.tolist()]
        return _as_texts(texts)
    return values


def _as_texts(texts: Sequence[str]) -> Coded:
    places: dict[str, int] = {}
    codes = [places.setdefault(text, len(places)) for text in texts]
    return Coded(np.array(codes, dtype=np.int64), tuple(places))


def _rows(
    tool: Tool, block: Block, source: str, kept: str | None, *, names: Collection[str]
) -> Iterator[LogRows]:
    """Yield the rows of a block, up to each record that is left to the decoder in Python."""
    text, place, line = block.text, 0, block.first_line
    compiled = native.token_rows if tool in LAYOUTS else None
    while place < len(block):
        if compiled is not None:
            paths, parts = paths_of(tool)
            found, place, lines = compiled.read(
                text, place, len(block), line, paths, parts, *(name in names for name in COSTLY)
            )
            if lines:
                yield of_compiled(found)
            line += lines
        if place < len(block):
            end = len(block) if compiled is None else text.index(NEWLINE, place) + 1
            records = text[place:end].split(NEWLINE)[:-1]
            rows = decoded(tool, records, source, line, kept, names=names)
            yield rows.found
            place += sum(len(record) + 1 for record in records[: rows.records])
            line += rows.records


def paths_of(tool: Tool) -> tuple[list[bytes], list[int]]:
    """Return the paths of a layout, and what is at each."""
    parts = LAYOUTS[tool].parts
    return [path.encode() for path in parts], [int(part) for part in parts.values()]


def of_compiled(found: "Found") -> LogRows:
    """Return what the compiled reader found."""
    lines, choices, positions, logprobs, sizes, tokens, docs, epochs, *texts, blanks = found
    coded = {
        DOC: docs,
        EPOCH: epochs,
        TOKEN: tokens,
        **dict(zip(COSTLY, ((np.arange(len(x), dtype=np.int64), x) for x in texts), strict=True)),
    }
    columns: dict[str, Values] = {
        CHOICE: choices,
        POS: positions,
        LOGPROB: logprobs,
        BYTES: sizes,
        **{name: Coded(codes, tuple(names)) for name, (codes, names) in coded.items()},
    }
    return LogRows(lines, columns, blanks.tolist())


class DecodedRows(NamedTuple):
    """Rows that were decoded in Python, and of how many records they are."""

    found: LogRows
    records: int


def decoded(
    tool: Tool,
    records: Sequence[bytes],
    source: str,
    first_line: int,
    kept: str | None = None,
    *,
    names: Collection[str],
) -> DecodedRows:
    """Return the rows of some records, until the first that has none."""
    lines, rows, blanks = list[int](), list[tuple[Any, ...]](), list[int]()
    make = _row_of_text if tool is Tool.LM_EVAL else _row_of_token
    defect, line = None, first_line - 1
    for line, text in enumerate(records, first_line):
        if not text.strip():
            blanks.append(line)
            continue
        try:
            found = _of_record(tool, text, source, line, kept, of_right=TARGET_SHARE in names)
            new = [make(*row, names=names) for row in found]
        except RowError as error:
            defect = error
            break
        rows += new
        lines += [line] * len(new)
    header = NAMES_OF_TEXT if tool is Tool.LM_EVAL else NAMES_OF_TOKEN
    by_column = zip(*rows, strict=True) if rows else [()] * len(header)
    columns = dict(zip(header, by_column, strict=True))
    made = {
        name: np.array(values, dtype=np.float64 if name in FLOATS else np.int64)
        if name in NUMBERS
        else _as_texts(values)
        for name, values in columns.items()
    }
    decoded = LogRows(np.array(lines, dtype=np.int64), made, blanks, defect, line)
    return DecodedRows(decoded, line - first_line + 1)


def _of_record(
    tool: Tool, text: bytes, source: str, line: int, kept: str | None, *, of_right: bool
) -> list[tuple[str, str, TokenRow]] | list[tuple[str, TextRow]]:
    """Return the rows of a record, each with the names that the record has.

    Parameters
    ----------
    of_right : whether texts that are not the right one are left out.
    """
    record = record_of(text, source, line)
    try:
        if tool is Tool.LM_EVAL:
            _refuse_other_filter(record, kept, source, line)
            doc = str(record.get("doc_id", line))
            return [(doc, row) for row in texts_of(record) if row.is_target != "0" or not of_right]
        found = tokens_of(record, tool)
    except RefusedError as refused:
        what = f"is no record of {tool}: {refused}"
        raise RowError.at(source, line, what, WRITES.format(TOLD[tool]), Reason.VALUE) from None
    return [(found.doc or str(line), found.epoch, row) for row in found.rows]


def filter_of(record: Mapping[str, Any]) -> str | None:
    """Return the filter of a record of lm-eval, which writes all documents once for each."""
    found = record.get("filter")
    return found if isinstance(found, str) else None


def _refuse_other_filter(
    record: Mapping[str, Any], kept: str | None, source: str, line: int
) -> None:
    other = filter_of(record)
    if other not in {None, kept} and kept is not None:
        what = f"the filter {shown(str(other))} follows {shown(kept)}: each document would count "
        what += "once for each filter"
        file = "FILE" if source.startswith("<") else shlex.quote(source)
        mark = shlex.quote(f'"filter": "{kept}"')
        hint = f"keep the records of one filter: grep {mark} {file} > one.jsonl"
        raise RowError.at(source, line, what, hint)


NAMES_OF_TOKEN = (
    DOC, EPOCH, CHOICE, POS, TOKEN, LOGPROB,
    BYTES, *COSTLY,
)  # fmt: skip
NAMES_OF_TEXT = HEADERS[Tool.LM_EVAL]
SHARES = (SHARE, TARGET_SHARE)
FLOATS = {LOGPROB, *SHARES, BYTES, WORDS}
NUMBERS = {CHOICE, POS, *FLOATS}


def _row_of_token(
    doc: str, epoch: str, row: TokenRow, *, names: Collection[str]
) -> tuple[Any, ...]:
    token = row.token
    place = (doc, epoch, row.choice, row.position, token.token, token.value, token.size)
    top = token.top_text if TOP_LOGPROBS in names else ""
    return (*place, top, row.context if CONTEXT in names else "")


def _row_of_text(doc: str, row: TextRow, *, names: Collection[str]) -> tuple[Any, ...]:  # noqa: ARG001
    first = (doc, row.choice, row.text, row.logprob, row.log_share)
    return (*first, row.is_target, row.bytes, row.words, row.log_share)
