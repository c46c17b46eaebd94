"""How well does a language model predict a text, token by token?"""

from typing import NamedTuple

from cecli.columns.column import Column
from cecli.columns.numbers import Scale
from cecli.columns.roles import BYTES, SCALED, refuse_sharing
from cecli.commands.score.scored import Scored
from cecli.core.errors import UsageError
from cecli.core.finding import Given
from cecli.core.table import Table
from cecli.metrics.metric import EFFECTIVE_ROWS
from cecli.metrics.tokens import COST, PER_BYTE, PER_TOKEN
from cecli.options.predictions import Scoring


class Tokens(NamedTuple):
    """Which columns have the log-probability of each token, and its bytes."""

    log_prob: str
    n_bytes: str | None


def tokens_of(log_prob: str | None, n_bytes: str | None, scoring: Scoring) -> Tokens | None:
    """Return what is wanted of tokens, or None where predictions are to be scored.

    Raises
    ------
    UsageError
        If options of both are given.
    """
    if log_prob is None:
        if n_bytes is not None:
            raise UsageError("--bytes goes with --log-prob: they are the bytes of its tokens")
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
        "--from": scoring.stating.scale is not Scale.PROBABILITY,
    }
    if given := [option for option, value in others.items() if value]:
        raise UsageError(
            f"--log-prob and {given[0]} exclude each other",
            hint="--log-prob alone names the log-probability of what happened, in each row",
        )
    return Tokens(log_prob, n_bytes)


def tokens(table: Table, wanted: Tokens, scoring: Scoring) -> Scored:
    """Return the tokens of a text."""
    columns = [Column("log_prob", wanted.log_prob, SCALED[Scale.LOG_PROBABILITY])]
    if wanted.n_bytes is not None:
        columns.append(Column("bytes", wanted.n_bytes, BYTES))
    columns += [*scoring.weights, *scoring.grouping.columns(table.header)]
    names = scoring.grouping.reported(table.header)
    refuse_sharing(columns, table.name, names)
    return Scored(
        task="tokens",
        columns=columns,
        names=names,
        metrics=(*PER_TOKEN, *(() if wanted.n_bytes is None else PER_BYTE), EFFECTIVE_ROWS),
        loss=COST,
        classes=Given(()),
    )
