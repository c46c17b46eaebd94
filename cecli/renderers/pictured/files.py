"""The pictures of a report as SVG, as PNG, as a Vega-Lite specification, and in files."""

import json
import os
from typing import TYPE_CHECKING, Any

from cecli.core.errors import UsageError, visible
from cecli.core.files import check_destination, write_whole
from cecli.pictures.svg import svg_of
from cecli.renderers.formats import Layout, chosen, picture_formats
from cecli.renderers.pictured.plots import picture_of
from cecli.report.report import Report

if TYPE_CHECKING:
    from os import PathLike

# Pixels of a PNG for one of the picture: sharp on a screen of high density, and in print.
SCALE = 2.0


def render_svg(report: Report, layout: Layout) -> str:
    """Return the picture as SVG."""
    return svg_of(picture_of(report.to_document(), layout.plots)) + "\n"


def render_png(report: Report, layout: Layout) -> bytes:
    """Return the picture as PNG, in light colours. The table of formats says what it needs."""
    from vl_convert import svg_to_png

    image: bytes = svg_to_png(render_svg(report, layout), scale=SCALE)
    return image


def render_vega(report: Report, layout: Layout) -> str:
    """Return the picture as a Vega-Lite specification."""
    return json.dumps(specification(report, layout), indent=1, allow_nan=False) + "\n"


def specification(report: Report, layout: Layout) -> dict[str, Any]:
    """Return the picture as the values of a Vega-Lite specification."""
    from cecli.pictures.vega import vega_lite

    return vega_lite(picture_of(report.to_document(), layout.plots))


def save(report: Report, layout: Layout, path: "str | PathLike[str]") -> None:
    """Write the picture to a file, in the format of its suffix.

    Raises
    ------
    UsageError
        If the suffix is not one of a format that shows pictures, the format needs an extra that is
        not installed, or the file is an input.
    InputError
        If the file cannot be written.
    """
    name = os.fspath(path)
    suffixes = [suffix for form in picture_formats() for suffix in form.suffixes]
    if not name.lower().endswith(tuple(suffixes)):
        hint = f"suffixes: {', '.join(suffixes)}"
        raise UsageError("has no suffix of a picture", visible(name), hint)
    form = chosen(None, name, report.document)
    check_destination(name, report.input.paths)
    write_whole(name, form.render(report, layout))
