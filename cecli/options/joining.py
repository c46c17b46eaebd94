"""The options of joined inputs: labels in another input, keys, and rows without a partner."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from cecli.columns.bad_rows import OnUnmatched
from cecli.columns.roles import Tell
from cecli.core.errors import UsageError
from cecli.options.declare import Family, Option

if TYPE_CHECKING:
    from cecli.core.table import Table
    from cecli.options.scoring import Grouping, Weighting

JOINING = "Two inputs"


# Single options, for the families of commands.

Id = Annotated[
    Sequence[str],
    Option(
        "Key columns that match the rows of two inputs; texts that differ are other keys, as 1 "
        "and 01.",
        JOINING,
        "COL[,COL]",
        echoed=True,
    ),
]
ByPosition = Annotated[
    bool,
    Option("Match the rows of two inputs by their order.", JOINING, echoed=True),
]
Unmatched = Annotated[
    OnUnmatched | None,
    Option("Fail if a key is in one input only, or skip such rows and count them.", JOINING,
           echoed=True),
]  # fmt: skip


class MatchOptions(Family):
    """How the rows of two inputs are matched."""

    id: Id = ()
    by_position: ByPosition = False
    on_unmatched: Unmatched = None

    def __post_init__(self) -> None:
        refuse_contradictions(self)

    def refuse_one_input(self) -> None:
        """Raise a UsageError if rows are to be matched, and there is only one input."""
        refuse_idle(self, "p and q may each have a file: cecli kl P.csv Q.csv")


class JoinOptions(Family):
    """How the rows of two inputs are matched, and whether one of them has the labels."""

    labels: Annotated[
        str | None,
        Option(
            "Input with the labels, and perhaps weights, groups or clusters, of the predictions; "
            "needs --id or --by-position.",
            JOINING,
            "FILE",
            is_path=True,
            python="Data | None",
        ),
    ] = None
    id: Id = ()
    by_position: ByPosition = False
    on_unmatched: Unmatched = None

    def __post_init__(self) -> None:
        refuse_contradictions(self)

    def refuse_one_input(self) -> None:
        """Raise a UsageError if rows are to be matched, and there is only one input."""
        if self.labels is None:
            refuse_idle(self, "--labels FILE names an input that has the labels")

    def echo(self) -> dict[str, float | str | bool]:
        """Return what a report states of these options, with the name of the labels' input."""
        if self.labels is None:
            return super().echo()
        is_path = isinstance(self.labels, str | os.PathLike)
        name = os.fspath(self.labels) if is_path else f"<{type(self.labels).__name__}>"
        return {"labels": name, **super().echo()}


class LabelOptions(JoinOptions):
    """Labels in another input, for commands that join nothing else."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_one_input()


def refuse_contradictions(options: MatchOptions | JoinOptions) -> None:
    """Raise a UsageError if options that match rows exclude each other."""
    if options.id and options.by_position:
        raise UsageError("--id and --by-position exclude each other")
    if options.on_unmatched is not None and not options.id:
        raise UsageError("--on-unmatched requires --id")


def refuse_idle(options: MatchOptions | JoinOptions, hint: str) -> None:
    """Raise a UsageError if options match rows of two inputs, where there is one."""
    given = {"--id": options.id, "--by-position": options.by_position}
    if name := next((name for name, value in given.items() if value), ""):
        raise UsageError(f"{name} requires two inputs, but only one is given", hint=hint)


def tell_whose(
    first: "Table", second: "Table", weighting: "Weighting", grouping: "Grouping", tell: Tell
) -> None:
    """Say that a column comes from the first input, if both inputs have it."""
    named = (
        ("weights", weighting.weight),
        ("counts", weighting.count),
        ("clusters", grouping.cluster),
    )
    roles = [*named, *(("groups", name) for name in grouping.names(first.header))]
    for role, name in roles:
        if name in second.header:
            tell(f"both inputs have the {role}: those of {first.name} are used")
