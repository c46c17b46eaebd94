"""The picture of a report as SVG, as PNG, and as a Vega-Lite specification."""

import json

from cecli.pictures.svg import svg_of
from cecli.renderers.formats import Layout
from cecli.renderers.pictured.plots import picture_of
from cecli.report.report import Report

# Pixels of a PNG for one of the picture: sharp on a screen of high density, and in print.
SCALE = 2.0


def render_svg(report: Report, layout: Layout) -> str:
    """Return the picture as SVG."""
    return svg_of(picture_of(report.to_document(), layout.plots)) + "\n"


def render_png(report: Report, layout: Layout) -> bytes:
    """Return the picture as PNG, in light colours. The table of formats says what it needs."""
    from vl_convert import svg_to_png

    image: bytes = svg_to_png(svg_of(picture_of(report.to_document(), layout.plots)), scale=SCALE)
    return image


def render_vega(report: Report, layout: Layout) -> str:
    """Return the picture as a Vega-Lite specification."""
    from cecli.pictures.vega import vega_lite

    return (
        json.dumps(
            vega_lite(picture_of(report.to_document(), layout.plots)), indent=1, allow_nan=False
        )
        + "\n"
    )
