"""The columns beside a reference: a table, and the histograms of both."""

from dataclasses import replace

from cecli.core.errors import visible
from cecli.pictures.picture import Panel, Picture
from cecli.renderers.calibrated.drift import of_columns
from cecli.renderers.page.charts import chart, narrow
from cecli.renderers.page.content import PageContent
from cecli.renderers.page.sections import Section
from cecli.renderers.page.tables import Room, table
from cecli.renderers.page.tags import tag
from cecli.renderers.pictured.drift import column_of, in_order
from cecli.report.reliability import ColumnDrift

HEIGHT = 0.5
LEAD = (
    "Shares of the rows in the bins of the reference. By chance: what psi stays below in 95 of 100 "
    "cases if nothing has moved."
)


def drift(content: PageContent, room: Room) -> Section:
    """Return the columns of a report on drift, those that have moved first."""
    report = content.report
    if not report.drift:
        return Section("drift", "Columns", ())
    drawn = [
        chart(_headed_by_page(each), room, name=f"drift-{place}")
        for place, each in enumerate(in_order(content.stated))
    ]
    sentences = [tag("li", visible(f"{each.sentence}.")) for each in in_order(content.stated)]
    return Section(
        "drift",
        "Columns",
        (
            table(of_columns(report), "Columns", room),
            tag("ul", *sentences, class_="sentences"),
            tag("div", *drawn, class_="charts"),
        ),
        LEAD,
    )


def _headed_by_page(column: ColumnDrift) -> Picture:
    """Return the histograms of a column for half of a page, whose heading is that of the chart."""
    picture = narrow(column_of(column))
    panels = (replace(panel, title="", height=HEIGHT) for panel in picture.panels
              if isinstance(panel, Panel))  # fmt: skip
    return replace(picture, panels=tuple(panels))
