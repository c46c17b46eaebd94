"""Where the loss comes from: its parts, and how few rows carry much of it."""

from cecli.core.errors import visible
from cecli.pictures.drawing.ticks import rounded
from cecli.pictures.picture import Numbers, Picture
from cecli.pictures.spans import FloatingBar, Spans
from cecli.renderers.page.charts import NARROW, chart
from cecli.renderers.page.content import PageContent
from cecli.renderers.page.figures import value_of
from cecli.renderers.page.sections import Section
from cecli.renderers.page.tables import Room
from cecli.renderers.page.tags import Html, tag
from cecli.report.result import Result

WHOLE, LOST, WON = None, 1, 0  # the series of totals, and of what adds to the loss or takes from it
PARTS = ("cross_entropy", "uncertainty", "discrimination", "miscalibration")
LEAD = (
    "The loss of a constant prediction, less what the model tells apart, plus what it loses by "
    "probabilities that do not mean what they say. Recalibrating wins back the last part."
)


def loss(content: PageContent, room: Room) -> Section:
    """Return the parts of the loss, and its concentration."""
    found = [
        chart(picture, room, name=f"loss-{place}")
        for place, picture in enumerate((decomposition(content), concentration(content)))
        if picture is not None
    ]
    chance = _chance(content.results)
    has_parts = decomposition(content) is not None
    parts = (tag("div", *found, class_="charts"), *chance) if found else ()
    whose = f"Of {visible(content.first)}. " if content.report.models else ""
    lead = f"{whose}{LEAD if has_parts else ''}".rstrip()
    return Section("loss", "Where the loss comes from", parts, lead)


def decomposition(content: PageContent) -> Picture | None:
    """Return the parts of the loss as bars of which each begins where the last one ends."""
    results = content.results
    values = [results[name].value for name in PARTS if name in results]
    if len(values) < len(PARTS):
        return None
    total, uncertainty, known, lost = (_finite(value) for value in values)
    if total is None or uncertainty is None or known is None or lost is None:
        return None
    words = [value_of(results[name]) for name in PARTS]
    units = str(content.report.units)
    left = uncertainty - known
    spans = (
        FloatingBar("uncertainty: a constant loses", 0.0, uncertainty, words[1], WHOLE),
        FloatingBar("discrimination: told apart", uncertainty, left, f"− {words[2]}", WON),
        FloatingBar("miscalibration: can be won back", left, left + lost,
                    f"+ {words[3]}", LOST),
        FloatingBar("cross-entropy: the model loses", 0.0, total, words[0], WHOLE),
    )  # fmt: skip
    rows = tuple((span.name, span.words.replace("− ", "−").replace("+ ", "+")) for span in spans)
    return Picture(
        "decomposition",
        "Parts of the loss",
        f"Bars under each other: {'; '.join(f'{name}: {value}' for name, value in rows)}.",
        (Spans("", f"{units} a row", spans, linked=True),),
        numbers=(Numbers("Parts of the loss", ("part", units), rows),),
        width=NARROW,
    )


def concentration(content: PageContent) -> Picture | None:
    """Return how much of the loss the costliest rows carry, beside how many they are."""
    results = content.results
    shares = [
        (name, _finite(results[key].value))
        for key, name in (
            ("top_1pct_loss_share", "the costliest 1 % of the rows"),
            ("top_row_loss_share", "the costliest row"),
        )
        if key in results
    ]
    known = [(name, value) for name, value in shares if value is not None]
    if not known:
        return None
    rows = tuple((name, f"{rounded(100.0 * value, None)} %") for name, value in known)
    spans = tuple(
        FloatingBar(name, 0.0, 100.0 * value, words, LOST)
        for (name, value), (_, words) in zip(known, rows, strict=True)
    )
    whole = FloatingBar("all rows", 0.0, 100.0, "100 %", WHOLE)
    return Picture(
        "concentration",
        "How much of the loss few rows carry",
        f"Bars under each other: {'; '.join(f'{name}: {words}' for name, words in rows)}.",
        (Spans("", "share of the total loss, %", (*spans, whole)),),
        numbers=(Numbers("Shares of the total loss", ("rows", "share"), rows),),
        width=NARROW,
    )


def _chance(results: dict[str, Result]) -> list[Html]:
    """Return what calibrated predictions would lose by chance, if it is known."""
    expected, p_value = (
        results.get(name) for name in ("miscalibration_expected", "miscalibration_p_value")
    )
    if expected is None or p_value is None or expected.value is None or p_value.value is None:
        return []
    words = (
        f"By chance alone, perfectly calibrated predictions would show a miscalibration of "
        f"{rounded(expected.value, None)} on average; "
        f"p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{rounded(p_value.value, None)}."
    )
    return [tag("p", words, class_="note")]


def _finite(value: float | None) -> float | None:
    return value if value is not None and abs(value) < float("inf") else None
