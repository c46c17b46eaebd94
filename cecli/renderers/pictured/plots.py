"""The pictures of a report, by their names: one place for whoever shows them.

    document = report.to_document()               # of an evaluation
    document = document_in(read_report(path), path)   # or of a stored report
    pictures = pictures_of(document)              # {"reliability": Picture, "roc": …}
    text = svg_of(pictures["roc"])                # cecli.pictures.svg
    both = beside(list(pictures.values()))        # one picture, its panels under each other

The names are those of `PLOTS`, in this order, and those of `cecli calibration --plot`. A report has
a picture where it has something to show, and the first one is what stands for the report. Of
calibration these are reliability, roc, precision-recall and cumulative, and the forest of its
groups; of drift, the histograms of its columns; of other reports, the forest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from cecli.core.errors import UsageError
from cecli.pictures.forest import Forest
from cecli.pictures.picture import Panel, Picture
from cecli.pictures.spans import Spans
from cecli.renderers.pictured.curves import cumulative_of, precision_recall_of, roc_of
from cecli.renderers.pictured.drift import drift_of
from cecli.renderers.pictured.forests import forest_of
from cecli.renderers.pictured.reliability import reliability_of
from cecli.report.document import ReportDocument

PLOTS: Mapping[str, Callable[[ReportDocument], Picture | None]] = {
    "reliability": reliability_of,
    "roc": roc_of,
    "precision-recall": precision_recall_of,
    "cumulative": cumulative_of,
    "forest": forest_of,
    "drift": drift_of,
}


def pictures_of(document: ReportDocument) -> dict[str, Picture]:
    """Return all pictures of a report by their names, the first one foremost."""
    found = {name: draw(document) for name, draw in PLOTS.items()}
    return {name: picture for name, picture in found.items() if picture is not None}


def picture_of(document: ReportDocument, plots: Sequence[str] = ()) -> Picture:
    """Return the picture that stands for a report, or the requested ones as one.

    Raises
    ------
    UsageError
        If the report has no such picture.
    """
    return beside(chosen(document, plots)) if plots else _first(document)


def _first(document: ReportDocument) -> Picture:
    drawn = (draw(document) for draw in PLOTS.values())
    return next(picture for picture in drawn if picture is not None)


def chosen(document: ReportDocument, plots: Sequence[str]) -> list[Picture]:
    """Return the pictures of a report with some names.

    Raises
    ------
    UsageError
        If the report has no such picture.
    """
    found = pictures_of(document)
    for name in plots:
        if name not in found:
            raise UsageError(
                f"this report has no picture {name}", hint=f"it has {', '.join(found)}"
            )
    return [found[name] for name in plots]


def beside(pictures: Sequence[Picture]) -> Picture:
    """Return one picture with the panels of some, under each other."""
    first, *others = pictures
    if not others:
        return first
    heads = [picture.title.partition(": ") for picture in pictures]
    parts = zip(heads, pictures, strict=True)
    return Picture(
        "-".join(picture.name for picture in pictures),
        f"{', '.join(head for head, _, _ in heads)}: {heads[0][2]}",
        " ".join(picture.description for picture in pictures),
        tuple(panel for (head, _, _), picture in parts for panel in _headed(picture, head)),
        tuple(dict.fromkeys(note for picture in pictures for note in picture.notes)),
        tuple(numbers for picture in pictures for numbers in picture.numbers),
        max(picture.width for picture in pictures),
    )


def _headed(picture: Picture, head: str) -> Iterator[Panel | Forest | Spans]:
    """Yield the panels of a picture, the first of them with a heading."""
    first, *others = picture.panels
    yield replace(first, title=first.title or head)
    yield from others
