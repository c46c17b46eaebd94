"""The options of the shapes that files of predictions have, and the columns of logs."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.core.errors import UsageError
from cecli.options.declare import COLUMNS, Family, Option
from cecli.options.groups import GroupOptions
from cecli.options.reading import ReadingOptions, Tool

# The columns of logs: what a record is of, and a token, its place and what is around it.
DOC, POS, LOGPROB, CONTEXT = "doc", "pos", "logprob", "context"
# The logarithm of the share that one of several texts has, and whether it is the right one. Whoever
# asks for the share of the right one has a row for each document.
SHARE, IS_TARGET, TARGET_SHARE = "log_share", "is_target", "target_log_share"
# The options that name predictions.
PREDICTIONS = ("label", "target", "prob", "log_prob")
# The options with which a cluster cannot be named.
WITHOUT_CLUSTER = ("anytime", "order")


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


def of_log(reading: ReadingOptions, families: Sequence[Any], tell: Tell) -> Sequence[Any]:
    """Return families of options with the columns of a log, where the user named no others.

    Tokens of one document depend on each other, so that documents are clusters.
    """
    if (tool := reading.log) is None:
        return families
    given = {name for family in families for name in vars(family) if getattr(family, name)}
    wanted: dict[str, Any] = {}
    if given.isdisjoint(PREDICTIONS):
        wanted |= _predictions(tool, families)
    if tool is not Tool.LM_EVAL and given.isdisjoint(("cluster", *WITHOUT_CLUSTER)):
        is_group = any(DOC in getattr(family, "by", ()) for family in families)
        wanted |= {} if is_group else {"cluster": DOC}
    wanted = {name: value for name, value in wanted.items() if name not in given}
    taken = [_changed(family, wanted) for family in families]
    told = [
        f"{family.declared[name].name} {_said(wanted[name])}"
        for family in families
        for name in wanted
        if name in family.declared
    ]
    if told:
        tell(f"--like {tool} takes {', '.join(told)}")
    return taken


def _said(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _predictions(tool: Tool, families: Sequence[Family]) -> dict[str, Any]:
    options = {name for family in families for name in family.declared}
    if tool is not Tool.LM_EVAL:
        return {
            "log_prob": LOGPROB,
            "show": (DOC, POS, CONTEXT),
        }
    if "within" not in options:
        return {"log_prob": TARGET_SHARE}
    return {
        "within": DOC,
        "label": IS_TARGET,
        "prob": SHARE,
        "scale": Scale.LOG_PROBABILITY,
    }


def _changed(family: Family, wanted: dict[str, Any]) -> Family:
    values = {
        name: (value,) if family.declared[name].is_list and isinstance(value, str) else value
        for name, value in wanted.items()
        if name in family.declared
    }
    return family.changed(**values) if values else family
