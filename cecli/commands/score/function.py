"""How good are these probabilities?"""

from collections.abc import Callable, Sequence
from typing import Unpack

from cecli.columns.numbers import Scale
from cecli.commands.score.plan import predictions, prob_columns, scoring_plan
from cecli.commands.score.tokens import tokens, tokens_of
from cecli.core.evaluate import evaluate
from cecli.options.predictions import Scoring, Stating
from cecli.options.values import (
    EvaluationOptions,
    bad_rows_of,
    engine_of,
    grouping_of,
    names_of,
    reading_of,
    scale_of,
    units_of,
)
from cecli.readers.opening import Data, open_table
from cecli.report.report import Report
from cecli.report.result import Units


def score(
    data: Data,
    *,
    label: str | None = None,
    target: str | Sequence[str] | None = None,
    prob: str | Sequence[str] | None = None,
    weight: str | None = None,
    positive: str | None = None,
    scale: Scale | str = Scale.PROBABILITY,
    log_prob: str | None = None,
    n_bytes: str | None = None,
    normalize: bool = False,
    base_rate: float | None = None,
    clip: float | None = None,
    explain: bool = False,
    units: Units | str = Units.NATS,
    tell: Callable[[str], None] = lambda _: None,
    **options: Unpack[EvaluationOptions],
) -> Report:
    """Evaluate probabilistic predictions in one pass, in memory that does not grow.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with paths in its lines,
        or a list of such; a DataFrame; or arrays by column name.
    label : the column of observed classes: 0 and 1, or false and true in any case; of several
        classes, their names.
    target : instead, the column of soft labels in [0, 1], or the columns, one a class.
    prob : the column of predicted probabilities of the positive class; or the columns of all
        classes, by names or by a pattern such as "p_*", where the star stands for the class.
    weight : the column of weights, finite and not negative; without it every row counts once.
    positive : the label of the positive class, where labels are not 0 and 1 or false and true.
    scale : what the predictions are: "probability", "percent", "logit" or "log-probability".
    log_prob : instead of all the above, the column of a language model's log-probability of each
        token of a text, natural logarithms.
    n_bytes : beside log_prob, the column with the number of bytes of each token.
    normalize : divide the probabilities of several classes by their sum in each row.
    base_rate : the constant prediction, in (0, 1), against which skill is measured; by default the
        data's own base rate.
    clip : move probabilities into [clip, 1 − clip] first; the report says how many.
    explain : add the derivation of the numbers, step by step.
    units : of information, nats or bits.
    tell : called with one sentence for each column that was guessed from its name.
    **options : how input is read, and which rows belong together, see
        `cecli.options.values.ReadingOptions` and `GroupingOptions`.

    Returns
    -------
    Report

    Raises
    ------
    UsageError
        If an option makes no sense.
    ColumnError
        If a column is not there, or there twice, or several could be meant.
    InputError
        If the input cannot be read, has no rows, or no column that looks like the one needed.
    RowError
        If a row cannot be used, with its line, column and value.

    Examples
    --------
    >>> report = score({"y": [1, 0, 1], "p": [0.9, 0.2, 0.6]})
    >>> round(report["cross_entropy"], 6)
    0.279777
    >>> three = {"y": ["a", "c"], "p_a": [0.5, 0.2], "p_b": [0.3, 0.2], "p_c": [0.2, 0.6]}
    >>> score(three, prob="p_*")["accuracy"]
    1.0
    """
    scoring = Scoring(
        label=label,
        target=names_of(target),
        prob=names_of(prob),
        weight=weight,
        positive=positive,
        base_rate=base_rate,
        clip=clip,
        stating=Stating(scale_of(scale), normalize),
        explain=explain,
        units=units_of(units),
        grouping=grouping_of(options),
        bad_rows=bad_rows_of(options),
        tell=tell,
    )
    wanted = tokens_of(log_prob, n_bytes, scoring)
    table = open_table(data, reading_of(options, numbered=scoring.grouping.by_place))
    scored = (
        predictions(table, scoring, prob_columns(table, scoring))
        if wanted is None
        else tokens(table, wanted, scoring)
    )
    plan = scoring_plan(table, scored, scoring)
    return evaluate(table, plan, engine_of(options), options.get("progress"))
