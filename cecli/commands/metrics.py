"""`cecli metrics`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from cecli.options.declare import Family, Option
from cecli.options.keywords import CommandLine
from cecli.terminal.output import DefinitionOutputOptions, Output, Style

if TYPE_CHECKING:
    from cecli.report.document import DefinitionDocument
    from cecli.report.result import Definition


@dataclass(frozen=True)
class Definitions:
    """What metrics mean, as plain frozen values."""

    document: ClassVar[str] = "definitions"

    definitions: "tuple[Definition, ...]"

    def to_dict(self) -> dict[str, Any]:
        """Return the definitions as plain JSON values."""
        from cecli import __version__
        from cecli.core.contract import SCHEMA_VERSION, written
        from cecli.report.document import DefinitionsDocument

        parts = tuple(map(_document, self.definitions))
        return written(DefinitionsDocument(SCHEMA_VERSION, __version__, "metrics", parts))


class MetricNames(Family):
    """Which metrics are defined."""

    names: Annotated[
        Sequence[str],
        Option("Metrics, by any of their names; none is all.", metavar="[NAME]…", is_argument=True),
    ] = ()  # fmt: skip


def _run(names: MetricNames, style: Style) -> Output:
    """How is each metric defined?

    cecli metrics

    cecli metrics skill

    cecli metrics 'log loss' --json
    """
    from cecli.metrics.registry import definitions, looked_up

    wanted = names.names
    chosen = [looked_up(name) for name in wanted] if wanted else definitions().values()
    return Output(style.text(Definitions(tuple(chosen))), path=style.path)


def _document(definition: "Definition") -> "DefinitionDocument":
    """Return a definition in the shape of its JSON."""
    from cecli.report.document import DefinitionDocument

    return DefinitionDocument(
        definition.name,
        definition.meaning,
        definition.formula,
        definition.unit,
        definition.direction,
        definition.low,
        definition.high,
        definition.also,
        definition.streams,
    )


COMMAND = CommandLine(_run, output=DefinitionOutputOptions)
