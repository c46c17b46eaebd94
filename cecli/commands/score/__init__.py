"""`cecli score`: how good are these probabilities?

plan - the plan of a score, from options and a header row
scored - the columns, metrics and preparations of what is scored, also for other commands
binary - predictions of a positive class, in one column
multiclass - predictions of several classes, in one column each
tokens - a language model's tokens
per_unit - the loss of a text for each of its bytes, or words
two_arrays - labels and predictions as arrays without names
races - groups of candidates, one of which happens
unused - columns that are plainly weights, and that the user did not name
explanation - the derivation of the numbers, step by step
beside - the loss of another tool beside that of cecli, and why they differ
"""

from typing import TYPE_CHECKING, Any

from cecli.columns.roles import Tell
from cecli.options.groups import AverageOptions, GroupOptions, ReplicateOptions
from cecli.options.joining import LabelOptions
from cecli.options.keywords import CommandLine, in_keywords, silent
from cecli.options.predictions import ScoreOptions
from cecli.options.reading import Inputs, ScoredReadingOptions
from cecli.options.shapes import ModelOptions, ShapeOptions
from cecli.options.states import StateOptions
from cecli.terminal.output import Output, ReportOutputOptions, Style

if TYPE_CHECKING:
    import typer
    from numpy.typing import ArrayLike

    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.report.report import Report


@in_keywords
def score(
    data: "Data | ArrayLike",
    predictions: "ArrayLike | None" = None,
    *,
    asked: ScoreOptions,
    shapes: ShapeOptions,
    models: ModelOptions,
    groups: GroupOptions,
    averages: AverageOptions,
    replicates: ReplicateOptions,
    joins: LabelOptions,
    reading: ScoredReadingOptions,
    states: StateOptions,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
    """Evaluate probabilistic predictions in one pass and constant memory.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with one path per line,
        or a list of these; a DataFrame; or arrays by column name. With `predictions`, the labels.
    predictions : the predicted probabilities of the positive class, shape (n,), or of K classes,
        shape (n, K), if data are labels, shape (n,), instead of a table.
    classes : the names of the classes in order, where labels or columns have their codes: 0 to
        K - 1, or those in "1=low,2=high". With predictions of K classes, the names of their
        columns: by default, those of a DataFrame, or 0 to K - 1.
    label : the column of observed classes: 0 and 1, or false and true in any case; for several
        classes, their names.
    target : instead of label, the column of soft labels in [0, 1], or one column per class.
    prob : the column of predicted probabilities of the positive class; or the columns of all
        classes, by name or by a pattern such as "p_*", in which the star stands for the class.
    weight : the column of weights, finite and not negative, such as importance weights; by default
        every row has weight 1.
    count : instead of weight, the column that says for how many equal rows each row stands.
    positive : the label of the positive class, if labels are not 0 and 1 or false and true.
    scale : scale of the predictions: "probability", "percent", "logit" or "log-probability".
    log_prob : instead of label, target and prob, the column of a language model's log-probability
        of each token of a text, as natural logarithms; or of the probability of what happened, on
        the scale that is given.
    n_bytes : with log_prob, the column of the number of bytes of each token.
    n_words : with log_prob, the column of the number of words that end with each token.
    normalize : divide the probabilities of several classes by their sum in each row.
    model : the column of models, if each has rows of its own: they are groups, and no metrics are
        of all of them together.
    base_rate : the constant prediction, in (0, 1), against which skill is measured; by default the
        base rate of the data.
    clip : first move probabilities into [clip, 1 − clip]; the report states how many were moved.
    ordered : the classes are ordered as their columns are, such as low, medium, high; the report
        has their ranked probability score, "rps".
    explain : add the derivation of the numbers, step by step.
    units : units of information, nats or bits.
    labels : the input with the labels, if they are not in data, and perhaps with weights, groups or
        clusters; rows are matched by `id`, or by their order with `by_position`.
    id : the columns of a key that both inputs have, and that identifies their rows.
    by_position : match the rows of both inputs by their order.
    on_unmatched : "skip" leaves out and counts rows whose key the other input does not have.
    tell : called with one sentence for each column that is guessed from its name.

    Returns
    -------
    Report

    Raises
    ------
    UsageError
        If an option is invalid.
    ColumnError
        If a column is missing, occurs twice, or cannot be guessed because several match.
    InputError
        If the input cannot be read, has no rows, or has no column that matches a required role.
    RowError
        If a row cannot be used, with its line, column and value.

    Examples
    --------
    >>> report = score({"y": [1, 0, 1], "p": [0.9, 0.2, 0.6]})
    >>> round(report["cross_entropy"], 6)
    0.279777
    >>> score([1, 0, 1], [0.9, 0.2, 0.6]) == score({"label": [1, 0, 1], "prob": [0.9, 0.2, 0.6]})
    True
    >>> three = {"y": ["a", "c"], "p_a": [0.5, 0.2], "p_b": [0.3, 0.2], "p_c": [0.2, 0.6]}
    >>> score(three, prob="p_*")["accuracy"]
    1.0
    """
    from cecli.commands.score.plan import opened

    found = opened(
        data,
        predictions,
        asked=asked,
        shapes=shapes,
        models=models,
        groups=groups,
        averages=averages,
        replicates=replicates,
        joins=joins,
        reading=reading,
        states=states,
        tell=tell,
        progress=progress,
    )
    return found.report()


def _run(inputs: Inputs, asked: dict[str, Any], style: Style, context: "typer.Context") -> Output:
    """How good are these probabilities?

    cecli score preds.csv

    cecli score preds.csv --label y_true --prob y_prob --weight sample_weight

    cecli score preds.csv --label outcome --positive yes --units bits

    cecli score preds.csv --explain

    cecli score preds.csv --label species --prob 'p_*'

    cecli score probs.csv --labels truth.csv --id id

    cecli score preds.csv --bootstrap 1000 --level 0.9

    cecli score preds.csv --json | jq .metrics.cross_entropy
    """
    from cecli.options.configuration import without_idle

    return style.output(score(inputs.files, **without_idle(context, asked)))


COMMAND = CommandLine(
    _run,
    score,
    output=ReportOutputOptions,
    configured=(
        ScoreOptions,
        ShapeOptions,
        ModelOptions,
        GroupOptions,
        AverageOptions,
        ReplicateOptions,
        LabelOptions,
        ScoredReadingOptions,
    ),
    matters="label prob positive weight by cluster units metrics whole json",
)
