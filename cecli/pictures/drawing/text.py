"""The width of text, estimated from above: no font is at hand where a picture is made.

The widths are those of DejaVu Sans and Verdana, the widest of the fonts that stand for the generic
family sans-serif. Text in a narrower font leaves room.
"""

import re
import unicodedata

from cecli.core.errors import visible

# Advance widths in em, rounded up.
WIDTHS = {
    0.30: "'IJijl",
    0.35: " ,./:;\\|",
    0.40: "()-[]ft",
    0.45: "!r",
    0.50: '"*_`',
    0.55: "?csz",
    0.60: "FLkvxy",
    0.65: "$0123456789EPSTYabdeghnopqu{}",
    0.70: "ABCKRVXZ",
    0.75: "NU",
    0.80: "&DGHOQ",
    0.85: "#+<=>^w~",
    0.90: "M",
    1.00: "%@Wm",
}
WIDTH_OF = {character: width for width, some in WIDTHS.items() for character in some}
# Of other characters, by their category.
UPPER, LOWER, OTHER, WIDE, EMOJI = 0.9, 0.7, 1.0, 1.0, 1.4
BOLD = 1.2  # times as wide
# A text is never looked at beyond this: a name may have a megabyte.
LONGEST = 600
ELLIPSIS = "…"
# Characters that XML 1.0 cannot hold, not even escaped.
IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def harmless(text: str) -> str:
    r"""Return text of any origin without what could steer a reader or break XML, and not too long.

    Examples
    --------
    >>> print(harmless("a\x00\u202eb"))
    a\x00\u202eb
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}{ELLIPSIS}{text[-LONGEST // 2 :]}"
    return possible(text)


def possible(text: str) -> str:
    """Return text of any origin without what could steer a reader or break XML."""
    return IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", visible(text))


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return an upper estimate of the width of a line of text, in the units of its size."""
    return sum(map(_advance, text)) * size * (BOLD if bold else 1.0)


def _advance(character: str) -> float:
    known = WIDTH_OF.get(character)
    if known is not None:
        return known
    category = unicodedata.category(character)
    if category in {"Mn", "Me"}:
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return EMOJI if category == "So" else WIDE
    return {"Lu": UPPER, "Ll": LOWER}.get(category, OTHER)


def cut(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Return text that fits into the room: its middle is left out, as names differ at both ends.

    Examples
    --------
    >>> cut("a_rather_long_name_of_model_7", 10, 110)
    'a_rather_…_model_7'
    """
    if width(text, size, bold=bold) <= room:
        return text
    kept = len(text) - 1
    while kept > 0:
        head = (kept + 1) // 2
        shorter = f"{text[:head]}{ELLIPSIS}{text[len(text) - (kept - head) :]}"
        if width(shorter, size, bold=bold) <= room:
            return shorter
        kept -= 1
    return ELLIPSIS


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """Return text in lines that fit into the room, broken between words; a long word is cut.

    Examples
    --------
    >>> wrapped("to be or not to be", 10, 60)
    ['to be or', 'not to be']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(cut(word, size, room, bold=bold))
    return lines
