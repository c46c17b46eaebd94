"""Rules as a configuration file has them."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from cecli.commands.check.rule import (
    Amount,
    Origin,
    Rule,
    Undecided,
    exact,
    number,
    sensible,
)
from cecli.core.errors import UsageError, shown
from cecli.options.config_file import ConfigFile
from cecli.report.parts import Limit

if TYPE_CHECKING:
    from cecli.options.schema import CheckTable, ProfileTable


def rules_of(file: ConfigFile, where: Sequence[str], table: "ProfileTable") -> tuple[Rule, ...]:
    """Return the rules of a table, each with the line on which it begins.

    Raises
    ------
    UsageError
        If one of them makes no sense, with its line.
    """
    lines = file.lines_of(*where, "check")
    rules: list[Rule] = []
    for place, check in enumerate(table.check):
        # Where rules are written otherwise than as [[…]], their lines are not known.
        line = lines[place] if len(lines) == len(table.check) else None
        origin = Origin(file.path, line)
        try:
            rules += _rules(check, origin)
        except UsageError as error:
            raise UsageError(error.what, str(origin), error.hint) from None
    return tuple(rules)


def _rules(check: "CheckTable", origin: Origin) -> Iterator[Rule]:
    metric, at, column = check.metric.partition("@")
    if at and (check.by is not None or not column):
        raise UsageError(f"metric {shown(check.metric)} and by name groups twice, or none")
    found = False
    for limit in Limit:
        given = getattr(check, limit.replace("-", "_"))
        if given is None:
            continue
        found = True
        yield sensible(
            Rule(
                metric,
                limit,
                _amount(given, limit, metric),
                check.by or column or None,
                check.confidence,
                None if check.undecided is None else Undecided(check.undecided),
                origin,
            )
        )
    if not found:
        raise UsageError(
            f"the rule on {metric} has no limit", hint=f"give one of {', '.join(Limit)}"
        )


def _amount(given: float | str, limit: Limit, metric: str) -> Amount:
    if isinstance(given, str):
        return number(given, f"{limit} of {metric}", percent=limit.of_change)
    exactly: Fraction = exact(given)
    return Amount(exactly, percent=False, text=f"{given:.15g}")
