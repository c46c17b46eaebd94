"""The options that say which columns are labels and predictions."""

from typing import Annotated

import typer

from cecli.options.shared import COLUMNS, MEASURE

Label = Annotated[
    str | None,
    typer.Option(metavar="COL", help="Column of observed classes.", rich_help_panel=COLUMNS),
]
Target = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COL",
        help="Instead of --label: column of soft labels, from 0 to 1; or one a class.",
        rich_help_panel=COLUMNS,
    ),
]
Prob = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COL",
        help="Column of predicted probabilities of the positive class; or one a class, "
        "by repeating it or by a pattern such as 'p_*'.",
        rich_help_panel=COLUMNS,
    ),
]
LogProb = Annotated[
    str | None,
    typer.Option(
        metavar="COL",
        help="Instead of these: column of a language model's log-probability of each token.",
        rich_help_panel=COLUMNS,
    ),
]
Positive = Annotated[
    str | None,
    typer.Option(
        metavar="VALUE",
        help="Label of the positive class, where labels are not 0/1 or false/true.",
        rich_help_panel=COLUMNS,
    ),
]
Clip = Annotated[
    float | None,
    typer.Option(
        metavar="EPS",
        help="Move probabilities into EPS … 1-EPS, and report how many.",
        rich_help_panel=MEASURE,
    ),
]
