"""The columns of a report on drift: how the rows are spread over bins, then and now."""

from cecli.core.errors import visible
from cecli.pictures.axis import Axis
from cecli.pictures.picture import Bars, Numbers, Panel, Picture
from cecli.renderers.calibrated.drift import WORDS
from cecli.renderers.sheet import inputs
from cecli.report.document import ReportDocument
from cecli.report.reliability import BinDrift, ColumnDrift, DriftVerdict

# So many columns have a panel each, those that have moved first.
MOST_COLUMNS = 12
# Where the two bars of a bin begin and end, from its number.
THEN, NOW = (-0.42, -0.02), (0.02, 0.42)
ORDER = (DriftVerdict.GONE, DriftVerdict.MOVED, DriftVerdict.UNTESTED, DriftVerdict.NOT_SHOWN)
ROOM = 1.08


def drift_of(document: ReportDocument) -> Picture | None:
    """Return the histograms of the columns under each other; None if there are none."""
    if not document.drift:
        return None
    pictures = [column_of(column) for column in in_order(document)]
    more = len(document.drift) - len(pictures)
    said = (f"{more} more column{'s are' if more > 1 else ' is'} not drawn.",) if more else ()
    return Picture(
        "drift",
        f"Drift: {inputs(document.input.paths)}",
        " ".join(picture.description for picture in pictures),
        tuple(panel for picture in pictures for panel in picture.panels),
        said,
        tuple(numbers for picture in pictures for numbers in picture.numbers),
    )


def in_order(document: ReportDocument) -> list[ColumnDrift]:
    """Return the columns that are drawn, those that have moved first."""
    return sorted(document.drift, key=lambda drift: ORDER.index(drift.verdict))[:MOST_COLUMNS]


def column_of(drift: ColumnDrift) -> Picture:
    """Return the histograms of a column, the reference beside now."""
    words = [bin_in_words(each) for each in drift.bins]
    then, now = ([getattr(b, side) for b in drift.bins] for side in ("reference", "current"))
    top = max([*then, *now], default=1.0) * ROOM or 1.0
    x = Axis("bin", 0.5, max(len(words), 1) + 0.5)
    marks = tuple(
        Bars(
            tuple(place + ends[0] for place in range(1, len(words) + 1)),
            tuple(place + ends[1] for place in range(1, len(words) + 1)),
            tuple(shares),
            label,
            series,
            tuple(f"{word}: {100.0 * share:.3g} % {label}"
                  for word, share in zip(words, shares, strict=True)),
        )
        for ends, shares, label, series in ((THEN, then, "then", None), (NOW, now, "now", 0))
    )  # fmt: skip
    title = f"{visible(drift.column)}: {WORDS[drift.verdict]}"
    panel = Panel(title, x, Axis("share of the rows", 0.0, top), marks, height=0.3)
    rows = tuple(
        (str(place), word, f"{100.0 * a:.3g} %", f"{100.0 * b:.3g} %")
        for place, (word, a, b) in enumerate(zip(words, then, now, strict=True), start=1)
    )
    table = Numbers(f"Bins of {visible(drift.column)}", ("bin", "values", "then", "now"), rows)
    return Picture("drift-of-column", title, f"{visible(drift.sentence)}.", (panel,), (), (table,))


def bin_in_words(each: BinDrift) -> str:
    """Return the words for a bin."""
    if each.others:
        return f"{each.others:,} other values"
    if each.is_missing:
        return "missing"
    if each.value is not None:
        return visible(each.value)
    low, high = each.low, each.high
    if low is None or high is None or (low == -float("inf") and high == float("inf")):
        return "any number"
    if low == -float("inf"):
        return f"below {high:.6g}"
    return f"{low:.6g} and above" if high == float("inf") else f"{low:.6g} to {high:.6g}"
