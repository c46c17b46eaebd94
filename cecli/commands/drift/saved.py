"""The columns of a reference that was saved, and what options may say beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cecli.columns.column import listed, separated
from cecli.commands.drift.columns import (
    Asked,
    Chosen,
    ComparedColumns,
    chosen_of,
    compared_as,
    gone_notices,
)
from cecli.core.errors import InputError, UsageError, shown
from cecli.core.table import Table
from cecli.options.scoring import Weighting
from cecli.report.result import Notice

# How a saved reference was made.
Recipe = Mapping[str, Any]


def recipe_of(table: Table) -> Recipe | None:
    """Return how a saved reference was made; None for an input with rows.

    Raises
    ------
    UsageError
        If it is the state of another command.
    """
    state = getattr(table, "state", None)
    if state is None:
        return None
    recipe: Recipe = state.recipe
    if recipe["command"] != "drift":
        raise UsageError(
            f"is a state of {recipe['command']}, and none of a reference",
            table.name,
            "cecli drift REFERENCE --save-state FILE writes one",
        )
    return recipe


def chosen_from(recipe: Recipe, asked: Asked, reference: Table, current: Table) -> Chosen:
    """Return the columns that are compared with those of a saved reference.

    Raises
    ------
    InputError
        If the reference lacks a column, or was saved with other options.
    """
    _refuse_other(recipe, asked, reference.name)
    known: list[str] = recipe["columns"]["column"]
    saved = _saved(recipe, asked)
    whole = chosen_of(saved, reference, None).whole
    wanted = separated(asked.column, known) or known
    if lacking := [name for name in wanted if name not in known]:
        what = f"is a state without column {listed(lacking)}"
        raise InputError(what, reference.name, f"it has {listed(known)}")
    names = [name for name in known if name in {*wanted, whole.prob}]
    gone = [name for name in names if name not in current.header]
    has_loss = not {whole.label, whole.prob} & {*gone}
    if whole.label is not None and whole.label not in current.header:
        # Labels come later than predictions: that they are not known yet is no drift.
        gone, has_loss = [name for name in gone if name != whole.label], False
    names = [name for name in names if name in current.header]
    if not names:
        raise UsageError("the inputs have no column in common", current.name)
    notices: tuple[Notice, ...] = tuple(gone_notices(gone))
    compared = compared_as(saved, names, whole.categories)
    compared = compared if has_loss else _without_loss(compared)
    return Chosen(whole, compared, tuple(gone), notices)


def _without_loss(compared: ComparedColumns) -> ComparedColumns:
    return replace(compared, label=None, prob=None, positive=None)


def _saved(recipe: Recipe, asked: Asked) -> Asked:
    """Return what was asked when a reference was saved; rows are read as they are now."""
    options = recipe["options"]
    return Asked(
        recipe["columns"]["column"],
        options.get("category", ()),
        options.get("label"),
        options.get("prob"),
        options.get("positive"),
        Weighting(options.get("weight"), options.get("count")),
        asked.bad_rows,
    )


def _refuse_other(recipe: Recipe, asked: Asked, name: str) -> None:
    """Raise an InputError if options contradict those with which a reference was saved."""
    given: dict[str, str | Sequence[str] | None] = {
        "label": asked.label,
        "prob": asked.prob,
        "positive": asked.positive,
        "weight": asked.weighting.weight,
        "count": asked.weighting.count,
    }
    for option, value in given.items():
        was = recipe["options"].get(option)
        if value is not None and was != value:
            words = "is not given" if was is None else f"is {shown(str(was))}"
            raise InputError(
                f"--{option} {value} is not that of the reference, in which it {words}",
                name,
                "save the reference again, or leave the option out",
            )
    if strange := [x for x in asked.category if x not in recipe["options"].get("category", ())]:
        what = f"--category {','.join(strange)}: the reference has numbers in it, or nothing"
        raise InputError(what, name, "save the reference again with --category")
