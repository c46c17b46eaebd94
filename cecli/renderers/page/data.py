"""The rows behind the results: how many, what was left out or changed, and the worst of them."""

from cecli.core.errors import visible
from cecli.pictures.drawing.ticks import rounded
from cecli.renderers.page.content import PageContent
from cecli.renderers.page.sections import Section
from cecli.renderers.page.slices import grids
from cecli.renderers.page.tables import Room, pairs, table
from cecli.renderers.page.tags import Html, tag, together
from cecli.renderers.sheet import Grid, inputs, names, sentence
from cecli.report.checks import CheckDocument
from cecli.report.report import Report

CHECKED = ("rule", "verdict", "reason")
ROLES = {
    "prob": "Prediction",
    "by": "Slice",
    "log_prob": "Log-probability",
    "n_bytes": "Bytes",
    "n_words": "Words",
}
PASSED = {True: "✓ ", False: "✗ "}


def quality(content: PageContent, room: Room) -> Section:
    """Return the counts of the rows, and each notice about them."""
    report = content.report
    parts = [pairs(_counts(report))]
    if report.notices:
        found = [_notice(sentence(notice)) for notice in report.notices[: room.rows]]
        parts.append(tag("ul", together(found), class_="notices"))
    elif not report.input.skipped:
        words = "Nothing was left out or changed, and there is nothing to note."
        parts.append(tag("p", words, class_="note"))
    return Section("data", "Data quality", tuple(parts))


def _notice(words: str) -> Html:
    return tag("li", visible(words))


def _counts(report: Report) -> list[tuple[str, str]]:
    found = report.input
    skipped = sum(found.skipped.values())
    results = {result.name: result.value for result in report.results}
    rows = [
        ("Input", visible(inputs(found.paths))),
        ("Rows used", f"{found.rows:,}"),
        ("Rows left out", f"{skipped:,}"),
        *((f"  {visible(reason)}", f"{count:,}") for reason, count in found.skipped.items()),
    ]
    if found.weight != found.rows:
        rows.append(("Total weight", rounded(found.weight, None)))
    if (effective := results.get("effective_rows")) is not None and effective != found.rows:
        rows.append(("Effective rows", rounded(effective, None)))
    infinite = {n.code: n.count for n in report.notices}.get("infinite-loss")
    rows.append(("Rows of infinite loss", f"{infinite or 0:,}"))
    for role, columns in report.columns.items():
        told = columns if isinstance(columns, str) else names(tuple(columns))
        rows.append((f"{ROLES.get(role, role.capitalize())} column", visible(told)))
    return rows


def worst(content: PageContent, room: Room) -> Section:
    """Return the worst rows, if the report has rows."""
    found = grids(content.report, "rows") if content.report.rows else ()
    parts = tuple(table(grid, "Worst rows", room) for grid in found)
    return Section("rows", "Worst rows", parts, "The rows of the largest loss.")


def checks(content: PageContent, room: Room) -> Section:
    """Return the verdicts of the rules that the report was checked by."""
    found = content.stated.checks
    rows, lead = tuple(map(_check, found)), content.verdict
    parts = (table(Grid(CHECKED, rows, frozenset()), "Rules", room),) if found else ()
    return Section("checks", "Checks", parts, lead)


def _check(check: CheckDocument) -> tuple[str, ...]:
    subject = visible("@".join(filter(None, (check.metric, check.by))))
    amount = f"{check.amount:.6g}{' %' if check.percent else ''}"
    mark = PASSED[check.passed]
    return f"{subject} {check.limit} {amount}", f"{mark}{check.verdict}", visible(check.reason)
