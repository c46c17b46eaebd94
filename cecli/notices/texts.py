"""A notice of tokens that depend on each other, where a column tells which text they are of."""

from collections.abc import Sequence

from cecli.columns.column import separated
from cecli.core.errors import named
from cecli.core.plan import Noticing
from cecli.guessing.names import names_texts
from cecli.options.scoring import Grouping
from cecli.report.result import Notice


def dependent_tokens(
    header: Sequence[str], grouping: Grouping, key: Sequence[str] = ()
) -> list[Noticing]:
    """Return the notice that intervals take tokens as independent, which those of a text are not.

    Parameters
    ----------
    key : the columns that identify a token. Of several, the first is that of texts. If it is the
        column of texts alone, each text is one row.
    """
    if grouping.is_dependent or grouping.over_groups:
        return []
    keys = separated(key, header)
    found = keys[:1] if len(keys) > 1 else [name for name in header if names_texts(name)]
    if len(found) != 1 or found == keys:
        return []
    what = "intervals take tokens as independent, but those of one text depend on each other: "
    notice = Notice("dependent-tokens", f"{what}--cluster {named(found[0])} mends it")
    return [Noticing((), lambda _: notice)]
