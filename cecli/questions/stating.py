"""How predictions are written, and whether they are made to add up to 1."""

from dataclasses import dataclass

from cecli.bad_rows import BadRows
from cecli.columns import Domain
from cecli.errors import UsageError
from cecli.notices import Watch
from cecli.preparations import Preparation
from cecli.preparations.scaling import Stated
from cecli.roles import SCALED, SHARE
from cecli.scales import Scale

PROBABILITIES, SOFT_LABELS = "probabilities", "soft labels"

# Where a sum over the classes is divided out, one that is too large is no error.
NORMALIZABLE = (Scale.PROBABILITY, Scale.PERCENT)


@dataclass(frozen=True)
class Stating:
    """The options --from and --normalize."""

    scale: Scale
    normalize: bool

    @property
    def domain(self) -> Domain:
        return SHARE if self.normalize and self.scale in NORMALIZABLE else SCALED[self.scale]

    def of_one(self, *roles: str) -> list[Preparation]:
        """Return what prepares roles that have one column each.

        Raises
        ------
        UsageError
            If they are to be normalized.
        """
        if self.normalize:
            raise UsageError(
                "--normalize: one probability has nothing to add up to 1 with",
                hint="it is for one column a class, named by a pattern such as 'p_*'",
            )
        plain = self.scale is Scale.PROBABILITY
        return [] if plain else [Stated(role, self.scale) for role in roles]

    def of_several(
        self, role: str, word: str, bad_rows: BadRows
    ) -> tuple[list[Preparation], list[Watch]]:
        """Return what sees to it that the columns of a role add up to 1: logits always do."""
        stated = [] if self.scale is Scale.PROBABILITY else [Stated(role, self.scale)]
        if self.scale is Scale.LOGIT:
            return [*stated], []
        from cecli.notices.sums import normalized, sums
        from cecli.preparations.sums import AddUpToOne, Normalize

        if self.normalize:
            return [*stated, Normalize(role, word, bad_rows)], [normalized(role, word)]
        return [*stated, AddUpToOne(role, word, bad_rows)], [sums(role, word)]

    @property
    def options(self) -> dict[str, object]:
        """What changes results, for the report; None where it was not asked for."""
        return {
            "from": None if self.scale is Scale.PROBABILITY else str(self.scale),
            "normalize": self.normalize or None,
        }


PLAIN = Stating(Scale.PROBABILITY, normalize=False)
