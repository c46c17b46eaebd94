"""Metrics and plan for a language model's predictions of the tokens of a text."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cecli.columns.column import Column
from cecli.columns.numbers import Scale
from cecli.columns.roles import BYTES, SCALED, WORDS, refuse_sharing
from cecli.commands.score.per_unit import PerUnit
from cecli.commands.score.scored import Scored
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError
from cecli.core.plan import Given, Noticing
from cecli.core.remarks import at_rows, counted
from cecli.core.statistic import States
from cecli.core.table import Table
from cecli.metrics.cross_entropy import loss_metrics
from cecli.metrics.metric import EFFECTIVE_ROWS
from cecli.numerics import Floats
from cecli.numerics.distributions.distributions import stated
from cecli.options.scoring import Scoring
from cecli.report.result import Definition, Direction, IntervalScale, Notice
from cecli.statistics.first_rows import FirstRows
from cecli.statistics.mean import Mean


def token_cost(chunk: Chunk) -> Floats:
    """Return minus the log-probability of each token, in nats."""
    return 0.0 - chunk.numbers["log_prob"]


def token_bytes(chunk: Chunk) -> Floats:
    """Return the number of bytes of each token."""
    return chunk.numbers["bytes"]


def token_words(chunk: Chunk) -> Floats:
    """Return the number of words that end with each token."""
    return chunk.numbers["words"]


COST = Mean(token_cost)


BYTE, WORD = (
    PerUnit(COST, Mean(score), name)
    for score, name in ((token_bytes, "bytes"), (token_words, "words"))
)
PER_TOKEN = loss_metrics(token_cost)
PER_BYTE = (
    BYTE.bits_metric(
        Definition(
            "bits_per_byte",
            "Mean loss of a language model per byte of text, always in bits.",
            "log2 loss of all tokens / bytes of all tokens",
            Direction.LOWER,
            also=("BPB",),
            scale=IntervalScale.PROPORTIONAL,
        ),
        "log2 loss of the text / its bytes, always in bits",
    ),
    BYTE.perplexity_metric("byte_perplexity", "byte"),
)
PER_WORD = (WORD.perplexity_metric("word_perplexity", "word"),)
DEFINITIONS = tuple(metric.definition for metric in (*PER_BYTE, *PER_WORD))


def _impossible(chunk: Chunk) -> NDArray[np.bool_]:
    return np.isneginf(chunk.numbers["log_prob"])


def _of_impossible(states: States) -> Notice | None:
    rows = states[IMPOSSIBLE]
    what = f"{counted(rows.count, 'token')} had probability 0: the loss is infinite"
    return at_rows("infinite-loss", rows, what) if rows.count else None


IMPOSSIBLE = FirstRows(_impossible)
IMPOSSIBLE_TOKENS = Noticing((IMPOSSIBLE,), _of_impossible)


class Tokens(NamedTuple):
    """The columns of the log-probability of each token, and of its bytes and its words."""

    log_prob: str
    n_bytes: str | None = None
    n_words: str | None = None


def tokens_of(
    log_prob: str | None, n_bytes: str | None, n_words: str | None, scoring: Scoring
) -> Tokens | None:
    """Return the columns of tokens, or None if predictions are scored instead.

    Raises
    ------
    UsageError
        If options of both kinds are given.
    """
    if log_prob is None:
        if n_bytes is not None:
            raise UsageError("--bytes requires --log-prob: it counts the bytes of those tokens")
        if n_words is not None:
            raise UsageError("--words requires --log-prob: it counts the words of those tokens")
        return None
    others = {
        "--label": scoring.label,
        "--target": scoring.target,
        "--prob": scoring.prob,
        "--positive": scoring.positive,
        "--base-rate": scoring.base_rate,
        "--clip": scoring.clip,
        "--normalize": scoring.stating.normalize,
        "--explain": scoring.explain,
        "--ordered": scoring.ordered,
    }
    if given := [option for option, value in others.items() if value]:
        raise UsageError(
            f"--log-prob and {given[0]} cannot be used together",
            hint="--log-prob alone gives the log-probability of what happened in each row, or its "
            "probability with --from probability",
        )
    return Tokens(log_prob, n_bytes, n_words)


@dataclass(frozen=True)
class LogProb:
    """Turn the probabilities of what happened, on some scale, into their logarithms."""

    role: str
    scale: Scale

    def __call__(self, chunk: Chunk) -> Chunk:
        happened = stated(chunk.numbers[self.role], self.scale).surprisal[1]
        return chunk.with_numbers(**{self.role: 0.0 - happened})


def as_log_prob(scale: Scale, *roles: str) -> list[LogProb]:
    """Return the preparations of probabilities of what happened."""
    return [] if scale is Scale.LOG_PROBABILITY else [LogProb(role, scale) for role in roles]


def tokens(table: Table, wanted: Tokens, scoring: Scoring) -> Scored:
    """Return the tokens of a text."""
    scale = scoring.stating.of_tokens
    columns = [Column("log_prob", wanted.log_prob, SCALED[scale])]
    if wanted.n_bytes is not None:
        columns.append(Column("bytes", wanted.n_bytes, BYTES))
    if wanted.n_words is not None:
        columns.append(Column("words", wanted.n_words, WORDS))
    columns += [*scoring.weighting.columns, *scoring.grouping.columns(table.header)]
    names = scoring.grouping.reported(table.header)
    refuse_sharing(columns, table.name, names)
    return Scored(
        task="tokens",
        columns=columns,
        names=names,
        metrics=(
            *PER_TOKEN,
            *(() if wanted.n_bytes is None else PER_BYTE),
            *(() if wanted.n_words is None else PER_WORD),
            EFFECTIVE_ROWS,
        ),
        loss=COST,
        classes=Given(()),
        probabilities=as_log_prob(scale, "log_prob"),
        of_losses=(IMPOSSIBLE_TOKENS,),
    )
