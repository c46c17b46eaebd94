"""The plan for two language models' distributions of the same tokens."""

from collections.abc import Mapping, Sequence
from functools import partial
from math import exp
from typing import Any

import numpy as np

from cecli.columns.bad_rows import BadRows
from cecli.columns.numbers import Scale
from cecli.commands.kl.llama import LlamaStatistics
from cecli.commands.kl.sides import of_one_file
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import UsageError
from cecli.core.plan import Finding, Given, Noticing, Plan, by_role
from cecli.core.remarks import remarked, remarks
from cecli.core.statistic import States
from cecli.intervals.sampling import sampling_of
from cecli.join.places import CHUNK, IGNORED, InKld
from cecli.join.vocabulary import ROUNDING, UNSCORED, TokenPairs
from cecli.metrics.groups import by_group
from cecli.metrics.information.tokens import KL_OF_TOKEN, FigureOf, token_metrics
from cecli.metrics.metric import measured
from cecli.notices.draws import of_sampling
from cecli.notices.sums import infinite_divergences
from cecli.numerics import Floats
from cecli.numerics.vocabulary.encoded import Encoding
from cecli.options.reading import Tool
from cecli.options.scoring import Grouping
from cecli.report.report import ClassNames, Head
from cecli.report.result import Notice, Units
from cecli.statistics.first_rows import Largest
from cecli.statistics.mean import Mean

# A sum that is further from 1 than 16 bits explain is told.
NOTICED = 1e-3
# A larger factor is told as a power of e: it may be beyond the range of floats.
MOST_SHOWN = 100.0


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
    factor = f"{exp(most):.4g}" if most < MOST_SHOWN else f"e^{most:.0f}"
    what = f"the stored probabilities of {name} add up to 1 within a factor of {factor}"
    return Notice(f"{role.replace('_', '-')}-off", f"{what}; each row was divided by its sum")


def _rounded(encoding: Encoding, states: States) -> Notice | None:
    most = states[LARGEST_ROUNDING].value
    if most <= 0.0:
        return None
    # By Hoeffding's lemma: logarithms of both differ by 2 most at most, either way.
    alone = 2.0 * most**2
    how, most_kl = f"each within {most:.2g} nats", f"at most a kl of {alone:.2g}"
    if encoding is not Encoding.CODE:
        how, most_kl = f"rounded by {most:.2g} where they are likely", f"a kl of about {alone:.2g}"
    return Notice("rounded", f"{STORED[encoding]}, {how}: rounding alone gives {most_kl}")


LARGEST_ROUNDING = Largest(FigureOf(ROUNDING))
STORED = {
    Encoding.CODE: "log-probabilities are codes of 16 bits",
    Encoding.BFLOAT: "numbers are bfloat16",
    Encoding.HALF: "numbers are float16",
}
# The coarsest first.
COARSE = (Encoding.BFLOAT, Encoding.HALF, Encoding.CODE)
LEFT_OUT = remarked(UNSCORED, "row", f"of token {IGNORED} left out")
INDEPENDENT = Notice(
    "rows-independent",
    "rows were taken for independent, and the tokens of a text are not: --cluster ARRAY tells "
    "which rows are of one text",
)
# What the rows of distributions over a vocabulary have no use for.
IDLE = ("weight", "count", "over_rows", "categories", "threshold")
IDLE_IN_KLD = ("p", "q", "tokens", "normalize", *IDLE)


def plan_of(
    pairs: TokenPairs,
    asked: Mapping[str, Any],
    grouping: Grouping,
    bad_rows: BadRows,
    like: Tool | None,
) -> Plan:
    """Return the plan for the rows of two models, by cecli's definitions or those of a tool."""
    if like is None:
        return of_tokens(pairs, asked, grouping, bad_rows)
    if like is not Tool.LLAMA_CPP:
        hint = "--like llama.cpp reports its numbers of two such inputs"
        raise UsageError(f"is no log of {like}", pairs.name, hint)
    return like_llama(pairs, asked, grouping, bad_rows)


def of_tokens(
    pairs: TokenPairs, asked: Mapping[str, Any], grouping: Grouping, bad_rows: BadRows
) -> Plan:
    """Return the plan for the rows of two models.

    Rows of a chunk of text depend on each other, so that intervals are over chunks, if there are.

    Parameters
    ----------
    asked : the options of `kl`, by their names in Python.

    Raises
    ------
    UsageError
        If an option is given that such rows have no use for.
    """
    _refuse_idle(pairs, asked)
    if grouping.cluster is None and CHUNK in pairs.header:
        grouping = replace(grouping, cluster=CHUNK)
    columns, names = grouping.columns(pairs.header), grouping.reported(pairs.header)
    metrics = token_metrics(are_observed=pairs.places.are_observed, classes=pairs.p.classes)
    sampling = sampling_of(grouping, metrics, None, pairs.name)
    return Plan(
        columns=columns,
        prepare=(),
        findings=(
            Given([ClassNames(())]),
            *measured(metrics, sampling),
            *_watches(pairs, asked["scale"]),
            Given([] if _may_be_independent(pairs, grouping) else [INDEPENDENT]),
            *of_sampling(sampling),
            *remarks(bad_rows),
            *by_group(grouping, metrics, Mean(KL_OF_TOKEN), None, pairs.header, pairs.name),
            *sampling.findings,
        ),
        head=Head(
            "kl",
            "categorical" if pairs.are_classes else "vocabulary",
            asked["units"],
            {**_named(asked), **by_role(columns, names)},
        ),
        bad_rows=bad_rows,
    )


def _may_be_independent(pairs: TokenPairs, grouping: Grouping) -> bool:
    """Return whether intervals may be right: rows are no tokens of texts, or are grouped."""
    return pairs.are_classes or grouping.is_dependent or grouping.by_place


def like_llama(
    pairs: TokenPairs, asked: Mapping[str, Any], grouping: Grouping, bad_rows: BadRows
) -> Plan:
    """Return the plan for the numbers of llama.cpp.

    Raises
    ------
    UsageError
        If there are no observed tokens, or an option is given that llama.cpp has not.
    """
    _refuse_idle(pairs, asked)
    if not pairs.places.are_observed:
        hint = "--tokens FILE has the token that each row is about"
        raise UsageError("--like llama.cpp needs the observed tokens", pairs.name, hint)
    if grouping.cluster or grouping.by or grouping.resampling is not None:
        hint = "without --like, rows are grouped, and intervals are over chunks"
        raise UsageError("llama.cpp takes tokens for independent", pairs.name, hint)
    if asked["units"] is not Units.NATS:
        raise UsageError("llama.cpp has nats alone", pairs.name)
    return Plan(
        columns=(),
        prepare=(),
        findings=(
            Given([ClassNames(())]),
            LlamaStatistics(),
            *_watches(pairs, asked["scale"]),
            *remarks(bad_rows),
        ),
        head=Head("kl", "vocabulary", asked["units"], _named(asked)),
        bad_rows=bad_rows,
    )


def _named(asked: Mapping[str, Any]) -> dict[str, str | Sequence[str]]:
    """Return the name of the array of observed tokens, if it has one."""
    tokens = asked["tokens"]
    return {"tokens": tokens} if isinstance(tokens, str) else {}


def _refuse_idle(pairs: TokenPairs, asked: Mapping[str, Any]) -> None:
    in_kld = isinstance(pairs.places, InKld)
    for name in IDLE_IN_KLD if in_kld else IDLE:
        if asked[name] is not None and asked[name] not in (False, ()):
            option = f"--{name.replace('_', '-')}"
            of = "files of log-probabilities" if in_kld else "distributions over a vocabulary"
            raise UsageError(f"{option} has no use for {of}", pairs.name)
    if in_kld and asked["scale"] not in {Scale.PROBABILITY, Scale.LOG_PROBABILITY}:
        told = "llama.cpp stores log-probabilities"
        raise UsageError(f"--from {asked['scale']}: {told}", pairs.name)


def _watches(pairs: TokenPairs, scale: Scale) -> list[Finding]:
    """Return what is told of the stored numbers."""
    coarse = next((e for e in COARSE if e in {pairs.p.encoding, pairs.q.encoding}), None)
    rounded = [] if coarse is None else [Noticing((LARGEST_ROUNDING,), partial(_rounded, coarse))]
    # Logits add up to anything.
    sides = () if scale is Scale.LOGIT else (("total_p", "p"), ("total_q", "q"))
    summed = (_summed(role, name) for role, name in sides)
    infinite = infinite_divergences(KL_OF_TOKEN, FigureOf("reverse_kl"))
    # Two arrays of a file, as of an .npz, are two models.
    are_two = pairs.p.name == pairs.q.name and pairs.p.words != pairs.q.words
    same = [] if are_two else of_one_file([pairs.p.name], [pairs.q.name])
    return [*infinite, *rounded, *summed, LEFT_OUT, *same]
