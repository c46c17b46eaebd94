"""`cecli metrics`."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cecli.core.errors import UsageError
from cecli.terminal.output import Format, Output, Style

if TYPE_CHECKING:
    from cecli.glossary.definition import Definition


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
    from cecli.glossary import definitions, looked_up

    chosen = [looked_up(name) for name in names] if names else list(definitions().values())
    match style.format:
        case Format.JSON:
            text = json.dumps(_document(chosen), indent=2, allow_nan=False) + "\n"
        case Format.JSONL:
            text = json.dumps(_document(chosen), allow_nan=False) + "\n"
        case Format.TABLE | Format.MARKDOWN:
            from cecli.renderers import definitions as entries
            from cecli.renderers import markdown

            sheet = entries.sheet_of(chosen)
            as_table = style.format is Format.TABLE
            text = style.table(sheet) if as_table else markdown.render(sheet, style.digits)
        case _:
            raise UsageError(f"--format {style.format} is not one for definitions")
    return Output(text, path=style.path)


def _document(definitions: Sequence["Definition"]) -> dict[str, Any]:
    from cecli import __version__
    from cecli.core.contract import SCHEMA_VERSION, written
    from cecli.glossary.document import DefinitionsDocument, definition_document

    parts = tuple(map(definition_document, definitions))
    return written(DefinitionsDocument(SCHEMA_VERSION, __version__, "metrics", parts))
