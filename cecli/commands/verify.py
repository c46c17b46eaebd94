"""`cecli verify`: a receipt beside the rows at hand."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.roles import Tell
from cecli.core.errors import ExitCode
from cecli.core.files import check_destination, refuse_stdin_twice
from cecli.options.declare import Family, Option
from cecli.options.joining import JOINING
from cecli.options.keywords import CommandLine, in_keywords, silent
from cecli.options.reading import DialectOptions, Files
from cecli.terminal.output import Output, Style
from cecli.terminal.receipts import VerificationOutputOptions

if TYPE_CHECKING:
    from os import PathLike

    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.receipts.receipt import Receipt
    from cecli.receipts.verification import Verification


class VerifiedInputs(Family):
    """A receipt, and the rows."""

    receipt: Annotated[
        str,
        Option("Receipt that cecli attest wrote.", metavar="RECEIPT", is_argument=True),
    ]
    files: Files


class VerifiedLabels(Family):
    """The labels of the rows."""

    labels: Annotated[
        str | None,
        Option(
            "Input with the labels, if the receipt was made with --labels.",
            JOINING,
            "FILE",
            is_path=True,
            python="Data | None",
        ),
    ] = None


@in_keywords
def verify(
    receipt: "Receipt | Mapping[str, Any] | str | PathLike[str]",
    data: "Data",
    *,
    beside: VerifiedLabels,
    dialect: DialectOptions,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Verification":
    """Evaluate rows as a receipt says, and compare all that it states for equality.

    Parameters
    ----------
    receipt : of `cecli.attest`, its JSON values, or the path of one.
    data : the rows, as `cecli.score` takes them, in any order, files and format.
    labels : the input with the labels, if the receipt was made with labels.
    tell : called with one sentence for each thing that is guessed of a text.

    Returns
    -------
    Verification
        Its `same` is whether all is equal, its `differences` tell what is not.

    Raises
    ------
    InputError
        If the receipt is none, or the rows cannot be evaluated.

    Examples
    --------
    >>> import cecli
    >>> receipt = cecli.attest({"y": [1, 0, 1], "p": [0.9, 0.2, 0.6]})
    >>> verify(receipt, {"y": [0, 1, 1], "p": [0.2, 0.6, 0.9]}).same
    True
    >>> [part.name for part in verify(receipt, {"y": [1, 0], "p": [0.9, 0.2]}).differences][:3]
    ['digest', 'number', 'weight']
    """
    from cecli.receipts.verification import verified

    options = {**vars(dialect), **vars(beside), "tell": tell, "progress": progress}
    return verified(receipt, data, options)


def _run(inputs: VerifiedInputs, asked: dict[str, Any], style: Style) -> Output:
    """Are rows as a receipt says? Exit code 1 if they differ.

    cecli verify receipt.json preds.csv

    cecli verify receipt.json shuffled.csv.gz

    cecli verify receipt.json preds.csv --json
    """
    refuse_stdin_twice([inputs.receipt, *inputs.files])
    found = verify(inputs.receipt, list(inputs.files), **asked)
    if style.path is not None:
        read = [inputs.receipt, *(file.name for file in found.files), *inputs.files]
        check_destination(style.path, read)
    return Output(
        style.text(found),
        ExitCode.OK if found.same else ExitCode.CHECK_FAILED,
        style.path,
    )


COMMAND = CommandLine(_run, verify, output=VerificationOutputOptions)
