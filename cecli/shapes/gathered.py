"""What is known of groups of rows, gathered from rows in any order."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk, Coded, Integers
from cecli.core.errors import InputError, RowError, named, shown
from cecli.core.table import INPUT, ROW
from cecli.numerics import Floats
from cecli.numerics.distributions.distributions import stated
from cecli.numerics.distributions.logarithm import log
from cecli.options.scoring import CLUSTER
from cecli.preparations.sums import deviation
from cecli.shapes.cells import used_names
from cecli.statistics.group_totals import GroupTotals
from cecli.statistics.mean import Mean

# Roles of a group: its name, the loss, the squared error, and whether the favourite won.
WITHIN, COST, SQUARES, HIT = "within", "loss of group", "squares of group", "hit of group"
TOTAL, WINNERS = "total of group", "winners of group"
# Groups are kept in memory, at about 1 kB each.
MOST = 2_000_000
WEIGHTING = ("weight", "count")
# Where a row is, by which the bootstrap draws it.
PLACES = (INPUT, ROW)
UNKNOWN = -1


def prob_of(chunk: Chunk) -> Floats:
    """Return the probability of each candidate."""
    return np.asarray(stated(chunk.numbers["prob"], chunk.scales["prob"]).prob[1])


def cost_of(chunk: Chunk) -> Floats:
    """Return minus the logarithm of the probability of each candidate."""
    return np.asarray(stated(chunk.numbers["prob"], chunk.scales["prob"]).surprisal[1])


def prob_squared(chunk: Chunk) -> Floats:
    """Return the square of the probability of each candidate."""
    return chunk.once(prob_of) ** 2


PROB, PROB_SQUARED = Mean(prob_of), Mean(prob_squared)


class Gathered:
    """The groups of the rows so far.

    Sums are exact, and all else is a count, the largest or the first, so that neither the order
    nor the cut of the rows matters.
    """

    def __init__(self, column: str, source: str) -> None:
        self._column, self._source = column, source
        self._groups: dict[str, int] = {}
        self._sources: dict[str, int] = {}
        self._totals = GroupTotals((WITHIN,), (PROB, PROB_SQUARED), source, MOST)
        self._sums = self._totals.empty()
        self._kept: dict[str, NDArray[np.float64]] = {}
        self._names: dict[str, dict[str, int]] = {}
        self._remarked: list[Chunk] = []

    def add(self, chunk: Chunk) -> None:
        """Add candidates.

        Raises
        ------
        InputError
            If there are too many groups.
        RowError
            If the rows of a group differ in what is of the group: its weight, groups or cluster.
        """
        if chunk.remarks:
            self._remarked.append(chunk.where(np.zeros(len(chunk), dtype=np.bool_)))
        if not len(chunk):
            return
        groups = self._numbered(chunk)
        # The weight of a group is no weight of its candidates.
        numbers = {role: x for role, x in chunk.numbers.items() if role not in WEIGHTING}
        self._sums = self._sums.merge(self._totals.summarize(replace(chunk, numbers=numbers)))
        used, first = np.unique(groups, return_index=True)
        is_new = self._array("first line")[used] == UNKNOWN
        new, rows = used[is_new], first[is_new]
        self._array("first line")[new] = chunk.lines[rows]
        self._array("source")[new] = self._source_of(chunk)
        for role, values in self._of_group(chunk):
            kept = self._array(role)
            kept[new] = values[rows]
            self._refuse_several(chunk, role, kept.take(groups) != values)
        self._add_favourites(groups, used, chunk.once(prob_of))
        self._add_winners(chunk, groups)

    def _numbered(self, chunk: Chunk) -> Integers:
        text = used_names(chunk.texts[WITHIN])
        known = self._groups
        recode = [known.setdefault(name, len(known)) for name in text.names]
        if len(known) > MOST:
            raise InputError(
                f"column {named(self._column)} has more than {MOST:,} groups, as many as are kept "
                "in memory",
                self._source,
                "groups that are contiguous can be scored in several files",
            )
        return np.array(recode, dtype=np.int64).take(text.codes)

    def _array(self, role: str) -> Floats:
        """Return a number for each group; -1 if it is not known yet."""
        kept = self._kept.get(role)
        if kept is None or len(kept) < len(self._groups):
            grown = np.full(2 * len(self._groups), float(UNKNOWN))
            if kept is not None:
                grown[: len(kept)] = kept
            self._kept[role] = kept = grown
        return kept

    def _source_of(self, chunk: Chunk) -> int:
        return self._sources.setdefault(chunk.source, len(self._sources))

    def _of_group(self, chunk: Chunk) -> Iterator[tuple[str, Floats]]:
        """Yield what all rows of a group must share."""
        for role in WEIGHTING:
            if role in chunk.numbers:
                yield role, chunk.numbers[role]
        for role in chunk.texts:
            if role == CLUSTER or role.startswith("by["):
                yield role, self._coded(chunk, role)

    def _coded(self, chunk: Chunk, role: str) -> Floats:
        """Return the texts of a role, as numbers that are the same in all chunks."""
        text = used_names(chunk.texts[role])
        names = self._names.setdefault(role, {})
        recode = [float(names.setdefault(name, len(names))) for name in text.names]
        return np.array(recode).take(text.codes)

    def _refuse_several(self, chunk: Chunk, role: str, differs: NDArray[np.bool_]) -> None:
        if differs.any():
            row = int(np.argmax(differs))
            text = chunk.texts[WITHIN]
            group = f"{named(self._column)} {shown(text.names[text.codes[row]])}"
            what = {"weight": "weights", "count": "counts", CLUSTER: "clusters"}.get(role, "groups")
            raise RowError.at(
                *chunk.position(row),
                f"the rows of {group} have several {what}",
                "a group is one row: give all of its rows the same value",
            )

    def _add_favourites(self, groups: Integers, used: Integers, prob: Floats) -> None:
        best, ties = self._array("best"), self._array("ties")
        before = best[used]
        np.maximum.at(best, groups, prob)
        ties[used[best[used] > before]] = 0.0
        np.add.at(ties, groups[prob == best.take(groups)], 1.0)

    def _add_winners(self, chunk: Chunk, groups: Integers) -> None:
        won = np.flatnonzero(chunk.numbers["target"] == 1.0)
        np.add.at(self._array("winners"), groups[won], 1.0)
        winners, first = np.unique(groups[won], return_index=True)
        is_new = self._array("line")[winners] == UNKNOWN
        new, rows = winners[is_new], won[first[is_new]]
        of_winner = {
            "line": chunk.lines.astype(np.float64),
            "prob": chunk.once(prob_of),
            "cost": chunk.once(cost_of),
            **{role: self._coded(chunk, role) for role in self._shown(chunk)},
            **{role: chunk.numbers[role] for role in PLACES if role in chunk.numbers},
        }
        for role, values in of_winner.items():
            self._array(role)[new] = values[rows]
        self._array("source")[new] = self._source_of(chunk)

    def _shown(self, chunk: Chunk) -> list[str]:
        """Return the roles whose text is that of the winner."""
        of_group = {role for role, _ in self._of_group(chunk)}
        return [role for role in chunk.texts if role not in of_group and role != WITHIN]

    def chunks(self, *, normalize: bool) -> Iterator[Chunk]:
        """Yield the groups as rows, each in the place of its winner; then all remarks."""
        size = len(self._groups)
        found = {role: values[:size] for role, values in self._kept.items()}
        places = np.array([self._groups[name] for (name,) in self._sums.keys], dtype=np.int64)
        sums = np.zeros((2, size))
        for row, mean in enumerate((PROB, PROB_SQUARED)):
            sums[row, places] = self._sums.residuals(mean, Fraction(0))
        names = tuple(self._groups)
        for source, number in self._sources.items():
            yield self._rows(source, np.flatnonzero(found["source"] == number), found, sums, names,
                             normalize=normalize)  # fmt: skip
        yield from self._remarks()

    def _rows(
        self,
        source: str,
        groups: Integers,
        found: dict[str, Floats],
        sums: Floats,
        names: tuple[str, ...],
        *,
        normalize: bool,
    ) -> Chunk:
        line = np.where(found["line"] == UNKNOWN, found["first line"], found["line"])
        groups = groups[np.argsort(line[groups], kind="stable")]
        winners = found["winners"][groups] - UNKNOWN
        total, squares = sums[:, groups]
        prob, cost = found["prob"][groups], found["cost"][groups]
        whole = np.where(total > 0.0, total, 1.0) if normalize else np.ones(len(groups))
        prob = prob / whole
        is_favourite = found["prob"][groups] == found["best"][groups]
        numbers = {
            "prob": prob,
            "target": np.ones(len(groups)),
            COST: cost + log(whole),
            SQUARES: np.maximum(squares / whole**2 - 2.0 * prob + 1.0, 0.0),
            HIT: is_favourite / np.maximum(found["ties"][groups], 1.0),
            TOTAL: total,
            WINNERS: winners,
            deviation("prob"): np.abs(total - 1.0),
            **{role: found[role][groups] for role in (*WEIGHTING, *PLACES) if role in found},
        }
        texts = {
            role: Coded(found[role][groups].astype(np.int64), tuple(known))
            for role, known in self._names.items()
        }
        texts[WITHIN] = Coded(np.arange(len(groups)), tuple(names[group] for group in groups))
        return Chunk(source, line[groups].astype(np.int64), numbers, texts)

    def _remarks(self) -> Iterator[Chunk]:
        for chunk in self._remarked:
            nothing = np.zeros(0)
            roles = ("prob", "target", COST, SQUARES, HIT, TOTAL, WINNERS, deviation("prob"))
            own = [role for role in (*WEIGHTING, *PLACES) if role in chunk.numbers]
            yield replace(chunk, numbers=dict.fromkeys([*roles, *own], nothing))
