"""The command that makes a report again, complete: with the columns that were guessed."""

import shlex
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from cecli.core.files import STDIN, STDIN_NAME
from cecli.guessing.proposal import Asking, Proposal, given_in, words_of
from cecli.options.declare import Declared, Family
from cecli.report.report import Report
from cecli.report.result import Units

# Roles whose columns may have been guessed, and are options of the same names.
GUESSED = ("label", "target", "prob")
# Roles whose option has another name.
OPTIONS = {"n_bytes": "bytes", "n_words": "words"}
# The option of a report that names the input with which others are compared.
REFERENCE = "reference"
# What is shown where a page goes to standard output.
PAGE, STORED = "report.html", "report.json"


def command_for(data: Any, families: Sequence[Family], report: Report, output: str | None) -> str:
    """Return the command that makes a page about predictions."""
    given = {name for family in families for name in given_in(family)}
    known = {name for family in families for name in family.declared}
    found: dict[str, Any] = {
        role: columns
        for role, columns in report.columns.items()
        if role in GUESSED and role not in given
    }
    found |= {n: v for n, v in report.options.items() if n in known and n not in given}
    line = Asking("report", data, families).line(Proposal(found, ""))
    return f"{line} -o {shlex.quote(output or PAGE)}"


def command_of(report: Report, name: str, output: str | None) -> str:
    """Return the commands that make a stored report again, and the page about it."""
    declared: Mapping[str, Declared] = import_module(
        f"cecli.commands.{report.command}"
    ).COMMAND.declared
    asked: dict[str, Any] = {
        role: columns for role, columns in report.columns.items() if role in declared
    }
    asked |= {option: value for option, value in report.options.items() if option in declared}
    if report.units is not Units.NATS and "units" in declared:
        asked["units"] = str(report.units)
    words = [word for n, v in asked.items() for word in words_of(n, v, declared[n])]
    paths = [STDIN if path == STDIN_NAME else path for path in report.input.paths]
    # Beside a reference, which stands before the inputs.
    paths = [str(report.options[REFERENCE]), *paths] if REFERENCE in report.options else paths
    stored = STORED if name == STDIN_NAME else name
    making = shlex.join(["cecli", report.command, *paths, *words, "--json"])
    showing = shlex.join(["cecli", "report", stored, "-o", output or PAGE])
    return f"{making} > {shlex.quote(stored)}\n{showing}"
