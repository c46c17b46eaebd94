"""The plan for two language models' distributions of the same tokens."""

import os
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from cecli.columns.bad_rows import BadRows
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError, UsageError
from cecli.core.plan import Given, Noticing, Plan, by_role
from cecli.core.remarks import remarks
from cecli.core.statistic import States
from cecli.intervals.sampling import sampling_of
from cecli.join.vocabulary import CHUNK, ROUNDING, TokenPairs
from cecli.metrics.groups import by_group
from cecli.metrics.information.tokens import KL_OF_TOKEN, TOKEN_METRICS, FigureOf
from cecli.metrics.metric import measured
from cecli.notices.draws import of_sampling
from cecli.numerics import Floats
from cecli.options.scoring import Grouping
from cecli.readers.bytes.locations import Location, location_of
from cecli.readers.tensors import begins_kld
from cecli.readers.tensors.kld import kld_file
from cecli.report.report import ClassNames, Head
from cecli.report.result import Notice
from cecli.statistics.first_rows import Largest
from cecli.statistics.mean import Mean

# A sum that is further from 1 than 16 bits explain is told.
NOTICED = 1e-3


@dataclass(frozen=True)
class Excess:
    """How far the logarithm of the sum of a row's probabilities is from 0."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        return np.abs(chunk.numbers[self.role])


def _summed(role: str, name: str) -> Noticing:
    """Report probabilities that do not add up to 1: codes end 16 nats below the likeliest."""
    return Noticing((Largest(Excess(role)),), partial(_of_sums, role, name))


def _of_sums(role: str, name: str, states: States) -> Notice | None:
    most = states[Largest(Excess(role))].value
    if most < NOTICED:
        return None
    what = f"the stored probabilities of {name} add up to 1 within a factor of {np.exp(most):.4g}"
    return Notice(f"{role.replace('_', '-')}-off", f"{what}; each row was divided by its sum")


def _rounded(states: States) -> Notice | None:
    most = states[LARGEST_ROUNDING].value
    if most <= 0.0:
        return None
    what = f"log-probabilities are codes of 16 bits, each within {most:.2g} nats"
    return Notice("rounded", f"{what}: a kl that is not larger than that may be rounding")


LARGEST_ROUNDING = Largest(FigureOf(ROUNDING))
ROUNDED = Noticing((LARGEST_ROUNDING,), _rounded)


def token_pairs(p: Any, q: Any) -> TokenPairs | None:
    """Return the rows of two inputs, if one of them is a file of log-probabilities.

    Parameters
    ----------
    p, q : a path each, or a list of one; of others, nothing is looked at.
    """
    given = [one[0] if isinstance(one, list | tuple) and len(one) == 1 else one for one in (p, q)]
    if not all(isinstance(one, str | os.PathLike) for one in given):
        return None
    locations = [location_of(os.fspath(one)) for one in given]
    if not all(location.reopens for location in locations):
        return None
    return _pairs_of(*locations) if any(map(begins_kld, locations)) else None


def _pairs_of(p: Location, q: Location) -> TokenPairs:
    """Return the rows of two files.

    Raises
    ------
    InputError
        If one of them is no file of log-probabilities, or they are about different texts.
    """
    for one in (p, q):
        if not begins_kld(one):
            hint = "both models must have read the same text: llama-perplexity --kl-divergence-base"
            raise InputError("is no file of llama.cpp's log-probabilities", one.name, hint)
    return TokenPairs(kld_file(p), kld_file(q))


# What the rows of two such files have no use for.
IDLE = ("p", "q", "weight", "count", "over_rows", "categories", "normalize", "threshold")


def of_tokens(
    pairs: TokenPairs, asked: Mapping[str, Any], grouping: Grouping, bad_rows: BadRows
) -> Plan:
    """Return the plan for the rows of two files.

    Rows of a chunk of text depend on each other, so that intervals are over chunks.

    Parameters
    ----------
    asked : the options of `kl`, by their names in Python.

    Raises
    ------
    UsageError
        If an option is given that such rows have no use for.
    """
    for name in IDLE:
        if asked[name]:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{option} has no use for files of log-probabilities", pairs.name)
    if grouping.cluster is None:
        grouping = replace(grouping, cluster=CHUNK)
    columns, names = grouping.columns(pairs.header), grouping.reported(pairs.header)
    sampling = sampling_of(grouping, TOKEN_METRICS, None, pairs.name)
    return Plan(
        columns=columns,
        prepare=(),
        findings=(
            Given([ClassNames(())]),
            *measured(TOKEN_METRICS, sampling),
            ROUNDED,
            *(_summed(role, name) for role, name in (("total_p", "p"), ("total_q", "q"))),
            *of_sampling(sampling),
            *remarks(bad_rows),
            *by_group(grouping, TOKEN_METRICS, Mean(KL_OF_TOKEN), None, pairs.header, pairs.name),
            *sampling.findings,
        ),
        head=Head("kl", "vocabulary", asked["units"], by_role(columns, names)),
        bad_rows=bad_rows,
    )
