"""`cecli attest`: a receipt of an evaluation, for others to verify."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.roles import Tell
from cecli.core.errors import ExitCode
from cecli.core.files import check_destination
from cecli.options.checking import NoiseOptions, RuleOptions
from cecli.options.declare import OUTPUT, Family, Option
from cecli.options.groups import GroupOptions
from cecli.options.joining import LabelOptions
from cecli.options.keywords import CommandLine, in_keywords, silent
from cecli.options.predictions import ScoreOptions
from cecli.options.reading import Inputs, ScoredReadingOptions
from cecli.options.shapes import ModelOptions, ShapeOptions
from cecli.terminal.output import Output, Style
from cecli.terminal.receipts import ReceiptOutputOptions

if TYPE_CHECKING:
    import typer

    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.receipts.receipt import Receipt

Limits = Mapping[str, float | str]


class StateOfRows(Family):
    """The saved state of the rows."""

    state: Annotated[
        str | None,
        Option(
            "State of these rows, written by --save-state: it becomes a subject of the receipt, "
            "and another state is refused.",
            OUTPUT,
            "FILE",
            configurable=False,
            is_path=True,
        ),
    ] = None


@in_keywords
def attest(
    data: "Data",
    *,
    asked: ScoreOptions,
    shapes: ShapeOptions,
    models: ModelOptions,
    groups: GroupOptions,
    joins: LabelOptions,
    reading: ScoredReadingOptions,
    saved: StateOfRows,
    max: Limits | None = None,
    min: Limits | None = None,
    confidence: float | None = None,
    undecided: str | None = None,
    rows: int | None = None,
    skipped: int | str | None = None,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Receipt":
    """Return a receipt of the predictions that `score` evaluates, and of rules on them.

    Parameters
    ----------
    data : predictions, as `cecli.score` takes them.
    max, min, confidence, undecided, rows, skipped : rules, as `cecli.check` takes them.
    state : the path of a saved state, which must be that of these rows.
    tell : called with one sentence for each column that is guessed from its name.

    Returns
    -------
    Receipt
        Its `result` is PASSED, WARNED or FAILED; without rules it is WARNED.

    Raises
    ------
    UsageError
        If an option or a rule is invalid.
    InputError
        As `cecli.score` does, or if the state is that of other rows.

    Examples
    --------
    >>> receipt = attest({"y": [1, 0, 1], "p": [0.9, 0.2, 0.6]}, max={"cross_entropy": 0.3})
    >>> receipt.result, receipt.to_dict()["predicate"]["passedTests"]
    ('PASSED', ['max cross_entropy=0.3'])
    """
    from cecli.receipts.attesting import attested
    from cecli.receipts.rules import rules_of

    bounds = RuleOptions(
        max=_texts(max),
        min=_texts(min),
        require_rows=rows,
        max_skipped=None if skipped is None else str(skipped),
    )
    noise = NoiseOptions.taken_from({"confidence": confidence, "undecided": undecided})
    return attested(
        data,
        rules_of(bounds, noise),
        asked=asked,
        shapes=shapes,
        models=models,
        groups=groups,
        joins=joins,
        reading=reading,
        state=saved.state,
        tell=tell,
        progress=progress,
    ).receipt


def _texts(limits: Limits | None) -> list[str]:
    return [f"{subject}={amount}" for subject, amount in (limits or {}).items()]


def _run(
    context: "typer.Context",
    inputs: Inputs,
    rules: RuleOptions,
    noise: NoiseOptions,
    asked: dict[str, Any],
    style: Style,
) -> Output:
    """Write a receipt that cecli verify compares with rows.

    cecli attest preds.csv -o receipt.json

    cecli attest preds.csv --max cross_entropy=0.40 --require-rows 2 -o receipt.json

    cecli attest preds.csv --state preds.state -o receipt.json

    cecli attest preds.csv --by segment --min accuracy@segment=0.5
    """
    from cecli.options.configuration import without_idle
    from cecli.receipts.attesting import attested
    from cecli.receipts.rules import rules_of

    options = without_idle(context, asked)
    found = in_keywords(attested)(inputs.files, rules_of(rules, noise), **options)
    if style.path is not None:
        subjects = found.receipt.to_dict()["subject"]
        names = [*found.report.input.paths, *(subject["name"] for subject in subjects)]
        check_destination(style.path, names)
    style.say_notices(found.report)
    failed, told = False, []
    if found.checked is not None:
        failed = not found.checked.passed
        told = [*found.checked.failures, *found.checked.warnings]
    return Output(
        found.receipt.to_json(),
        ExitCode.CHECK_FAILED if failed else ExitCode.OK,
        style.path,
        # The worst comes last, next to the prompt.
        last_words=[outcome.sentence for outcome in reversed(told)],
    )


COMMAND = CommandLine(
    _run,
    attest,
    lacks=("explain", "within"),
    output=ReceiptOutputOptions,
    configured=(
        ScoreOptions,
        ShapeOptions,
        ModelOptions,
        GroupOptions,
        LabelOptions,
        ScoredReadingOptions,
    ),
    matters="label prob positive weight by max min require_rows confidence state output",
)
