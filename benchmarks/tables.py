"""Outcomes as tables: for a terminal, for a page, for a program."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.results import TOLERANCE, Outcome, Result

Row = list[str]
DETAILS = ("", "wall s", "CPU s", "peak MB", "cecli / it", "the same numbers")
SUMMARY = ("", "rows", "MB", "cecli s", "peak MB", "fastest rival", "cecli / it", "goal", "reached")
NOTE = (
    "`cecli / it` is cecli's wall time in units of it: less than 1 where cecli is faster. "
    f"`ok, 18`: eighteen numbers, which all agree with cecli to {TOLERANCE:g}."
)


def quantity(value: float) -> str:
    """Return three digits."""
    return f"{value:#.3g}".rstrip(".")


def megabytes(size: int) -> str:
    """Return a number of bytes in millions."""
    return f"{size / 1e6:.0f}"


def verdict(result: Result) -> str:
    """Return what is to be said of the answer of another."""
    if result.failure:
        return f"FAILED: {result.failure}"
    if result.answer is None:
        return ""
    if result.unlike:
        return "DISAGREES: " + ", ".join(f"{name} {result.answer[name]}" for name in result.unlike)
    return f"ok, {len(result.answer)}"


def measured(result: Result) -> Row:
    """Return what a contestant took."""
    return [result.name, quantity(result.wall), quantity(result.cpu), megabytes(result.peak)]


def details(outcome: Outcome) -> list[Row]:
    """Return a row for each contestant."""
    ours, *others = outcome.results
    rows = [[*measured(ours), "", "" if ours.is_sound else verdict(ours)]]
    for other in others:
        ratio = f"{outcome.ratio(other):.2f}" if other.is_sound and ours.is_sound else ""
        rows.append([*measured(other), ratio, verdict(other)])
    return rows


def summary(outcome: Outcome) -> Row:
    """Return the row of a contest."""
    ours = outcome.results[0]
    rows = f"{outcome.rows:,}" if outcome.rows else ""
    size = quantity(outcome.size / 1e6) if outcome.size else ""
    row = [outcome.title, rows, size, quantity(ours.wall), megabytes(ours.peak)]
    rival, yardstick = outcome.fastest_rival(), outcome.yardstick()
    if not ours.is_sound:
        return [*row, "", "", "", "FAILED"]
    row += [rival.name, f"{outcome.ratio(rival):.2f}"] if rival else ["", ""]
    if outcome.goal is None or yardstick is None:
        return [*row, "", ""]
    ratio = outcome.ratio(yardstick)
    reached = "yes" if ratio <= outcome.goal else "no"
    return [*row, f"{outcome.goal:.2f} × {yardstick.name}", f"{reached}: {ratio:.2f}"]


def sections(outcomes: Sequence[Outcome]) -> list[tuple[str, tuple[str, ...], list[Row]]]:
    """Return the title, the header and the rows of each table."""
    return [
        ("Summary", SUMMARY, [summary(outcome) for outcome in outcomes]),
        *((titled(each.title, each.rows), DETAILS, details(each)) for each in outcomes),
    ]


def titled(title: str, rows: int) -> str:
    """Return a title with the rows of the file, where there is one."""
    return f"{title}, {rows:,} rows" if rows else title


def markdown(outcomes: Sequence[Outcome], machine: dict[str, str]) -> str:
    """Return a page."""
    lines = ["# Results of the benchmarks", ""]
    lines += [f"- {name}: {value}" for name, value in machine.items()]
    lines += ["", NOTE]
    for title, header, rows in sections(outcomes):
        ruler = ["---", *["---:"] * (len(header) - 2), "---"]
        lines += ["", f"## {title}", "", in_markdown(header), in_markdown(ruler)]
        lines += [in_markdown(row) for row in rows]
    return "\n".join(lines) + "\n"


def in_markdown(cells: Sequence[str]) -> str:
    """Return a line of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def as_json(outcomes: Sequence[Outcome], machine: dict[str, str]) -> str:
    """Return everything that was measured."""
    contests = [asdict(outcome) for outcome in outcomes]
    return json.dumps({"machine": machine, "contests": contests}, indent=2) + "\n"


def show(outcomes: Sequence[Outcome]) -> None:
    """Print the tables."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for title, header, rows in sections(outcomes):
        table = Table(title=title, title_justify="left")
        for name in header:
            table.add_column(name, justify="left" if name in ("", header[-1]) else "right")
        for row in rows:
            table.add_row(*row)
        console.print(table)
