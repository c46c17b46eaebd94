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
    """Return the description of a path through points: the first, and each as seen from the last.

    Examples
    --------
    >>> along([(0.0, 0.0), (10.0, 0.0), (10.0, 5.5), (9.5, 6.8)])
    'M0 0h10v5.5l-.5 1.3'
    """
    parts: list[str] = []
    last = (0, 0)  # in tenths, so that no error adds up
    for point in points:
        place = (round(10.0 * point[0]), round(10.0 * point[1]))
        x, y = place[0] - last[0], place[1] - last[1]
        if not parts:
            parts.append(f"M{_tenths(x)} {_tenths(y)}")
        elif x and y:
            parts.append(f"l{_tenths(x)}{'' if y < 0 else ' '}{_tenths(y)}")
        elif x or y:
            parts.append(f"h{_tenths(x)}" if x else f"v{_tenths(y)}")
        last = place
    return "".join(parts)


def _tenths(value: int) -> str:
    """Return a number of tenths, as short as SVG allows."""
    whole, tenth = divmod(abs(value), 10)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole or '' if tenth else whole}{f'.{tenth}' if tenth else ''}"
