"""`cecli explain`."""

from collections.abc import Sequence
from typing import Annotated

from cecli.options.declare import Family, Option
from cecli.options.keywords import CommandLine
from cecli.terminal.output import Output, OutputOptions, Style, format_option


class Codes(Family):
    """The codes to explain."""

    codes: Annotated[
        Sequence[str],
        Option(
            "Codes of notices, rows, errors or exits, or names of metrics; default: all.",
            metavar="[CODE]…",
            is_argument=True,
        ),
    ] = ()


class ExplanationOutputOptions(OutputOptions):
    """How explanations are written."""

    document = "explanations"
    format: Annotated[str | None, format_option("explanations", "the explanations")] = None


def _run(codes: Codes, style: Style) -> Output:
    """Explain the codes of notices and errors, exit codes and metrics.

    cecli explain

    cecli explain infinite-loss

    cecli explain 3 --json
    """
    from cecli.explanations.explanation import Explanations
    from cecli.explanations.registry import every, explained

    wanted = codes.codes
    found = [explained(code) for code in wanted] if wanted else every()
    return Output(style.text(Explanations(found)), path=style.path)


COMMAND = CommandLine(_run, output=ExplanationOutputOptions)
