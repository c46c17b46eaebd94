"""The tokens of two or more language models: their columns, in one input or in two."""

from collections.abc import Sequence
from typing import NamedTuple

from cecli.columns.column import Column, separated
from cecli.columns.roles import BYTES, SCALED, refuse_sharing
from cecli.commands.compare.comparing import Comparing
from cecli.commands.score.scored import Scored
from cecli.commands.score.tokens import as_log_prob
from cecli.core.chunk import Preparation
from cecli.core.errors import UsageError
from cecli.core.plan import Given
from cecli.core.table import Table
from cecli.metrics.paired.losses import BASELINE, Loss, role_of
from cecli.notices.texts import dependent_tokens
from cecli.readers.logs.layouts import TOKEN, TOP_LOGPROBS
from cecli.statistics.mean import Mean

KEYED = "--id doc,pos names the key of a token, --by-position takes both in the same order"


def tokens_of_models(table: Table, wanted: Comparing, names: Sequence[str]) -> Scored:
    """Return the tokens of a text, with a column of log-probabilities for each model.

    Weights, groups and numbers of bytes are of a token, whatever the model.
    """
    scoring = wanted.scoring
    roles = [BASELINE, *(role_of(number) for number in range(2, len(names) + 1))]
    scale = scoring.stating.of_tokens
    columns = [
        *(Column(role, name, SCALED[scale]) for role, name in zip(roles, names, strict=True)),
        *([] if wanted.n_bytes is None else [Column("bytes", wanted.n_bytes, BYTES)]),
        *scoring.weighting.columns,
        *scoring.grouping.columns(table.header),
    ]
    reported = scoring.grouping.reported(table.header)
    refuse_sharing(columns, table.name, {**reported, **dict.fromkeys(roles, BASELINE)})
    watches = dependent_tokens(table.header, scoring.grouping, wanted.key)
    loss, probabilities = Mean(Loss(BASELINE)), as_log_prob(scale, *roles)
    return Scored(
        "tokens",
        columns,
        reported,
        (),
        loss,
        Given(()),
        probabilities=probabilities,
        watches=watches,
    )


class OtherTokens(NamedTuple):
    """The column of another model's tokens, in an input of its own."""

    columns: Sequence[Column]
    probabilities: Sequence[Preparation]
    texts: Sequence[Preparation] = ()


class TokensOfTwo(NamedTuple):
    """The tokens of two models, each with an input of its own, and their columns.

    Attributes
    ----------
    same : the columns of texts that matched rows must share.
    """

    base: Scored
    other: OtherTokens
    columns: tuple[str, str]
    same: Sequence[str]


def tokens_of_two(first: Table, second: Table, wanted: Comparing) -> TokensOfTwo:
    """Return the tokens of two models, each with an input of its own.

    Logs have the texts of tokens, and those of matched rows must be the same.

    Raises
    ------
    UsageError
        If nothing says which tokens are the same.
    """
    if not wanted.key and not wanted.by_position:
        raise UsageError(
            "nothing says which tokens of the two inputs are the same: there are no labels to tell",
            hint=KEYED,
        )
    if len(wanted.log_prob) > 2:
        raise UsageError(
            "with two inputs, --log-prob can be given at most twice: once for each input",
            hint="more runs are columns of one input, or have rows of their own: --model COL",
        )
    ours, theirs = wanted.log_prob[0], wanted.log_prob[-1]
    scale = wanted.scoring.stating.of_tokens
    other = OtherTokens([Column(BASELINE, theirs, SCALED[scale])], as_log_prob(scale, BASELINE))
    base = tokens_of_models(first, wanted, [ours])
    are_logs = all({TOKEN, TOP_LOGPROBS} <= {*table.header} for table in (first, second))
    same = [TOKEN] if are_logs and TOKEN not in separated(wanted.key, first.header) else []
    return TokensOfTwo(base, other, (ours, theirs), same)
