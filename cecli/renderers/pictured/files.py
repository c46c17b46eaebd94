"""The pictures of a report as SVG, as PNG, as a Vega-Lite specification, and in files."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cecli.core.errors import UsageError, visible
from cecli.core.files import write_whole
from cecli.pictures.svg import svg_of
from cecli.renderers.formats import Layout, chosen, picture_formats
from cecli.renderers.pictured.plots import picture_of
from cecli.report.document import ReportDocument
from cecli.report.report import Report

if TYPE_CHECKING:
    from os import PathLike

# Pixels of a PNG for one of the picture: sharp on a screen of high density, and in print.
SCALE = 2.0


def render_svg(report: Report, layout: Layout) -> str:
    """Return the picture as SVG."""
    return svg_text(report.to_document(), layout.plots)


def render_png(report: Report, layout: Layout) -> bytes:
    """Return the picture as PNG, in light colours. The table of formats says what it needs."""
    return png_image(report.to_document(), layout.plots)


def render_vega(report: Report, layout: Layout) -> str:
    """Return the picture as a Vega-Lite specification."""
    return vega_text(report.to_document(), layout.plots)


def svg_text(document: ReportDocument, plots: Sequence[str]) -> str:
    """Return some pictures of a report, under each other, as SVG."""
    return svg_of(picture_of(document, plots)) + "\n"


def png_image(document: ReportDocument, plots: Sequence[str]) -> bytes:
    """Return some pictures of a report as PNG."""
    from vl_convert import svg_to_png

    image: bytes = svg_to_png(svg_of(picture_of(document, plots)), scale=SCALE)
    return image


def vega_specification(document: ReportDocument, plots: Sequence[str]) -> dict[str, Any]:
    """Return some pictures of a report as a Vega-Lite specification."""
    from cecli.pictures.vega import vega_lite

    return vega_lite(picture_of(document, plots))


def vega_text(document: ReportDocument, plots: Sequence[str]) -> str:
    """Return some pictures of a report as the text of a Vega-Lite specification."""
    return json.dumps(vega_specification(document, plots), indent=1, allow_nan=False) + "\n"


def html_text(document: ReportDocument, plots: Sequence[str]) -> str:
    """Return a page with some pictures of a report, and their numbers."""
    from cecli.renderers.html import page
    from cecli.renderers.pictured.plots import chosen as pictures
    from cecli.renderers.sheet import Sheet

    found = pictures(document, plots)
    return page(Sheet(found[0].title, "", (), ()), found)


Writer = Callable[[ReportDocument, Sequence[str]], str | bytes]
WRITERS: Mapping[str, Writer] = {
    "svg": svg_text,
    "png": png_image,
    "vega-lite": vega_text,
    "html": html_text,
}


def save(document: ReportDocument, plots: Sequence[str], path: "str | PathLike[str]") -> None:
    """Write some pictures of a report to a file, in the format of its suffix.

    Raises
    ------
    UsageError
        If the suffix is not one of a format that shows pictures, or the format needs an extra that
        is not installed.
    InputError
        If the file cannot be written.
    """
    name = os.fspath(path)
    form = chosen(None, name, "report")
    if form.name not in WRITERS:
        suffixes = ", ".join(suffix for each in picture_formats() for suffix in each.suffixes)
        raise UsageError("has no suffix of a picture", visible(name), f"suffixes: {suffixes}")
    write_whole(name, WRITERS[form.name](document, plots))
