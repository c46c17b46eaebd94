"""Elements of SVG as text: everything from outside is escaped, and numbers are short."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from cecli.pictures.drawing.text import harmless, possible

Point = tuple[float, float]
QUOTE = {'"': "&quot;"}


def number(value: float) -> str:
    """Return a coordinate in pixels, to a tenth.

    Examples
    --------
    >>> number(12.04), number(-0.01), number(7.25)
    ('12', '0', '7.2')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, *inside: str, **attributes: str | float) -> str:
    """Return an element; an underscore in the name of an attribute stands for a hyphen.

    Parameters
    ----------
    inside : elements and escaped text.
    """
    pairs = "".join(f' {_name(key)}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{pairs}>{''.join(inside)}</{name}>" if inside else f"<{name}{pairs}/>"


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: str | float) -> str:
    return escape(value, QUOTE) if isinstance(value, str) else number(value)


def safe(text: str) -> str:
    """Return a name of any origin so that it is text in XML and in HTML, and not too long."""
    return escape(harmless(text), QUOTE)


def whole(text: str) -> str:
    """Return text of any origin and length so that it is text in XML and in HTML."""
    return escape(possible(text), QUOTE)


def text(
    x: float, y: float, words: str, font: str, paint: str = "ink", anchor: str = "start"
) -> str:
    """Return a line of text; y is its baseline."""
    places = {} if anchor == "start" else {"text_anchor": anchor}
    return element("text", safe(words), x=x, y=y, class_=f"c-{font} c-{paint}", **places)


def title(words: str) -> str:
    """Return what a reader shows or says about the element around it."""
    return element("title", safe(words))


def path(points: Sequence[Point], **attributes: str | float) -> str:
    """Return a line through points."""
    return element("path", d=along(points), **attributes)


def along(points: Iterable[Point]) -> str:
    """Return the description of a path through points.

    Examples
    --------
    >>> along([(0.0, 0.0), (10.0, 0.0), (10.0, 5.5)])
    'M0 0H10V5.5'
    """
    parts: list[str] = []
    last = ("", "")
    for point in points:
        x, y = number(point[0]), number(point[1])
        if not parts:
            parts.append(f"M{x} {y}")
        elif (x, y) == last:
            continue
        elif y == last[1]:
            parts.append(f"H{x}")
        else:
            parts.append(f"V{y}" if x == last[0] else f"L{x} {y}")
        last = (x, y)
    return "".join(parts)
