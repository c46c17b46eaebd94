"""What a picture shows, as plain frozen values in the units of the data."""

from cecli.core.dataclasses import dataclass
from cecli.pictures.axis import Axis
from cecli.pictures.forest import Forest
from cecli.pictures.spans import Spans


@dataclass(frozen=True)
class Trace:
    """A line through points.

    Attributes
    ----------
    label : in the key; empty for none.
    series : the number of the model, from 0, which chooses colour, dashes and marker; None for
        what is no model, such as the diagonal.
    is_named : whether the label also stands beside the line, where there is room.
    titles : what is said about each point, of which some are drawn; empty for nothing.
    dashes : those of what is no model: the number of a pattern; 0 for none.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    label: str = ""
    series: int | None = 0
    is_named: bool = False
    titles: tuple[str, ...] = ()
    dashes: int = 2


@dataclass(frozen=True)
class Ribbon:
    """The area between two lines, such as a consistency band."""

    x: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    label: str = ""
    series: int | None = 0


@dataclass(frozen=True)
class Dots:
    """Points, with error bars if there are bounds.

    Attributes
    ----------
    titles : what is said about each; empty for nothing.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()
    label: str = ""
    series: int | None = 0
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bars:
    """Bars from the low end of the axis, each from a left to a right edge."""

    left: tuple[float, ...]
    right: tuple[float, ...]
    height: tuple[float, ...]
    label: str = ""
    series: int | None = 0
    titles: tuple[str, ...] = ()


Mark = Trace | Ribbon | Dots | Bars


@dataclass(frozen=True)
class Panel:
    """A plot with two axes.

    Attributes
    ----------
    marks : in the order in which they are drawn.
    height : of the plot, as a share of its width.
    """

    title: str
    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    height: float = 0.6


@dataclass(frozen=True)
class Numbers:
    """The numbers of a picture as text, for those who cannot see it."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """Panels under each other, with what they show in words.

    Attributes
    ----------
    name : of its elements' ids: letters and hyphens.
    title, description : the heading; what is seen, in sentences.
    notes : under the panels, such as what was left out.
    width : in pixels; text needs at least 320 for panels, and 640 for forest plots.
    """

    name: str
    title: str
    description: str
    panels: tuple[Panel | Forest | Spans, ...]
    notes: tuple[str, ...] = ()
    numbers: tuple[Numbers, ...] = ()
    width: int = 640
