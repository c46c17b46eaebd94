"""Reading the receipt of a stranger: nothing in it is run, and no path in it is opened."""

from collections.abc import Mapping
from typing import Any

from cecli.commands.check.rule import Rule
from cecli.core.contract import SCHEMA_VERSION
from cecli.core.errors import InputError, UsageError, shown
from cecli.core.pipes import Pipe
from cecli.options.keywords import in_keywords
from cecli.receipts.attesting import attested
from cecli.receipts.document import PREDICATE, STATEMENT, ReceiptDocument
from cecli.receipts.receipt import OF_TEXTS, Receipt
from cecli.receipts.rules import rule_of
from cecli.report.reading import name_of, stated_in, text_of, values_in
from cecli.states.rebuilding import checked_options

# A receipt has some kilobytes: no rows, and no groups.
LARGEST = 1 << 22
# Options that no receipt has: the rows of a race are put together, and a derivation is for people.
NOT_ATTESTED = ("within", "explain")
WHAT, HOW = "a receipt", "cecli attest FILE -o receipt.json writes receipts"


def read_receipt(path: str | Pipe) -> Receipt:
    """Return the receipt in a file.

    Raises
    ------
    InputError
        If it cannot be read, or is no receipt.
    """
    name = name_of(path)
    return receipt_in(values_in(text_of(path, LARGEST, WHAT), name, WHAT, HOW), name)


def receipt_in(values: Any, source: str) -> Receipt:
    """Return the receipt that some JSON values are.

    Raises
    ------
    InputError
        If they are none, or one of another schema version.
    """
    if not isinstance(values, dict) or values.get("_type") != STATEMENT:
        raise InputError(f"is not a receipt: its _type is not {STATEMENT}", source, HOW)
    if values.get("predicateType") != PREDICATE:
        what = f"is another attestation: its predicateType is not {PREDICATE}"
        raise InputError(what, source, HOW)
    predicate = values.get("predicate")
    own = predicate.get("cecli") if isinstance(predicate, dict) else None
    if not isinstance(own, dict):
        raise InputError("is a receipt of another program: its predicate has no cecli", source, HOW)
    if (version := own.get("schema_version")) != SCHEMA_VERSION or isinstance(version, bool):
        what = f"is a receipt of schema version {shown(str(version))}, not {SCHEMA_VERSION}"
        raise InputError(what, source, "verify it with the version of cecli that made it")
    stated_in(ReceiptDocument, values, source, WHAT, HOW)
    return Receipt(values)


def options_in(receipt: Receipt, source: str) -> Mapping[str, Any]:
    """Return the options of a receipt, which are options of `cecli.attest`.

    Raises
    ------
    InputError
        If one is none, or says where something is, or how a text is written.
    """
    options = receipt.values["predicate"]["cecli"]["options"]
    for name in options:
        if name in OF_TEXTS or name in NOT_ATTESTED:
            raise InputError(f"is a receipt of an option that is unknown: {shown(name)}", source)
    return checked_options(in_keywords(attested), options, source, WHAT)


def rules_in(receipt: Receipt, source: str) -> list[Rule]:
    """Return the rules of a receipt.

    Raises
    ------
    InputError
        If one is none.
    """
    try:
        return [
            rule_of(rule["rule"], rule["confidence"], rule["undecided"])
            for rule in receipt.values["predicate"]["cecli"]["rules"]
        ]
    except UsageError as error:
        raise InputError(f"is a receipt of a rule that is unknown: {error.what}", source) from None
