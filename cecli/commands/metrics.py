"""`cecli metrics`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import typer

from cecli.options.shared import style_of
from cecli.terminal.output import Output, Style

if TYPE_CHECKING:
    from cecli.metrics.definition import Definition

OPTIONS = {"style": style_of("definitions")}


@dataclass(frozen=True)
class Definitions:
    """What metrics mean, as plain frozen values."""

    document: ClassVar[str] = "definitions"

    definitions: "tuple[Definition, ...]"

    def to_dict(self) -> dict[str, Any]:
        """Return the definitions as plain JSON values."""
        from cecli import __version__
        from cecli.core.contract import SCHEMA_VERSION, written
        from cecli.metrics.document import DefinitionsDocument, definition_document

        parts = tuple(map(definition_document, self.definitions))
        return written(DefinitionsDocument(SCHEMA_VERSION, __version__, "metrics", parts))


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
    from cecli.metrics.registry import definitions, looked_up

    chosen = [looked_up(name) for name in names] if names else definitions().values()
    return Output(style.text(Definitions(tuple(chosen))), path=style.path)
