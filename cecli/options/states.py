"""The options of saved states."""

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, ClassVar

from cecli.options.declare import OUTPUT, Family, Option


class StateOptions(Family):
    """Where the states of the rows are saved."""

    save_state: Annotated[
        str | None,
        Option(
            "Also write all that the report is made of, without the rows, for cecli merge.",
            OUTPUT,
            "FILE",
            configurable=False,
            is_path=True,
        ),
    ] = None

    # Whether states are all that is asked for, and no report.
    alone: ClassVar[bool] = False

    @property
    def are_kept(self) -> bool:
        """Whether states are kept beyond a report."""
        return self.alone or self.save_state is not None

    def keep(self, command: str, families: Sequence[Family], **more: Any) -> Any:
        """Return what saves the states of a command; None if no file is named.

        What saves states stands above options, so that it is imported by name.
        """
        if self.save_state is None:
            return None
        saving = import_module("cecli.states.saving")
        return saving.saving_of(self.save_state, command, families, **more)
