"""Targets from labels, and values to count."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import STRICT, BadRows, Reason
from cecli.columns.column import listed
from cecli.columns.hints import missing_hint
from cecli.columns.labels import LabelRule, canonical
from cecli.columns.numbers import number
from cecli.core.chunk import Chunk, Coded, Integers
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import RowError, named, nearest, shown
from cecli.numerics import Floats
from cecli.preparations.rows import without

if TYPE_CHECKING:
    from cecli.columns.codes import CodedClasses


@dataclass(frozen=True)
class LabelsToTargets:
    """Name each label's class, and add the target: 1 for the positive class and 0 for another."""

    column: str
    rule: LabelRule
    bad_rows: BadRows = STRICT

    def __call__(self, chunk: Chunk) -> Chunk:
        found = _meaning(self.rule, self.bad_rows, chunk.texts["label"].names)
        if not found.are_usual:
            names = found.names
            chunk = _with_classes(chunk, names, self.column, self.bad_rows, self._refusal)
        codes = chunk.texts["label"].codes
        recode = found.recode
        label = Coded(codes if recode is None else recode.take(codes), found.classes)
        numbers = {**chunk.numbers, "target": found.positive.take(codes)}
        return replace(chunk, numbers=numbers, texts={**chunk.texts, "label": label})

    def _refusal(self, text: str) -> tuple[str, str]:
        hint = missing_hint(text) or self._hint(number(text))
        return f"{shown(text)} is {self.rule.expected}", hint

    def _hint(self, value: float | None) -> str:
        if value == -1.0:
            return "labels -1 and 1? --positive 1"
        if value is not None and 0.0 < value < 1.0:
            return (
                f"a soft label? --target {named(self.column)} · are the columns of --label and "
                "--prob swapped?"
            )
        return "other classes: --positive VALUE · several classes: --prob 'p_*'"


class _Meaning(NamedTuple):
    """What the texts of labels mean.

    Attributes
    ----------
    names : the classes of the texts; None for a text that names none.
    are_usual : whether each names a class, and none stands for a missing value.
    classes : each once.
    recode : the classes' codes, by those of the texts; None if these are the same.
    positive : 1 for the positive class, 0 for others, by the codes of the texts.
    """

    names: Sequence[str | None]
    are_usual: bool
    classes: tuple[str, ...]
    recode: Integers | None
    positive: Floats


@lru_cache(maxsize=16)  # the labels of most chunks are the same few texts
def _meaning(rule: LabelRule, bad_rows: BadRows, texts: tuple[str, ...]) -> _Meaning:
    names = [rule.canonical(text) for text in texts]
    are_usual = None not in names and not any(map(bad_rows.is_missing, texts))
    classes = {name: code for code, name in enumerate(dict.fromkeys(filter(None, names)))}
    recode = np.array([classes.get(name or "", 0) for name in names], dtype=np.int64)
    positive = np.array([rule.is_positive(name or "") for name in names], dtype=np.float64)
    # Usually each class has one spelling, so its code is that of the text.
    is_same = (recode == np.arange(len(recode))).all()
    return _Meaning(names, are_usual, tuple(classes), None if is_same else recode, positive)


@dataclass(frozen=True)
class LabelsToClasses:
    """Name each label's class, one of K, and add the target, of shape (K, n).

    A label names the class that it equals letter by letter: 00 and 0 are two classes.

    Attributes
    ----------
    coded : the same classes, if labels may be their codes.
    """

    column: str
    classes: tuple[str, ...]
    bad_rows: BadRows = STRICT
    coded: "CodedClasses | None" = None

    def __call__(self, chunk: Chunk) -> Chunk:
        places = {name: place for place, name in enumerate(self.classes)}
        names = chunk.texts["label"].names
        if self.coded is None:
            known = [name if name in places else None for name in names]
        else:
            chunk = self._counted_from_zero(chunk, self.coded)
            known = [self.coded.name_of(name) for name in names]
        chunk = _with_classes(chunk, known, self.column, self.bad_rows, self._refusal)
        recode = np.array([places.get(name or "", 0) for name in known], dtype=np.int64)
        codes = recode.take(chunk.texts["label"].codes)
        target = np.zeros((len(self.classes), len(chunk)))
        target[codes, np.arange(len(chunk))] = 1.0
        return chunk.with_numbers(target=target).with_texts(label=Coded(codes, self.classes))

    def _counted_from_zero(self, chunk: Chunk, coded: "CodedClasses") -> Chunk:
        """Return the rows before a label that shows that codes count from 1.

        All labels would be one class off. So no such row is skipped.
        """
        label = chunk.texts["label"]
        beyond = np.array([coded.is_one_beyond(name) for name in label.names], dtype=np.bool_)

        def explain(row: int) -> RowError:
            text = label.names[label.codes[row]]
            what = f"column {named(self.column)}: {shown(text)} is not a code of --classes: "
            what += f"they count from 0, up to {len(coded.names) - 1} for {shown(coded.names[-1])}"
            hint = f"codes that count from 1? {coded.from_one}"
            error = RowError.at(*chunk.position(row), what, hint, Reason.CLASS)
            return error.about(self.column, text)

        if not beyond.any():
            return chunk
        return without(chunk, beyond.take(label.codes), Reason.CLASS, STRICT, explain)

    def _refusal(self, text: str) -> tuple[str, str]:
        near = _nearest(text, self.classes)
        if near is None and self.coded is not None and number(text) is not None:
            what = f"{shown(text)} is no class, nor its code; the classes are "
            return what + listed(self.classes), f"the codes are {', '.join(self.coded.codes)}"
        if near is None and (hint := missing_hint(text)):
            return f"{shown(text)} is not a class; the classes are {listed(self.classes)}", hint
        return (
            f"{shown(text)} is not a class; the classes are {listed(self.classes)}",
            "class names are the parts of the --prob column names that * matched · are the columns "
            "predictions of several models? cecli compare"
            if near is None
            else f"did you mean {shown(near)}? labels must match class names exactly",
        )


def _nearest(text: str, classes: Sequence[str]) -> str | None:
    same = [name for name in classes if canonical(name) == canonical(text)]
    if len(same) == 1:
        return same[0]
    return nearest(text, classes)


def _with_classes(
    chunk: Chunk,
    names: Sequence[str | None],
    column: str,
    bad_rows: BadRows,
    refusal: Callable[[str], tuple[str, str]],
) -> Chunk:
    """Return the rows whose labels name a class; `names` are the classes of the codes."""

    def explain(row: int) -> RowError:
        text = chunk.texts["label"].names[chunk.texts["label"].codes[row]]
        if bad_rows.is_missing(text):
            what = f"{shown(text)} is a missing value" if text.strip() else "the label is empty"
            hint, reason = "--missing skip leaves out and counts such rows", Reason.MISSING
        else:
            (what, hint), reason = refusal(text), Reason.CLASS
        what = f"column {named(column)}: {what}"
        error = RowError.at(*chunk.position(row, "label"), what, hint, reason)
        return error.about(column, text)

    texts = chunk.texts["label"].names
    missing = np.array([bad_rows.is_missing(text) for text in texts], dtype=np.bool_)
    unknown = np.array([name is None for name in names], dtype=np.bool_) & ~missing
    for flags, reason in ((missing, Reason.MISSING), (unknown, Reason.CLASS)):
        if flags.any():
            chunk = without(
                chunk, flags.take(chunk.texts["label"].codes), reason, bad_rows, explain
            )
    return chunk


@dataclass(frozen=True)
class Categories:
    """Refuse missing values; all others are compared exactly."""

    role: str
    column: str
    bad_rows: BadRows = STRICT

    def __call__(self, chunk: Chunk) -> Chunk:
        names = chunk.texts[self.role].names
        if self.bad_rows.any_missing(names):
            missing = [self.bad_rows.is_missing(name) for name in names]
            return self.without(chunk, np.array(missing).take(chunk.texts[self.role].codes))
        return chunk

    def without(self, chunk: Chunk, missing: NDArray[np.bool_]) -> Chunk:
        """Return the rows that have a value, or those before the first that has none."""
        explain = partial(self._explain, chunk)
        return without(chunk, missing, Reason.MISSING, self.bad_rows, explain)

    def _explain(self, chunk: Chunk, row: int) -> RowError:
        cell = chunk.texts[self.role].of_row(row)
        what = f"{shown(cell)} is a missing value" if cell.strip() else "the cell is empty"
        hint = "--missing skip leaves out and counts such rows"
        place = f"column {named(self.column)}"
        error = RowError.at(
            *chunk.position(row, self.role), f"{place}: {what}", hint, Reason.MISSING
        )
        return error.about(self.column, cell)


@dataclass(frozen=True)
class MissingAlike:
    """Gives all texts of a role that stand for a missing value one text: an empty one.

    Words such as NA and None are missing values only if an option says so: some are categories.
    """

    role: str
    bad_rows: BadRows

    def __call__(self, chunk: Chunk) -> Chunk:
        text = chunk.texts[self.role]
        if not self.bad_rows.any_missing(text.names):
            return chunk
        places: dict[str, int] = {}
        names = ("" if self.bad_rows.is_missing(name) else name for name in text.names)
        recode = [places.setdefault(name, len(places)) for name in names]
        codes = np.array(recode, dtype=np.int64).take(text.codes)
        return chunk.with_texts(**{self.role: Coded(codes, tuple(places))})
