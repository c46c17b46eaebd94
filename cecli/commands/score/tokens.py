"""How well does a language model predict a text, token by token?"""

from dataclasses import dataclass

from cecli.columns.bad_rows import BadRows
from cecli.columns.column import Column
from cecli.columns.numbers import Scale
from cecli.columns.roles import BYTES, SCALED, WEIGHT, refuse_sharing
from cecli.core.errors import UsageError
from cecli.core.evaluate import Question
from cecli.core.table import Table
from cecli.intervals.details import details_of
from cecli.intervals.sampling import uncertainty_of
from cecli.metrics.metric import EFFECTIVE_ROWS
from cecli.metrics.tokens import COST, PER_BYTE, PER_TOKEN
from cecli.options.intervals import Grouping
from cecli.options.predictions import Scoring
from cecli.preparations.order import in_order
from cecli.report.result import Units


@dataclass(frozen=True)
class Tokens:
    """Which columns have the log-probability of each token, its bytes, and its weight."""

    log_prob: str
    n_bytes: str | None
    weight: str | None
    units: Units
    grouping: Grouping
    bad_rows: BadRows


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
    return Tokens(
        log_prob, n_bytes, scoring.weight, scoring.units, scoring.grouping, scoring.bad_rows
    )


def tokens(table: Table, wanted: Tokens) -> Question:
    """Return the question about the tokens of a text."""
    columns = [Column("log_prob", wanted.log_prob, SCALED[Scale.LOG_PROBABILITY])]
    if wanted.n_bytes is not None:
        columns.append(Column("bytes", wanted.n_bytes, BYTES))
    if wanted.weight is not None:
        columns.append(Column("weight", wanted.weight, WEIGHT))
    columns += wanted.grouping.columns(table.header)
    names = wanted.grouping.reported(table.header)
    refuse_sharing(columns, table.name, names)
    metrics = (*PER_TOKEN, *(() if wanted.n_bytes is None else PER_BYTE), EFFECTIVE_ROWS)
    return Question(
        command="score",
        task="tokens",
        units=wanted.units,
        columns=columns,
        metrics=metrics,
        preparations=in_order(),
        details=details_of(wanted.grouping, metrics, COST, table.header, table.name),
        bad_rows=wanted.bad_rows,
        uncertainty=uncertainty_of(wanted.grouping, metrics, table.name),
        options=wanted.grouping.options,
        names=names,
    )
