"""What rows go through before they are summarized, in the one order that all commands share."""

from collections.abc import Sequence

from cecli.columns.bad_rows import BadRows
from cecli.columns.numbers import Scale
from cecli.core.chunk import Preparation
from cecli.core.errors import UsageError
from cecli.options.scoring import Stating
from cecli.preparations.rows import Stated, drop_weightless


def as_one(stating: Stating, *roles: str) -> list[Preparation]:
    """Return what prepares roles that have one column of probabilities each.

    Raises
    ------
    UsageError
        If they are to be normalized.
    """
    if stating.normalize:
        raise UsageError(
            "--normalize: one probability has nothing to add up to 1 with",
            hint="it is for one column a class, named by a pattern such as 'p_*'",
        )
    plain = stating.scale is Scale.PROBABILITY
    return [] if plain else [Stated(role, stating.scale) for role in roles]


def as_several(stating: Stating, role: str, word: str, bad_rows: BadRows) -> list[Preparation]:
    """Return what prepares a role with a column for each class: its columns add up to 1.

    Logits need no sum.

    Parameters
    ----------
    word : what messages call the numbers.
    """
    stated = [] if stating.scale is Scale.PROBABILITY else [Stated(role, stating.scale)]
    if stating.scale is Scale.LOGIT:
        return [*stated]
    # Binary predictions do not wait for what only several classes need.
    from cecli.preparations.sums import AddUpToOne, Normalize

    kind = Normalize if stating.normalize else AddUpToOne
    return [*stated, kind(role, word, bad_rows)]


def in_order(
    probabilities: Sequence[Preparation] = (),
    *,
    kept: Sequence[Preparation] = (),
    texts: Sequence[Preparation] = (),
    clip: Sequence[Preparation] = (),
) -> tuple[Preparation, ...]:
    """Return the preparations of a command in the order in which they are applied.

    A row of weight 0 does not count, so that it is left out first: nothing that is wrong with its
    other cells is an error, as long as they could be read at all.

    Parameters
    ----------
    kept : what keeps cells as they were read, before anything is made of them.
    texts : what interprets texts: labels, keys, values that are counted.
    probabilities : what states and adds up probabilities; after the labels, so that of two things
        that are wrong with one row the label is named.
    clip : what moves probabilities, once they are known to be such.
    """
    return (drop_weightless, *kept, *texts, *probabilities, *clip)
