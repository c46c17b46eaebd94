"""`cecli compare`: which model is better, on the same rows?

comparing - the options, before header rows are read
plan - columns, preparations and findings, from the options and header rows
layouts/ - models that have inputs, or rows, of their own
inference - what a kind of inference is
signs - the test of signs, for a few differing rows
in_time - rows in order of time
one_look - intervals and p-values for one look
anytime - intervals and p-values for any number of looks
evidence - the mean difference of one model, its tests and results
conclusion - the conclusion that p-values allow, and its sentence
confidence_set/ - the models that may be the best of three or more
texts/ - language models on the tokens of texts
decomposed - differences of miscalibration and of discrimination
contributions - what each group contributes to a difference
findings - the comparisons of a report, from the states
definitions - definitions of the metrics of a comparison
notices - infinite losses, rows without a partner, few clusters or differences, rows in time
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.roles import Tell
from cecli.core.files import refuse_stdin_twice
from cecli.options.declare import COLUMNS, MEASURE, Family, Option
from cecli.options.groups import AverageOptions, GroupOptions, SetReplicateOptions
from cecli.options.joining import JoinOptions, tell_whose
from cecli.options.keywords import CommandLine, echo, in_keywords, silent
from cecli.options.predictions import (
    Bytes,
    Clip,
    Count,
    FromAny,
    InUnits,
    Label,
    Normalize,
    Positive,
    Target,
    Weight,
)
from cecli.options.reading import DATA, ReadingOptions
from cecli.options.shapes import ComparedModels, ShapeOptions, of_log
from cecli.options.states import StateOptions
from cecli.report.result import Units
from cecli.terminal.output import Output, ReportOutputOptions, Style

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.report.report import Report


class ComparedInputs(Family):
    """The inputs of a comparison."""

    files: Annotated[
        Sequence[str],
        Option(
            "One input with a column for each model, or two with the same rows; weights, groups "
            f"and clusters are those of the first. {DATA}; - is stdin.",
            metavar="FILE [FILE]",
            is_argument=True,
        ),
    ]

    def __post_init__(self) -> None:
        refuse_stdin_twice(self.files)


class CompareOptions(Family):
    """The models to compare, and how."""

    label: Label = None
    target: Target = ()
    prob: Annotated[
        Sequence[str],
        Option(
            "Column of a model's probabilities, or a pattern such as 'a_*' for one column per "
            "class. Repeat it for each model, the baseline first.",
            COLUMNS,
            "COL",
        ),
    ] = ()
    log_prob: Annotated[
        Sequence[str],
        Option("Column of a language model's log-probability of each token, for each model; "
               "replaces --label and --prob.", COLUMNS, "COL"),
    ] = ()  # fmt: skip
    n_bytes: Bytes = None
    weight: Weight = None
    count: Count = None
    positive: Positive = None
    margin: Annotated[
        float | None,
        Option("Largest negligible difference, for tests of non-inferiority and equivalence.",
               MEASURE, "M", echoed=True),
    ] = None  # fmt: skip
    decompose: Annotated[
        bool,
        Option("Split differences into miscalibration and discrimination.", MEASURE, echoed=True),
    ] = False
    anytime: Annotated[
        bool,
        Option("Give results that stay valid however often you look as rows arrive; needs --clip.",
               MEASURE, echoed=True),
    ] = False  # fmt: skip
    order: Annotated[
        bool,
        Option("Rows are in order of time, and may depend on those shortly before them; not with "
               "--by, --cluster, --anytime or two inputs.", MEASURE, echoed=True),
    ] = False  # fmt: skip
    clip: Clip = None
    scale: FromAny = None
    normalize: Normalize = False
    units: InUnits = Units.NATS


@in_keywords
def compare(
    data: "Data",
    other: "Data | None" = None,
    *,
    asked: CompareOptions,
    shapes: ShapeOptions,
    models: ComparedModels,
    groups: GroupOptions,
    averages: AverageOptions,
    replicates: SetReplicateOptions,
    joins: JoinOptions,
    reading: ReadingOptions,
    states: StateOptions,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
    """Compare two or more models by the difference of their losses in each row.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with one path per line,
        or a list of these; a DataFrame; or arrays by column name.
    other : the same rows with the predictions of another model, if these are not columns of data.
    label, target, weight, count, positive, scale, normalize : as in `score`; weights of data.
    prob : the column of each model, or a pattern such as "a_*" for the columns of its classes. The
        first model is the baseline; each other model is compared with it. For two inputs: one
        column that both have, or one column of each.
    log_prob : in place of label and prob, for each model the column of the log-probability that it
        had for the token of each row. For two inputs: one column that both have, or one of each.
    n_bytes : with log_prob, the column of the number of bytes of each token; of data.
    labels : an input with the labels, and perhaps with weights, groups or clusters.
    id : the columns of a key that matches the rows of all inputs; without it rows are matched by
        position, and both inputs must have the same number of rows and the same labels.
    by_position : match the rows of all inputs by their order, as labels needs to be told.
    on_unmatched : "skip" leaves out and counts rows whose key the other input does not have.
    margin : the largest difference that does not matter, in `units`: test whether the models are
        equivalent within it, and whether the model is not worse by more.
    anytime : give a confidence sequence and p-values that stay valid under repeated looks.
    order : the rows are in order of time, so that their differences may depend on earlier ones.
    clip : first move probabilities into [clip, 1 − clip]; the report states in how many rows.
    units : units of information, nats or bits.
    tell : called with one sentence for each column that is guessed from its name.

    Returns
    -------
    Report
        Its `comparisons` have an entry for each model but the first; `metrics` are those of the
        only entry, or numbered from 2 on. Of three models or more, `confidence_set` says which may
        be the best. `groups` have the same metrics of their rows, sorted by their contribution.

    Raises
    ------
    UsageError
        If an option is invalid.
    ColumnError
        If a column is missing, occurs twice, or cannot be guessed because several match.
    InputError
        If the input cannot be read, or rows of two inputs cannot be matched.
    RowError
        If a row cannot be used, with its line, column and value.

    Notes
    -----
    The difference is the loss of the model minus that of the baseline; it is negative if the model
    is better. If only one model has infinite losses, the mean difference is infinite and decides
    the verdict. If both losses are infinite in some row, or each in different rows, it is
    undefined. For the shares of rows, two infinite losses are equal.

    P-values of all models and groups are adjusted together (Holm 1979), and intervals of their
    differences are simultaneous (Bonferroni). With `cluster`, standard errors are cluster-robust
    (CR2), and Student's t has the degrees of Bell and McCaffrey (2002).

    Examples
    --------
    >>> data = {"y": [1, 0, 1, 0], "a": [0.9, 0.2, 0.6, 0.4], "b": [0.8, 0.3, 0.5, 0.5]}
    >>> report = compare(data, prob=["a", "b"])
    >>> round(report["difference"], 6), report.comparisons[0].verdict
    (0.153989, <Conclusion.UNDECIDED: 'undecided'>)
    """
    from functools import cache, partial

    from cecli.commands.compare.comparing import Comparing, only, refuse_with_models, refuse_within
    from cecli.commands.compare.plan import among_columns, models_of
    from cecli.commands.score.plan import advising, completed
    from cecli.core.evaluate import evaluate
    from cecli.engines import in_process
    from cecli.options.values import (
        engine_of,
        grouping_of,
        read_as_shown,
        reading_of,
        scoring_of,
        shapes_of,
        with_labels,
    )
    from cecli.readers.opening import open_table
    from cecli.shapes import shaped

    asked, groups = of_log(reading, (asked, groups), tell)
    # What is the same for both inputs is said once.
    grouping = grouping_of(groups, replicates, averages=averages)
    scoring = scoring_of(asked, reading, cache(tell), clip=None, grouping=grouping)
    if models.model is not None:
        further = {"two inputs": other is not None, "--order": asked.order}
        refuse_with_models(shapes, joins, further)
    inputs = [only(data)] if other is None else [only(data), only(other)]
    others = [asked, shapes, models, groups, averages, replicates, joins]
    reading = read_as_shown(inputs, reading, tell, "compare", others)
    numbered = asked.order or scoring.grouping.by_place
    how = reading_of(reading, passes=1 + bool(models.model), numbered=numbered)
    families = [*others, reading]
    read = with_labels(open_table(data, how), joins, how, "compare", inputs, families, tell)
    table, plain = shaped(read, shapes_of(shapes, reading), scoring)
    refuse_within(plain)
    wanted = Comparing(
        plain,
        plain.prob,
        asked.margin,
        asked.anytime,
        asked.clip,
        joins.id,
        joins.on_unmatched,
        asked.order,
        asked.log_prob,
        partial(completed, command="compare", data=inputs, families=families),
        partial(advising, command="compare", data=inputs, families=families),
        decompose=asked.decompose,
        baseline=models.baseline,
        engine=in_process(engine_of(reading)),
        n_bytes=asked.n_bytes,
        by_position=joins.by_position,
        models_in=partial(models_of, data=inputs, families=families),
    )
    if models.model is not None:
        from cecli.commands.compare.layouts.in_rows import among_rows

        table, plan = among_rows(table, models.model, wanted)
    elif other is None:
        joins.refuse_one_input()
        plan = among_columns(table, wanted)
    else:
        from cecli.commands.compare.layouts.two_inputs import between_tables

        second = open_table(other, how)
        if joins.by_position:  # else the rows of the first input have the labels
            second = with_labels(second, joins, how)
        second, theirs = shaped(second, shapes_of(shapes, reading), scoring)
        wanted = wanted.with_prob_of(scoring.prob, theirs.prob)
        tell_whose(table, second, scoring.weighting, scoring.grouping, scoring.tell)
        table, plan = between_tables(table, second, wanted)
    plan = plan.stating(echo(*families))
    keep = states.keep("compare", families, read=read, table=table, inputs=len(inputs))
    return wanted.advising(read, partial(evaluate, table, plan, engine_of(reading), progress, keep))


def _run(inputs: ComparedInputs, asked: dict[str, Any], style: Style) -> Output:
    """Which model is better, on the same rows?

    cecli compare preds.csv --label y_true --prob model_a --prob model_b --margin 0.002

    cecli compare old.csv new.csv --label y_true --prob y_prob --id id --on-unmatched skip

    cecli compare preds.csv --label y_true --prob model_a --prob model_b --by segment --cluster user

    cecli compare preds.csv --label y_true --prob model_a --prob model_b --anytime --clip 0.01

    cecli compare base.jsonl quantised.jsonl --log-prob logprob --id doc,pos --cluster doc
    """
    if len(inputs.files) > 2:
        from cecli.commands.compare.comparing import too_many

        raise too_many(inputs.files, in_time=bool(asked.get("order")))
    return style.output(compare(inputs.files[:1], inputs.files[1:] or None, **asked))


MATTERS = "label prob id margin by cluster anytime weight whole json"
COMMAND = CommandLine(_run, compare, output=ReportOutputOptions, matters=MATTERS, takes_states=True)
