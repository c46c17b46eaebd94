"""The sheet of the verdicts of `cecli check`: all of them, or as many as fit into a comment."""

import math
from collections.abc import Iterator

from cecli.commands.check.outcome import Checked, Outcome
from cecli.core.errors import named, visible
from cecli.core.remarks import counted
from cecli.renderers.sheet import Grid, Sheet

HEADINGS = ("metric", "limit", "baseline", "current", "change", "interval", "verdict")
WITH_BARS = (*HEADINGS[:-1], "of the limit", HEADINGS[-1])
NUMERIC = (2, 3, 4, 5)
# Characters of a bar up to the line at the limit, and beyond it.
WITHIN, BEYOND = 10, 5
MARKS = {
    "pass": "✅ pass",
    "fail": "❌ fail",
    "undecided": "❔ undecided",
    "warn": "⚠️ warn",
    "warn, undecided": "⚠️ warn, undecided",
}


def sheet_of(checked: Checked, digits: int) -> Sheet:
    """Return all verdicts, in the order of the rules."""
    rows = [_row(outcome, digits) for outcome in checked.outcomes]
    return Sheet(_title(checked), _facts(checked), (_grid(rows),), _notices(checked))


def shorter_and_shorter(checked: Checked, digits: int) -> Iterator[Sheet]:
    """Yield sheets with all verdicts, half of them, and so on; failures come first."""
    told = [*checked.failures, *checked.warnings]
    ordered = [*told, *(outcome for outcome in checked.outcomes if outcome.passed)]
    shown = len(ordered)
    while shown:
        rows = [_row(outcome, digits) for outcome in ordered[:shown]]
        # Of what a summary shows no pictures, it shows as text.
        marked = [
            (*row[:-1], bar(outcome.margin), MARKS[row[-1]])
            for row, outcome in zip(rows, ordered, strict=False)
        ]
        more = (f"and {len(ordered) - shown} more rules",) if shown < len(ordered) else ()
        reasons = tuple(visible(outcome.sentence) for outcome in told[:shown])
        notices = _notices(checked)[:shown]
        grid = _grid(marked, WITH_BARS)
        yield Sheet(_title(checked), _facts(checked), (grid,), (*reasons, *more, *notices))
        shown //= 2


def _title(checked: Checked) -> str:
    failures, warnings = len(checked.failures), len(checked.warnings)
    rules = len(checked.outcomes)
    word = f"{failures} of {rules} failed" if failures else f"{rules - warnings} passed"
    warned = f", {warnings} warned" if warnings else ""
    return visible(f"check {named(checked.name)}: {word}{warned}")


def _notices(checked: Checked) -> tuple[str, ...]:
    return tuple(visible(notice.message) for notice in checked.notices)


def _facts(checked: Checked) -> str:
    report = checked.report
    against = () if checked.baseline is None else (f"baseline {named(checked.baseline)}",)
    rows = counted(report["input"]["rows"], "row")
    obeyed = () if checked.configuration is None else (f"rules of {named(checked.configuration)}",)
    return visible(" | ".join((rows, report["task"], *against, report["units"], *obeyed)))


def bar(margin: float) -> str:
    """Return how near a figure is to its limit, as text: full up to the line, or beyond it.

    Parameters
    ----------
    margin : how far it is beyond its limit, as a share of the limit; infinite if it is not known.

    Examples
    --------
    >>> bar(-0.4), bar(0.2), bar(float("inf"))
    ('██████░░░░│', '██████████│██', '')
    """
    if abs(margin) == math.inf:
        return ""
    within = round(WITHIN * min(max(1.0 + margin, 0.0), 1.0))
    beyond = min(math.ceil(WITHIN * max(margin, 0.0)), BEYOND)
    return f"{'█' * within}{'░' * (WITHIN - within)}│{'█' * beyond}"


def _grid(rows: list[tuple[str, ...]], headings: tuple[str, ...] = HEADINGS) -> Grid:
    # Empty columns are left out.
    kept = [place for place in range(len(headings)) if any(row[place] for row in rows)]
    return Grid(
        tuple(headings[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in rows),
        frozenset(kept.index(place) for place in NUMERIC if place in kept),
    )


def _row(outcome: Outcome, digits: int) -> tuple[str, ...]:
    rule = outcome.rule
    subject = rule.subject if outcome.group is None else f"{rule.metric} {outcome.place}"
    interval = ""
    if outcome.lower is not None and outcome.upper is not None:
        interval = f"[{_number(outcome.lower, digits)}, {_number(outcome.upper, digits)}]"
    return (
        visible(named(subject)),
        rule.words,
        _number(outcome.baseline, digits),
        _number(outcome.value, digits) or "undefined",
        _number(outcome.change, digits),
        interval,
        outcome.word,
    )


def _number(value: float | None, digits: int) -> str:
    if value is None:
        return ""
    if math.isinf(value):
        return "infinite" if value > 0 else "-infinite"
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.{digits}g}"
