"""The metrics that matter most, as cards: value, interval, and the baseline or the other models."""

from collections.abc import Iterator, Sequence

from cecli.metrics.registry import known
from cecli.renderers.page.content import PageContent
from cecli.renderers.page.figures import (
    change_of,
    direction_of,
    interval_of,
    level_of,
    title_of,
    unit_of,
    value_of,
)
from cecli.renderers.page.sections import Section
from cecli.renderers.page.tags import Html, shortened, tag, together
from cecli.report.result import Direction, Result

# In this order, as far as a report has them.
SHOWN = (
    "cross_entropy", "skill", "brier", "accuracy", "auc", "average_precision", "miscalibration",
    "ecce", "rps", "bits_per_byte", "perplexity", "kl", "reverse_kl", "js_divergence", "hellinger",
    "entropy", "mutual_information", "conditional_entropy", "calibrated_cross_entropy",
    "loss_share", "columns", "columns_moved", "psi_max", "loss_change", "population",
    "calibration", "refinement",
)  # fmt: skip
MOST = 8
BETTER = {Direction.LOWER: "lower is better", Direction.HIGHER: "higher is better"}
# What says how far chance alone explains a value.
CHANCE = {"miscalibration": "miscalibration_p_value", "ecce": "ecce_p_value"}
# Where the first model stands among several.
BASELINE = "baseline"
NAME = 40  # characters of a model's name


def cards(content: PageContent) -> Section:
    """Return the cards of a report; where it has several models, each has a line."""
    results = content.results
    chosen = [name for name in SHOWN if name in results and not _repeats(name, results)]
    if not chosen:
        chosen = list(results)
    found = (_card(results[name], content) for name in chosen[:MOST])
    return Section("results", "Results", (tag("div", *found, class_="cards"),) if chosen else ())


def _repeats(name: str, results: dict[str, Result]) -> bool:
    """Return whether a metric says what another one has said: kl is the loss of sharp targets."""
    if name == "perplexity":
        return "bits_per_byte" not in results and "cross_entropy" in results
    if name != "kl" or "cross_entropy" not in results:
        return False
    return results["kl"].value == results["cross_entropy"].value


def _card(result: Result, content: PageContent) -> Html:
    unit = unit_of(result, str(content.report.units))
    direction = BETTER.get(direction_of(result.name), "")
    head = tag("h3", title_of(result.name), *([tag("small", unit)] if unit else []))
    foot = [tag("p", direction, class_="hint")] if direction else []
    return tag("div", head, *_values(result, content), *foot, class_="card", title=_meaning(result))


def _meaning(result: Result) -> str:
    definition = known(result.name)
    return result.meaning if definition is None else definition.meaning


def _values(result: Result, content: PageContent) -> Iterator[Html]:
    models = content.report.models
    if models:
        first = content.first
        others = [(m.model, r) for m in models for r in m.results if r.name == result.name]
        yield tag("dl", *_lines([(first, result), *others]), class_="models")
        return
    yield tag("p", value_of(result), class_="value")
    if interval := interval_of(result):
        yield tag("p", interval, " ", tag("small", level_of(result)), class_="interval")
    p_value = content.results.get(CHANCE.get(result.name, ""))
    if p_value is not None and p_value.value is not None:
        words = f"by chance: p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{value_of(p_value)}"
        yield tag("p", words, class_="interval", title=_meaning(p_value))
    yield from _beside(result, content)


def _lines(models: Sequence[tuple[str, Result]]) -> Iterator[Html]:
    for place, (name, result) in enumerate(models):
        interval = interval_of(result)
        small = [tag("span", interval, class_="interval")] if interval else []
        said = [tag("small", BASELINE)] if place == 0 else []
        yield tag(
            "div",
            tag("dt", shortened(name, NAME), " ", *said),
            tag("dd", tag("b", value_of(result)), *small),
        )


def _beside(result: Result, content: PageContent) -> Iterator[Html]:
    """Yield the value of the baseline, and how far this one is from it."""
    if content.baseline is None:
        return
    found = {each.name: each for each in content.baseline.results}.get(result.name)
    if found is None:
        return
    change, kind = change_of(result, found)
    word = "" if kind == "neither" else f" {kind}"
    said = [tag("span", f"{change}{word}", class_=f"change {kind}")] if change else []
    yield tag("p", "baseline ", value_of(found), " ", together(said), class_="baseline")
