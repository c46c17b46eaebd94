"""How the verdicts of a check are written."""

import json
from inspect import Signature, signature
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cecli.core.errors import UsageError
from cecli.options.shared import OUTPUT, SHARED
from cecli.terminal.output import Format, Style

if TYPE_CHECKING:
    from cecli.commands.check.outcome import Checked


InVerdictFormat = Annotated[
    Literal[
        "table", "json", "jsonl", "markdown", "junit", "github", "smaller-is-better",
        "bigger-is-better",
    ]
    | None,
    typer.Option(help="How the verdicts are written; default: table.", rich_help_panel=OUTPUT),
]  # fmt: skip


def verdict_style(**given: Any) -> Style:
    """Return how the user wants to see verdicts: as reports, but for the formats."""
    style: Style = SHARED["style"](**given)
    return style


verdict_style.__signature__ = Signature(  # type: ignore[attr-defined]
    [
        parameter.replace(annotation=InVerdictFormat) if name == "format" else parameter
        for name, parameter in signature(SHARED["style"]).parameters.items()
    ]
)


def text_of(checked: "Checked", format: Format, style: Style) -> str:
    """Return the verdicts in a format.

    Raises
    ------
    UsageError
        If it is not one for verdicts.
    """
    match format:
        case Format.TABLE:
            from cecli.renderers import verdicts

            return style.table(verdicts.sheet_of(checked, style.digits))
        case Format.MARKDOWN:
            from cecli.renderers import verdicts

            return verdicts.render_markdown(checked, style.digits)
        case Format.JSON:
            return json.dumps(checked.to_dict(), indent=2, allow_nan=False) + "\n"
        case Format.JSONL:
            return json.dumps(checked.to_dict(), allow_nan=False) + "\n"
        case Format.JUNIT:
            from cecli.renderers import junit

            return junit.render(checked)
        case Format.GITHUB:
            from cecli.renderers import github

            return github.render(checked)
        case Format.SMALLER_IS_BETTER | Format.BIGGER_IS_BETTER:
            from cecli.renderers import tracker
            from cecli.report.result import Direction

            smaller = format is Format.SMALLER_IS_BETTER
            return tracker.render(checked, Direction.LOWER if smaller else Direction.HIGHER)
        case Format.CSV:
            raise UsageError("--format csv is for the metrics of a report, not for verdicts")
