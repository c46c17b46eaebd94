"""The options of the shapes that files of predictions have."""

from collections.abc import Sequence
from typing import Annotated, Self

from cecli.core.errors import UsageError
from cecli.options.declare import COLUMNS, Family, Option
from cecli.options.groups import GroupOptions


class ShapeOptions(Family):
    """How columns that are no plain label and no plain predictions are read."""

    event: Annotated[
        str | None,
        Option(
            "Instead of --label: the event that is predicted, as a column, a comparison and a "
            "number.",
            COLUMNS,
            "'COL > X'",
            echoed=True,
        ),
    ] = None
    predicted: Annotated[
        str | None,
        Option(
            "Column of the predicted classes: --prob is the confidence in them, and the event is "
            "that the predicted class is that of --label.",
            COLUMNS,
            "COL",
            echoed=True,
        ),
    ] = None
    classes: Annotated[
        Sequence[str],
        Option(
            "Names of the classes in order, where labels, or the columns of --prob, have their "
            "codes: 0, 1, 2, … unless names have codes, as in 1=low,2=high.",
            COLUMNS,
            "NAME,NAME",
            echoed=True,
            python="str | Sequence[object] | None",
        ),
    ] = ()
    pairs: Annotated[
        str | None,
        Option(
            "Several events a row: patterns of the columns of their probabilities and of their "
            "labels, such as '*=*_outcome'.",
            COLUMNS,
            "PROB=LABEL",
            echoed=True,
        ),
    ] = None
    multilabel: Annotated[
        bool,
        Option(
            "Several labels a row, which can hold together: --label 'y_*' and --prob 'p_*' have a "
            "column for each.",
            COLUMNS,
            echoed=True,
        ),
    ] = False
    within: Annotated[
        str | None,
        Option(
            "Column of groups, such as races: each row is a candidate with the probability of "
            "--prob, and --label says which of a group happened.",
            COLUMNS,
            "COL",
            echoed=True,
        ),
    ] = None

    def refuse_two(self) -> None:
        """Raise a UsageError if two shapes are named."""
        given = [name for name, value in vars(self).items() if value]
        if len(given) > 1:
            first, second = (self.declared[name].name for name in given[:2])
            raise UsageError(f"{first} and {second} exclude each other")

    @property
    def names_of_classes(self) -> Sequence[object] | None:
        """The classes, once with commas or one by one; None if they are not given."""
        given: Sequence[object] = self.classes
        return str(given[0]).split(",") if len(given) == 1 else given or None

    @property
    def without_classes(self) -> Self:
        """The same options without the names of classes."""
        return type(self)(**{**vars(self), "classes": ()})


class ModelOptions(Family):
    """Predictions of several models, in rows of their own."""

    model: Annotated[
        str | None,
        Option(
            "Column of models, where each has rows of its own: the results are those of each.",
            COLUMNS,
            "COL",
            echoed=True,
        ),
    ] = None

    def grouped(self, groups: GroupOptions) -> GroupOptions:
        """Return groups of rows, of one model each."""
        if self.model is None:
            return groups
        others = [name for name in groups.by if name != self.model]
        return type(groups)(**{**vars(groups), "by": (self.model, *others)})


class ComparedModels(Family):
    """Models to compare, in rows of their own."""

    model: Annotated[
        str | None,
        Option(
            "Column of models, where each has rows of its own: --id pairs them, instead of a "
            "--prob for each model.",
            COLUMNS,
            "COL",
            echoed=True,
        ),
    ] = None
    baseline: Annotated[
        str | None,
        Option(
            "The model of --model that the others are compared with; default: that of the first "
            "row.",
            COLUMNS,
            "NAME",
            echoed=True,
        ),
    ] = None

    def __post_init__(self) -> None:
        if self.baseline is not None and self.model is None:
            raise UsageError(
                "--baseline needs --model, the column of models",
                hint="of models in columns, the first --prob is the baseline",
            )
