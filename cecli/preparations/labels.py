"""From labels to targets: the distribution that is certain of what was observed."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cecli.chunk import Chunk, Coded
from cecli.columns import listed
from cecli.errors import RowError, named, shown
from cecli.labels import LabelRule, canonical


@dataclass(frozen=True)
class LabelsToTargets:
    """Name each label's class, and add the target: 1 for the positive class and 0 for another."""

    column: str
    rule: LabelRule

    def __call__(self, chunk: Chunk) -> Chunk:
        names = [self.rule.canonical(text) for text in chunk.texts["label"].names]
        chunk = _up_to_the_first_unnamed(chunk, names, self.column, self._refusal)
        classes = {name: code for code, name in enumerate(dict.fromkeys(filter(None, names)))}
        recode = np.array([classes.get(name or "", 0) for name in names], dtype=np.int64)
        positive = np.array([self.rule.is_positive(name or "") for name in names], dtype=np.float64)
        codes = chunk.texts["label"].codes
        return chunk.with_numbers(target=positive.take(codes)).with_texts(
            label=Coded(recode.take(codes), tuple(classes))
        )

    def _refusal(self, text: str) -> tuple[str, str]:
        return (
            f"{shown(text)} is {self.rule.expected}",
            f"other classes: --positive VALUE · soft labels: --target {self.column} · "
            "several classes: --prob 'p_*'",
        )


@dataclass(frozen=True)
class LabelsToClasses:
    """Match each label by name with one of K classes, and add the target, of shape (K, n)."""

    column: str
    classes: tuple[str, ...]

    def __call__(self, chunk: Chunk) -> Chunk:
        places = {canonical(name): place for place, name in enumerate(self.classes)}
        names = [canonical(text) for text in chunk.texts["label"].names]
        known = [name if name in places else None for name in names]
        chunk = _up_to_the_first_unnamed(chunk, known, self.column, self._refusal)
        recode = np.array([places.get(name, 0) for name in names], dtype=np.int64)
        codes = recode.take(chunk.texts["label"].codes)
        target = np.zeros((len(self.classes), len(chunk)))
        target[codes, np.arange(len(chunk))] = 1.0
        return chunk.with_numbers(target=target)

    def _refusal(self, text: str) -> tuple[str, str]:
        near = _nearest(text, self.classes)
        return (
            f"{shown(text)} is no class; the classes are {listed(self.classes)}",
            "classes are the columns of --prob, by the part of their name that * matched"
            if near is None
            else f"did you mean {shown(near)}? labels and classes are matched letter by letter",
        )


def _nearest(text: str, classes: Sequence[str]) -> str | None:
    folded = {name.strip().casefold(): name for name in classes}
    matches = difflib.get_close_matches(text.strip().casefold(), folded, n=1)
    return folded[matches[0]] if matches else None


def _up_to_the_first_unnamed(
    chunk: Chunk,
    names: Sequence[str | None],
    column: str,
    refusal: Callable[[str], tuple[str, str]],
) -> Chunk:
    """Return the rows before the first whose label names no class; names are those of the codes."""
    label = chunk.texts["label"]
    unnamed = np.array([name is None for name in names], dtype=np.bool_)
    if not unnamed.any() or not (bad := unnamed.take(label.codes)).any():
        return chunk
    row = int(np.argmax(bad))
    text = label.names[label.codes[row]]
    what, hint = refusal(text)
    what = what if text.strip() else "the label is empty"
    return chunk.until(
        row, RowError.at(*chunk.position(row), f"column {named(column)}: {what}", hint)
    )
