"""Whether predictions mean what they say, and whether they rank."""

from collections.abc import Iterator
from dataclasses import replace

from cecli.renderers.page.charts import chart, narrow
from cecli.renderers.page.content import PageContent
from cecli.renderers.page.sections import Section
from cecli.renderers.page.slices import grids
from cecli.renderers.page.tables import Room, folded, table
from cecli.renderers.page.tags import Html, tag
from cecli.renderers.pictured.plots import PLOTS

CALIBRATION = {"reliability": "Reliability diagram", "cumulative": "Cumulative difference"}
RANKING = {"roc": "ROC curve", "precision-recall": "Precision and recall"}
RELIABILITY = (
    "On the diagonal, events happen as often as predicted. Above it, predictions are too low; "
    "below it, too high."
)
ORDER = "Whether events have higher predictions than other rows, whatever the predictions mean."


def calibration(content: PageContent, room: Room) -> Section:
    """Return the reliability diagram, cumulative differences, and what follows from thresholds."""
    charts = list(_charts(content, room, CALIBRATION))
    parts = [tag("div", *charts, class_="charts")] if charts else []
    if content.report.thresholds:
        found = grids(content.report, "thresholds")
        parts += [folded("Thresholds", table(grid, "Thresholds", room)) for grid in found]
    return Section("calibration", "Calibration", tuple(parts), RELIABILITY if charts else "")


def ranking(content: PageContent, room: Room) -> Section:
    """Return the ROC curve, and precision by recall."""
    charts = list(_charts(content, room, RANKING))
    parts = (tag("div", *charts, class_="charts"),) if charts else ()
    return Section("ranking", "Ranking", parts, ORDER)


def _charts(content: PageContent, room: Room, titles: dict[str, str]) -> Iterator[Html]:
    for name, title in titles.items():
        picture = PLOTS[name](content.stated)
        if picture is not None:
            yield chart(narrow(replace(picture, title=title)), room)
