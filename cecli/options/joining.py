"""The options of joined inputs: labels in another input, keys, and rows without a partner."""

import os
from collections.abc import Sequence
from typing import Annotated

from cecli.columns.bad_rows import OnUnmatched
from cecli.core.errors import UsageError
from cecli.options.declare import Family, Option

JOINING = "Two inputs"


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
    id: Annotated[
        Sequence[str],
        Option(
            "Key columns that match the rows of two inputs. Install cecli[join] for inputs larger "
            "than memory.",
            JOINING,
            "COL[,COL]",
            echoed=True,
        ),
    ] = ()
    by_position: Annotated[
        bool,
        Option("Match the rows of two inputs by their order.", JOINING, echoed=True),
    ] = False
    on_unmatched: Annotated[
        OnUnmatched | None,
        Option("Fail if a key is in one input only, or skip such rows and count them.", JOINING,
               echoed=True),
    ] = None  # fmt: skip

    def __post_init__(self) -> None:
        if self.id and self.by_position:
            raise UsageError("--id and --by-position exclude each other")
        if self.on_unmatched is not None and not self.id:
            raise UsageError("--on-unmatched requires --id")

    def refuse_one_input(self) -> None:
        """Raise a UsageError if rows are to be matched, and there is only one input."""
        given = {"--id": self.id, "--by-position": self.by_position}
        if self.labels is None and (name := next((n for n, value in given.items() if value), "")):
            raise UsageError(
                f"{name} requires two inputs, but only one is given",
                hint="--labels FILE names an input that has the labels",
            )

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
