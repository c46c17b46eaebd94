"""`cecli metrics`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import typer

from cecli.options.shared import style_of
from cecli.terminal.output import Output, Style

if TYPE_CHECKING:
    from cecli.glossary.definition import Definition

OPTIONS = {"style": style_of("definitions")}


@dataclass(frozen=True)
class Definitions:
    """What metrics mean, as plain frozen values."""

    document: ClassVar[str] = "definitions"

    definitions: "tuple[Definition, ...]"

    def to_dict(self) -> dict[str, Any]:
        """Return the definitions as plain JSON values."""
        from cecli import __version__
        from cecli.report.report import SCHEMA_VERSION

        return {
            "schema_version": SCHEMA_VERSION,
            "cecli": __version__,
            "command": "metrics",
            "definitions": [definition.to_dict() for definition in self.definitions],
        }


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

    chosen = [looked_up(name) for name in names] if names else definitions().values()
    return Output(style.text(Definitions(tuple(chosen))), path=style.path)
