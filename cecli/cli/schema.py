"""`cecli schema`."""

import json
from typing import Annotated

import typer

from cecli.cli import options
from cecli.cli.output import Output
from cecli.schema import Name


def schema(
    name: Annotated[
        Name, typer.Argument(help="Of which document.", show_default=False, case_sensitive=True)
    ],
    error_format: options.InErrorFormat = options.ErrorFormat.TEXT,  # noqa: ARG001
    debug: options.Debug = False,  # noqa: ARG001
) -> Output:
    """Print the JSON Schema (draft 2020-12) of what cecli writes and reads.

    cecli schema report

    cecli schema config

    cecli schema error
    """
    from cecli.schema import json_schema

    return Output(json.dumps(json_schema(name), indent=2) + "\n")
