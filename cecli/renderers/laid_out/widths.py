"""How wide text is on a terminal, and how it is shortened and wrapped."""

from collections.abc import Sequence
from unicodedata import combining, east_asian_width

CUT = "…"
# Stands for the blank of a percentage while lines break at other blanks.
GLUED = "\0%"


def width_of(text: str) -> int:
    """Return the columns that a text takes.

    Examples
    --------
    >>> width_of("abc"), width_of("日本")
    (3, 4)
    """
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def _width(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def padded(text: str, width: int, *, to_the_right: bool) -> str:
    """Return a text with blanks up to a width."""
    blanks = " " * (width - width_of(text))
    return blanks + text if to_the_right else text + blanks


def shortened(text: str, width: int) -> str:
    """Return a text with its middle left out if it is wider than so many columns.

    Examples
    --------
    >>> shortened("a/long/path/preds.csv", 12), shortened("preds.csv", 12)
    ('a/long…s.csv', 'preds.csv')
    """
    if width_of(text) <= width:
        return text
    end = _head(text[::-1], max(width - 1, 0) // 2)[::-1]
    return f"{_head(text, width - 1 - width_of(end))}{CUT}{end}"


def _head(text: str, width: int) -> str:
    """Return as much of a text as fits."""
    taken, place = 0, 0
    for place, character in enumerate(text):
        taken += _width(character)
        if taken > width:
            return text[:place]
    return text


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines that break between words; a word that is wider is shortened.

    Examples
    --------
    >>> wrapped("no better than always", 12)
    ['no better', 'than always']
    >>> wrapped("always saying 50 %", 16)
    ['always saying', '50 %']
    """
    words = (word.replace(GLUED, " %") for word in text.replace(" %", GLUED).split(" "))
    return filled([shortened(word, width) for word in words], " ", width)


def filled(pieces: Sequence[str], separator: str, width: int) -> list[str]:
    """Return pieces as lines that break between them."""
    lines: list[str] = []
    for piece in pieces:
        longer = f"{lines[-1]}{separator}{piece}" if lines else piece
        if lines and width_of(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines
