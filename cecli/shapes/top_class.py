"""Predictions about the predicted class, such as top-1 confidences: is it right?"""

from collections.abc import Callable
from operator import methodcaller

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import BadRows
from cecli.columns.column import Column
from cecli.columns.labels import canonical
from cecli.columns.numbers import BLANKS
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import UsageError
from cecli.core.remarks import UNLIKE_CASE
from cecli.core.table import Table
from cecli.guessing.completing import label_of
from cecli.options.scoring import Scoring
from cecli.preparations.labels import Categories
from cecli.shapes.derived import Derived, DerivedTable
from cecli.shapes.event import NO_AND_YES

_stripped = methodcaller("strip", BLANKS)
OBSERVED, PREDICTED = "observed", "predicted"


@dataclass(frozen=True)
class TopClass:
    """The label of a row is whether its predicted class was observed.

    Classes are any texts. Those that are numbers are the same if the numbers are equal: 1 and 1.0.
    """

    predicted: str

    def of(self, table: Table, scoring: Scoring) -> tuple[Table, Scoring]:
        if scoring.target or scoring.positive is not None:
            other = "--target" if scoring.target else "--positive"
            raise UsageError(
                f"--predicted excludes {other}",
                hint="--label names the observed classes; the event is that the predicted one is "
                "right",
            )
        taken = [*scoring.taken, *scoring.prob, self.predicted]
        label = scoring.label or label_of(table, taken, scoring.tell)
        if label == self.predicted:
            raise UsageError("--label and --predicted name the same column")
        name = f"{label} = {self.predicted}"
        sources = (Column(OBSERVED, label, None), Column(PREDICTED, self.predicted, None))
        right = Derived(name, sources, is_right, BothKnown(label, self.predicted))
        elsewhere = [*scoring.elsewhere, label, self.predicted]
        return DerivedTable(table, (right,)), replace(scoring, label=name, elsewhere=elsewhere)


@dataclass(frozen=True)
class BothKnown:
    """Leaves out rows without an observed or a predicted class, and remarks near misses.

    A class that is nan is missing, as a number is.
    """

    label: str
    predicted: str

    def __call__(self, chunk: Chunk, bad_rows: BadRows) -> Chunk:
        for role, column in ((OBSERVED, self.label), (PREDICTED, self.predicted)):
            # Two missing numbers would be equal texts, and so a prediction that is right.
            nan = {x for x in map(_stripped, chunk.texts[role].names) if x.lower() == "nan"}
            known = replace(bad_rows, missing=bad_rows.missing | nan)
            chunk = Categories(role, column, known)(chunk)
        unlike = are_equal(chunk, str.casefold) & ~are_equal(chunk)
        return chunk.with_remark(UNLIKE_CASE, unlike) if unlike.any() else chunk


def is_right(chunk: Chunk) -> Coded:
    """Return whether each row's predicted class was observed."""
    return Coded(are_equal(chunk).astype(np.int64), NO_AND_YES)


def are_equal(chunk: Chunk, also: Callable[[str], str] = str) -> NDArray[np.bool_]:
    """Return where the observed and the predicted class are equal, after a further function."""
    numbers: dict[str, int] = {}
    codes = []
    for role in (OBSERVED, PREDICTED):
        text = chunk.texts[role]
        names = [also(canonical(name).strip(BLANKS)) for name in text.names]
        recode = [numbers.setdefault(name, len(numbers)) for name in names]
        codes.append(np.array(recode, dtype=np.int64).take(text.codes))
    equal: NDArray[np.bool_] = codes[0] == codes[1]
    return equal
