"""`cecli metrics`."""

import json
from typing import Annotated

import typer

from cecli.core.errors import UsageError
from cecli.terminal.output import Format, Output, Style


def metrics(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]…",
            help="Metrics, by any of their names; none is all.",
            show_default=False,
        ),
    ] = None,
    *,
    style: Style,
) -> Output:
    """How is each metric defined?

    cecli metrics

    cecli metrics skill

    cecli metrics 'log loss' --json
    """
    from cecli import __version__
    from cecli.metrics.registry import definitions, looked_up
    from cecli.report.report import SCHEMA_VERSION

    chosen = [looked_up(name) for name in names] if names else list(definitions().values())
    document = {
        "schema_version": SCHEMA_VERSION,
        "cecli": __version__,
        "command": "metrics",
        "definitions": [definition.to_dict() for definition in chosen],
    }
    match style.format:
        case Format.JSON:
            text = json.dumps(document, indent=2, allow_nan=False) + "\n"
        case Format.JSONL:
            text = json.dumps(document, allow_nan=False) + "\n"
        case Format.TABLE | Format.MARKDOWN:
            from cecli.renderers import definitions as entries
            from cecli.renderers import markdown

            sheet = entries.sheet_of(chosen)
            as_table = style.format is Format.TABLE
            text = style.table(sheet) if as_table else markdown.render(sheet, style.digits)
        case _:
            raise UsageError(f"--format {style.format} is not one for definitions")
    return Output(text, path=style.path)
