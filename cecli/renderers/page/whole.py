"""A whole page: one file that needs no other, and makes no request.

Its policy lets a browser run the one script that is inside, apply the one style sheet, and nothing
else: no other file, no address, no attribute that a name from the input could be.
"""

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from importlib.resources import files

from cecli import __version__
from cecli.core.errors import visible
from cecli.pictures.drawing.palette import FAINT, INK, PAPER, RULE, SERIES, Paint, style_sheet
from cecli.renderers.formats import Layout
from cecli.renderers.page.calibration import calibration, ranking
from cecli.renderers.page.cards import cards
from cecli.renderers.page.content import PageContent
from cecli.renderers.page.data import checks, quality, worst
from cecli.renderers.page.drift import drift
from cecli.renderers.page.loss import loss
from cecli.renderers.page.methods import methods
from cecli.renderers.page.sections import Section
from cecli.renderers.page.slices import classes, comparison, slices
from cecli.renderers.page.source import source
from cecli.renderers.page.tables import Room
from cecli.renderers.page.tags import Html, shortened, tag
from cecli.renderers.sheet import inputs

# A page can be sent by mail, and opens at once, whatever it is about.
MOST_BYTES = 490_000
# What is tried in turn until a page is small enough: all that people read, then less and less.
ROOMS = (
    Room(1000, 160, 200_000),
    Room(400, 120, 160_000),
    Room(100, 80, 120_000),
    Room(25, 60, 80_000),
    Room(8, 40, 0),
)
# In the order of a page.
SECTIONS: tuple[Callable[[PageContent, Room], Section], ...] = (
    checks, comparison, drift, loss, calibration, ranking, slices, classes, worst, quality, methods,
    source,
)  # fmt: skip
TITLE = 120  # characters


def render(content: PageContent, layout: Layout) -> str:  # noqa: ARG001
    """Return the page, with as much in its tables as MOST_BYTES allow."""
    page = ""
    for room in ROOMS:
        page = whole_page(content, room)
        if len(page.encode()) <= MOST_BYTES:
            break
    return page


def whole_page(content: PageContent, room: Room) -> str:
    """Return the page with tables of some size."""
    style, script = _asset("page.css") + _paints() + style_sheet(), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    title = _title(content)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="generator", content=f"cecli {__version__}"),
        tag("title", title),
        tag("style", Html(style)),
    )
    found = [section(content, room) for section in SECTIONS]
    sections = [section for section in (cards(content), *found) if section.parts]
    body = tag(
        "body",
        tag("a", "Skip to the results", href="#main", class_="skip"),
        _header(content, title, sections),
        tag("main", *map(Section.html, sections), id="main"),
        tag("footer", tag("p", f"Made by cecli {__version__}. No row of the input is in this page."
                          if not content.report.rows else f"Made by cecli {__version__}.")),
        tag("div", id="tip", role="status", hidden=True),
        tag("script", Html(script)),
    )  # fmt: skip
    return f'<!DOCTYPE html>\n<html lang="en">{head}{body}</html>\n'


def digest(text: str) -> str:
    """Return the hash by which a policy allows a script or a style sheet."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _asset(name: str) -> str:
    return files("cecli.renderers.page").joinpath(name).read_text(encoding="utf-8")


def _paints() -> str:
    """Return the colours of pictures as variables of the page, in light and in dark."""
    named = {"paper": PAPER, "ink": INK, "faint": FAINT, "rule": RULE,
             "accent": SERIES[0], "worse": SERIES[1], "better": SERIES[2]}  # fmt: skip

    def block(theme: Callable[[Paint], str]) -> str:
        return "".join(f"--{name}:{theme(paint)};" for name, paint in named.items())

    light, dark = block(lambda p: p.light), block(lambda p: p.dark)
    return (
        f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    )  # fmt: skip


def _title(content: PageContent) -> str:
    return shortened(visible(inputs(content.report.input.paths)), TITLE)


def _header(content: PageContent, title: str, sections: list[Section]) -> Html:
    """Return the title, the facts, the verdict, and the contents."""
    report = content.report
    facts = [f"{report.input.rows:,} row{'' if report.input.rows == 1 else 's'}", report.task]
    if report.positive is not None:
        facts.append(f"positive class {visible(report.positive)}")
    if content.baseline is not None:
        facts.append(f"baseline {visible(content.named)}")
    links = [tag("li", tag("a", s.title, href=f"#{s.key}")) for s in sections]
    return tag(
        "header",
        tag("p", f"cecli {report.command}", class_="kicker"),
        tag("h1", title),
        tag("p", " · ".join(facts), class_="facts"),
        *_verdict(content),
        tag("nav", tag("ul", *links), aria_label="Contents"),
    )


def _verdict(content: PageContent) -> list[Html]:
    """Return the verdict in words, its first sentence the largest."""
    from cecli.renderers.summary import sentences

    said = [content.verdict, *sentences(content.report)]
    found = [each.replace(" %", "\N{NO-BREAK SPACE}%") for each in said if each]
    if not found:
        return []
    kind = "verdict fails" if content.stated.passed is False else "verdict"
    return [tag("div", *(tag("p", each) for each in found), class_=kind)]
