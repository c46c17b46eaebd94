"""Colours, dashes and markers, and the style sheet of a picture.

A series has its colour, its dashes and its marker, so that it can be told without colour. Each
colour has a contrast of at least 4.5 to the paper, in light and in dark (WCAG 2.2, 1.4.3). The
style sheet has no variables, which several programs that draw SVG do not know; these draw in the
light colours. So does print.
"""

from typing import NamedTuple


class Paint(NamedTuple):
    """A colour in light and in dark."""

    light: str
    dark: str


PAPER = Paint("#ffffff", "#15181d")
INK = Paint("#1b1f24", "#e8eaed")
FAINT = Paint("#5b6470", "#a3adb8")
RULE = Paint("#d9dde2", "#343a43")
SERIES = (
    Paint("#0a5ea8", "#6cb4f5"),
    Paint("#b34700", "#ff9e59"),
    Paint("#00735a", "#48cfa4"),
    Paint("#8b3a94", "#d99be4"),
    Paint("#6a5f00", "#d4c64a"),
    Paint("#b0203c", "#ff8a9c"),
)
DASHES = ("", "7 3", "2 3", "9 3 2 3", "12 4", "4 2 1 2 1 2")
# As paths in a square from −1 to 1.
MARKERS = (
    "M-1,0a1,1 0 1,0 2,0a1,1 0 1,0 -2,0z",
    "M-.9-.9h1.8v1.8h-1.8z",
    "M0-1.2L1.1.8H-1.1z",
    "M0-1.25L1.25,0L0,1.25L-1.25,0z",
    "M0,1.2L1.1-.8H-1.1z",
    "M-1-.35H-.35V-1H.35V-.35H1V.35H.35V1H-.35V.35H-1z",
)
MOST_SERIES = len(SERIES)
# Of text, by its class: size in pixels, and whether it is bold.
FONTS = {"title": (17, True), "head": (14, True), "label": (12, False), "name": (12, True)}


def style_sheet() -> str:
    """Return the style sheet: light everywhere, dark on a screen that prefers it."""
    fonts = (
        f".c-{name}{{font:{'600 ' if bold else ''}{size}px sans-serif}}"
        for name, (size, bold) in FONTS.items()
    )
    still = [
        ".c-line{fill:none;stroke-width:2;stroke-linejoin:round}",
        ".c-thin{fill:none;stroke-width:1}",
        ".c-area{stroke:none;fill-opacity:.22}",
        ".c-pale{stroke-opacity:.35}",
        *(
            f".c-d{i}{{stroke-dasharray:{dashes}}}"
            for i, dashes in enumerate(DASHES) if dashes
        ),
    ]  # fmt: skip
    dark = "".join(_colours("dark"))
    return "".join(
        (
            *fonts,
            *_colours("light"),
            *still,
            f"@media screen and (prefers-color-scheme:dark){{{dark}}}",
        )
    )


def _colours(theme: str) -> list[str]:
    paints = {"ink": INK, "faint": FAINT, "rule": RULE, "paper": PAPER}
    paints |= {f"s{i}": paint for i, paint in enumerate(SERIES)}
    paper = getattr(PAPER, theme)
    # A browser that shows the picture alone gives its background to the whole window.
    rules = [f".c-paper{{fill:{paper}}}.c-page{{background:{paper}}}"]
    for name, paint in paints.items():
        colour = getattr(paint, theme)
        if name != "paper":
            rules.append(f".c-{name}{{fill:{colour}}}.c-{name}-l{{stroke:{colour}}}")
    return rules
