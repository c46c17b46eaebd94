"""The plan for the likeliest tokens of two language models, in their logs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cecli.columns.column import Column
from cecli.columns.numbers import Scale
from cecli.columns.roles import SCALED
from cecli.commands.kl.sides import TwoInputs
from cecli.commands.kl.wanted import Divergence
from cecli.core.chunk import Chunk, Coded, Preparation
from cecli.core.dataclasses import dataclass
from cecli.core.errors import ColumnError, UsageError
from cecli.core.plan import Given, Plan, by_role
from cecli.core.remarks import remarks
from cecli.core.table import Table
from cecli.intervals.sampling import sampling_of
from cecli.metrics.groups import by_group
from cecli.metrics.information.top_lists import KL_LOWER_OF_TOKEN, TOP_LIST_METRICS
from cecli.metrics.metric import measured
from cecli.notices.draws import of_sampling
from cecli.numerics.distributions.partitions import bounds
from cecli.options.shapes import DOC, LOGPROB, POS
from cecli.preparations.rows import Alias
from cecli.preparations.same_tokens import SameTokens, role_of_side, until_first
from cecli.readers.logs.layouts import TOKEN, TOP_LOGPROBS
from cecli.readers.logs.likeliest import in_common
from cecli.report.report import ClassNames, Head
from cecli.statistics.mean import Mean

# What must be the same in matched rows.
SAME = (DOC, POS, TOKEN)
# The roles of the likeliest tokens.
TOPS = ("top_p", "top_q")
# Probabilities that add up to more than this are no probabilities of one distribution.
MOST = 1.0 + 1e-3
# What such logs have no use for.
IDLE = ("p", "q", "weight", "count", "over_rows", "categories", "normalize", "threshold")
NAMES = {"log_p": "p", "log_q": "q"}


@dataclass(frozen=True)
class BoundedByLists:
    """Turn the likeliest tokens of p and of q into bounds of their divergences.

    Attributes
    ----------
    names : the names of the two inputs.
    """

    names: tuple[str, str]

    def __call__(self, chunk: Chunk) -> Chunk:
        lists = [chunk.texts[role] for role in TOPS]
        counts, log_p, log_q, is_same = in_common(*map(_rows_of, lists))
        found = bounds(counts, log_p, log_q)
        bounded = chunk.with_numbers(
            kl_lower=found.kl,
            reverse_kl_lower=found.reverse_kl,
            js_divergence_lower=found.js_divergence,
            known_p=np.minimum(found.known_p, 1.0),
            known_q=np.minimum(found.known_q, 1.0),
            top1=is_same,
        )
        for text, name in zip(lists, self.names, strict=True):
            lacking = np.array([not x for x in text.names], np.bool_).take(text.codes)
            if lacking.any():
                what = f"the token has no list of the likeliest in {name}"
                return until_first(
                    bounded, lacking, what, "ask for top_logprobs=20, or for n_probs"
                )
        most = np.maximum(found.known_p, found.known_q)
        if (most <= MOST).all():
            return bounded
        what = f"the probabilities of the likeliest tokens add up to {most[most > MOST][0]:.6g}"
        return until_first(
            bounded, most > MOST, what, "are they of one distribution, before sampling?"
        )


def _rows_of(text: Coded) -> list[str]:
    """Return the list of each row, which may be empty."""
    names = [name or "{}" for name in text.names]
    return [names[code] for code in text.codes.tolist()]


def _columns(side: str) -> list[Column]:
    """Return the columns of a model."""
    return [
        Column(f"log_{side}", LOGPROB, SCALED[Scale.LOG_PROBABILITY]),
        Column(f"top_{side}", TOP_LOGPROBS, None),
    ]


def _same(side: str, others: Sequence[Column] = ()) -> list[Column]:
    """Return the columns that must be the same, but for those that have another role as well."""
    taken = {column.name for column in others}
    return [Column(role_of_side(name, side), name, None) for name in SAME if name not in taken]


def _again(others: Sequence[Column]) -> list[Preparation]:
    """Return what gives columns that have another role the role of what must be the same."""
    return [Alias(role_of_side(c.name, "p"), c.role) for c in others if c.name in SAME]


def top_lists(
    first: Table, second: Table | None, asked: Mapping[str, Any], wanted: Divergence
) -> tuple[Table, Plan]:
    """Return the matched rows of two logs, and the plan for them.

    Parameters
    ----------
    asked : the options of `kl`, by their names in Python.

    Raises
    ------
    UsageError
        If there is one log, or an option is given that logs have no use for.
    ColumnError
        If a log has no likeliest tokens.
    """
    if second is None:
        raise UsageError(
            "kl of a log needs another log, of another model and the same text",
            hint="cecli kl base.jsonl other.jsonl --like openai",
        )
    for name in IDLE:
        if asked[name]:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{option} has no use for logs of the likeliest tokens", first.name)
    for table in (first, second):
        if TOP_LOGPROBS not in table.header:
            raise ColumnError("has no likeliest tokens", table.name, "logs of tokens have them")
    grouping = wanted.grouping
    groups, inputs = grouping.columns(first.header), (first.name, second.name)
    rows, matched = TwoInputs(first, second).table(
        [*_columns("p"), *groups, *_same("p", groups)], [*_columns("q"), *_same("q")], wanted
    )
    # Texts of both inputs that have one name would be taken for one column.
    columns = [column for side in "pq" for column in _columns(side) if column.domain is not None]
    columns = [*columns, *groups]
    names = NAMES | grouping.reported(first.header)
    sampling = sampling_of(grouping, TOP_LIST_METRICS, None, first.name)
    plan = Plan(
        columns=columns,
        prepare=[*_again(groups), SameTokens(inputs, SAME), BoundedByLists(inputs)],
        findings=(
            Given([ClassNames(())]),
            *measured(TOP_LIST_METRICS, sampling),
            matched,
            *of_sampling(sampling),
            *remarks(wanted.bad_rows),
            *by_group(
                grouping, TOP_LIST_METRICS, Mean(KL_LOWER_OF_TOKEN), None, first.header, first.name
            ),
            *sampling.findings,
        ),
        head=Head("kl", "top-tokens", wanted.units, by_role(columns, names)),
        bad_rows=wanted.bad_rows,
    )
    return rows, plan
