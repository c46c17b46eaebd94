"""The guess about a file: what is proposed, and what may be taken without asking."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from cecli.core.errors import CecliError, TriedCommand
from cecli.guessing.case import Case
from cecli.guessing.classes import ClassColumns
from cecli.guessing.profile import UNSAID
from cecli.guessing.proposal import Asking, Proposal
from cecli.guessing.refusals import refusal_of
from cecli.guessing.roles import Role, Strength
from cecli.guessing.shapes import SHAPES

# A list of more commands is no help.
MOST = 6
# Options of columns that make no other reading of a file.
BESIDE = frozenset({"weight", "count"})
# Names of columns in the options of proposals.
OF_COLUMNS = ("label", "target", "prob", "log_prob", "predicted", "count", "weight")


class Guess(NamedTuple):
    """What is proposed, the most likely first."""

    case: Case
    asking: Asking
    proposals: tuple[Proposal, ...]

    @property
    def certain(self) -> Proposal | None:
        """The only proposal, if it leaves no doubt."""
        found = [p for p in self.proposals if p.contests]
        return found[0] if len(found) == 1 and found[0].is_certain else None

    @property
    def by_names(self) -> Proposal | None:
        """The usual or given names of one label and one prediction, whatever their values.

        The reader tells where a value is not what they need. None if something else could be meant.
        """
        case = self.case
        labels = [r for r in case.labels if r.strength >= Strength.USUAL_NAME]
        probs = [r for r in case.probs if r.strength >= Strength.USUAL_NAME]
        if len(labels) != 1 or len(probs) + len(given_groups(case)) != 1 or case.all_of(Role.MODEL):
            return None
        prob = tuple(case.given.get("prob") or (probs[0].name,))
        option = "target" if labels[0].role is Role.SOFT and len(prob) == 1 else "label"
        label = (labels[0].name,) if option == "target" else labels[0].name
        others = [
            p
            for p in self.proposals
            if p.contests and (p.options.get(option), p.options.get("prob")) != (label, prob)
        ]
        told = {"count", "within", "predicted", "model"}
        if others or any(told & p.options.keys() for p in self.proposals if p.contests):
            return None
        return Proposal({option: label, "prob": prob}, "by their names")

    @property
    def commands(self) -> tuple[TriedCommand, ...]:
        """The commands of the proposals that the command has options for."""
        return self.commands_beside({})

    def commands_beside(self, asked: Mapping[str, Any]) -> tuple[TriedCommand, ...]:
        """Return the commands of proposals that are not what was asked already."""
        possible = (_with_missing(self.case, p) for p in self.proposals if self._can_be_asked(p))
        return tuple(
            TriedCommand(self.asking.line(p), p.reason)
            for p in possible
            if p and {n: v for n, v in p.options.items() if n not in BESIDE} != asked
        )[:MOST]

    def _can_be_asked(self, proposal: Proposal) -> bool:
        """Return whether the command has the options, and those that are kept are the same."""
        given = self.case.given
        return self.asking.takes(proposal) and all(
            proposal.options.get(name) == given.get(name) for name in self.asking.kept
        )

    @property
    def refusal(self) -> CecliError:
        """The error that says why nothing is certain, and ends with what could be done."""
        error = refusal_of(
            self.case, [p.reason for p in self.proposals if not self.asking.takes(p)]
        )
        return error.trying(self.commands)


def given_groups(case: Case) -> list[ClassColumns]:
    """Return the columns of several classes that the user named."""
    return case.groups if "prob" in case.given else []


def guess(case: Case, asking: Asking) -> Guess:
    """Return what the rules propose for a file."""
    return Guess(case, asking, tuple(_proposals(case)))


def _proposals(case: Case) -> Iterator[Proposal]:
    found: list[Proposal] = []
    for shape in SHAPES:
        new = [p for p in shape.proposals(case) if p not in found]
        found += new
        yield from new
        if new and shape.ends:
            return


def _with_missing(case: Case, proposal: Proposal) -> Proposal | None:
    """Return a proposal with the options for missing values; None if too much would be lost."""
    tokens: set[str] = set()
    for name in OF_COLUMNS:
        value = proposal.options.get(name, ())
        for column in (value,) if isinstance(value, str) else value:
            seen = case.evidence.by_name.get(column)
            if seen is None or not seen.profile.missing:
                continue
            if 2 * seen.profile.missing > seen.profile.rows:
                return None
            tokens |= seen.profile.tokens
    if tokens and "within" in proposal.options:
        return None  # no candidate can be left out
    if not tokens or case.given.get("missing"):
        return proposal
    said = sorted(token for token in tokens if token.lower() not in UNSAID)
    return replace(proposal, options={**proposal.options, "missing": (*said, "skip")})
