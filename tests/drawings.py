"""What a test sees in an SVG: its texts as boxes, and where its shapes are."""

import re
from typing import NamedTuple
from xml.etree import ElementTree

from cecli.pictures.drawing.palette import FONTS
from cecli.pictures.drawing.text import width

SVG = "{http://www.w3.org/2000/svg}"
STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
PLACE = re.compile(r"translate\((-?[\d.]+) (-?[\d.]+)\)")


class Words(NamedTuple):
    """A text, and the rectangle that it takes at most."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other):
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def parsed(svg):
    return ElementTree.fromstring(svg)


def size_of(root):
    """Return the width and the height of the view box."""
    left, top, width, height = map(float, root.get("viewBox").split())
    assert (left, top) == (0.0, 0.0)
    return width, height


def words_in(root):
    return [_words(found) for found in root.iter(f"{SVG}text")]


def _words(found):
    font = found.get("class").split()[0].removeprefix("c-")
    size, bold = FONTS[font]
    wide = width(found.text or "", size, bold=bold)
    x, y = float(found.get("x")), float(found.get("y"))
    left = x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[found.get("text-anchor", "start")]
    return Words(found.text or "", left, y - 0.8 * size, left + wide, y + 0.2 * size)


def points_in(root):
    """Yield the points of lines, the places of markers and the corners of rectangles."""
    for found in root.iter(f"{SVG}path"):
        if place := PLACE.match(found.get("transform", "")):
            yield float(place[1]), float(place[2])
            continue
        yield from _along(found.get("d"))
    for found in root.iter(f"{SVG}rect"):
        left, top = float(found.get("x", 0)), float(found.get("y", 0))
        yield left, top
        yield left + float(found.get("width")), top + float(found.get("height"))


def _along(description):
    """Yield the points of a path of lines."""
    x = y = 0.0
    for kind, rest in STEP.findall(description):
        numbers = [float(number) for number in NUMBER.findall(rest)]
        origin = (0.0, 0.0) if kind.isupper() else (x, y)
        match kind.lower():
            case "m" | "l":
                x, y = origin[0] + numbers[0], origin[1] + numbers[1]
            case "h":
                x = origin[0] + numbers[0]
            case "v":
                y = origin[1] + numbers[0]
            case other:
                assert other == "z"
        yield x, y


def assert_nothing_is_cut_and_no_words_overlap(svg):
    root = parsed(svg)
    width, height = size_of(root)
    words = words_in(root)
    # Numbers are to a tenth of a pixel.
    for one in words:
        assert -0.1 <= one.left <= one.right <= width + 0.1, (one, width)
        assert -0.1 <= one.top <= one.bottom <= height + 0.1, (one, height)
    for place, one in enumerate(words):
        for other in words[place + 1 :]:
            assert not one.overlaps(other), (one, other)
    for x, y in points_in(root):
        assert -0.1 <= x <= width + 0.1, (x, y)
        assert -0.1 <= y <= height + 0.1, (x, y)
