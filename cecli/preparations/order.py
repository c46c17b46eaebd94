"""The preparations of rows, in the order that all commands share."""

from collections.abc import Sequence

from cecli.columns.bad_rows import BadRows
from cecli.columns.numbers import Scale
from cecli.core.chunk import Preparation
from cecli.core.errors import UsageError
from cecli.options.scoring import Stating
from cecli.preparations.rows import Stated, drop_weightless


def as_one(stating: Stating, *roles: str) -> list[Preparation]:
    """Return the preparations of roles with one column of probabilities each.

    Raises
    ------
    UsageError
        If they are to be normalized.
    """
    if stating.normalize:
        raise UsageError(
            "--normalize does not apply to a single column of probabilities",
            hint="it needs one column per class, named by a pattern such as 'p_*'",
        )
    plain = stating.scale is Scale.PROBABILITY
    return [] if plain else [Stated(role, stating.scale) for role in roles]


def as_several(stating: Stating, role: str, word: str, bad_rows: BadRows) -> list[Preparation]:
    """Return the preparations of a role with one column per class; the columns add up to 1.

    Logits need no sum.

    Parameters
    ----------
    word : the name of the numbers in messages.
    """
    # Imported here, because binary predictions do not need it.
    from cecli.preparations.sums import AddUpToOne, Normalize, OneSoftmax

    stated = [] if stating.scale is Scale.PROBABILITY else [Stated(role, stating.scale)]
    if stating.scale is Scale.LOGIT:
        return [*stated, OneSoftmax(role, bad_rows)]
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

    Rows of weight 0 do not count and are left out first, so that a wrong value in another of their
    cells is no error, provided that it could be read.

    Parameters
    ----------
    kept : keeps cells as they were read, before they are interpreted.
    texts : interprets texts: labels, keys, values to count.
    probabilities : sets the scale of probabilities and checks their sums; after the labels, so that
        the label is reported if both are wrong in one row.
    clip : moves probabilities, once they are known to be valid.
    """
    return (drop_weightless, *kept, *texts, *probabilities, *clip)
