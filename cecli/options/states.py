"""The options of saved states."""

from typing import Annotated

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
