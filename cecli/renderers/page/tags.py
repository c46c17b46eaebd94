"""Elements of HTML. Text is escaped when it becomes part of an element, and cannot be otherwise.

Only this module, and what draws pictures, makes `Html`; any other text is text of the page.
"""

from collections.abc import Iterable
from typing import Final

from cecli.pictures.drawing.elements import whole
from cecli.pictures.drawing.text import ELLIPSIS

VOID: Final = frozenset({"meta", "br", "link"})
# Nobody reads more of a text, and a cell of a file may have a megabyte.
LONGEST = 2000


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


# The value of an attribute: a text; True for none; False for no attribute.
Value = str | bool


def tag(name: str, /, *inside: str, **attributes: Value) -> Html:
    """Return an element. An underscore in the name of an attribute stands for a hyphen.

    Parameters
    ----------
    inside : text, which is escaped, and elements.

    Examples
    --------
    >>> print(tag("p", "a < b ", tag("b", "&"), class_="x"))
    <p class="x">a &lt; b <b>&amp;</b></p>
    """
    given = "".join(_attribute(*pair) for pair in attributes.items())
    if name in VOID:
        return Html(f"<{name}{given}>")
    return Html(f"<{name}{given}>{together(inside)}</{name}>")


def together(parts: Iterable[str]) -> Html:
    """Return parts one after the other; what is no element is escaped."""
    return Html("".join(map(escaped, parts)))


def escaped(text: str) -> Html:
    """Return text of any origin and length as text of the page."""
    return text if isinstance(text, Html) else Html(whole(shortened(text, LONGEST)))


def shortened(text: str, most: int) -> str:
    """Return text without its middle if it is longer; names differ at both ends.

    Examples
    --------
    >>> shortened("a_rather_long_name", 9)
    'a_ra…name'
    """
    if len(text) <= most:
        return text
    tail = (most - 1) // 2
    return f"{text[: most - 1 - tail]}{ELLIPSIS}{text[len(text) - tail :]}"


def _attribute(key: str, value: Value) -> str:
    name = key.rstrip("_").replace("_", "-")
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{whole(value)}"'
