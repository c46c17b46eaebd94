"""The settings in which intervals, tests and gates are measured: one table for each kind."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks import laws
from benchmarks.trials import (
    HELD,
    METRICS,
    NONE,
    NOTICE,
    ONE_LOOK,
    REJECTED,
    SEQUENCE,
    Coverage,
    Difference,
    Families,
    Gate,
    Looks,
    PairedGate,
    Trial,
    difference,
    truths,
)

REPLICATES = 200
CLIP = 0.01
LOOKS = 40

Shares = Mapping[Hashable, float]
Lines = dict[tuple[str, ...], Trial]

calibrated = laws.labelled
SETTINGS = {
    "calibrated, rate 0.3": calibrated,
    "logits × 3": partial(laws.labelled, sharpness=3.0),
    "accuracy 0.98": laws.accurate,
    "soft labels": laws.soft,
    "rate 0.5": laws.even,
}
RARE = 0.01
MODELS = {"right": 0.0, "too high": 0.2, "too low": -0.7}


@dataclass(frozen=True)
class Table:
    """A table of trials.

    Attributes
    ----------
    lines : a trial for each line, by the line's first cells.
    cells : the further cells of a line, from the shares of samples.
    cost : how much longer one sample takes than usual; so many fewer are drawn.
    """

    title: str
    header: tuple[str, ...]
    lines: Lines
    cells: Callable[[Shares], list[str]]
    cost: int = 1


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def of_metrics(shares: Shares) -> list[str]:
    """Return how often each metric's interval held the truth, and how often it had none."""
    cells = []
    for metric in METRICS:
        without = shares.get((metric, NONE), 0.0)
        if (metric, HELD) not in shares and not without:
            cells.append("–")
        else:
            held = percent(shares.get((metric, HELD), 0.0))
            cells.append(f"{held} (none {percent(without)})" if without else held)
    return [*cells, percent(shares[NOTICE])]


def coverage(title: str, first: tuple[str, ...], lines: Lines) -> Table:
    return Table(title, (*first, *METRICS, "notice"), lines, of_metrics)


def of(*events: Hashable) -> Callable[[Shares], list[str]]:
    """Return a function that shows the shares of these events."""
    return lambda shares: [percent(shares[event]) for event in events]


def by_rows() -> Table:
    lines: Lines = {}
    for name, law in SETTINGS.items():
        truth = truths(law())
        for rows in (30, 100, 1000, 10_000):
            lines[name, f"{rows:,}"] = Coverage(partial(laws.rows, law, rows), truth)
    return coverage("Intervals by the number of rows", ("setting", "rows"), lines)


def by_events() -> Table:
    lines: Lines = {}
    for model, shift in MODELS.items():
        law = partial(laws.labelled, rate=RARE, shift=shift)
        truth = truths(law())
        for events in (1, 3, 10, 100):
            draw = partial(laws.rows, law, round(events / RARE))
            lines[model, str(events)] = Coverage(draw, truth)
    title = f"Intervals by the expected number of events, at a rate of {RARE:.0%}"
    return coverage(title, ("model", "events"), lines)


def by_clusters() -> Table:
    truth = truths(laws.unrelated())
    lines: Lines = {
        (str(spread), str(number)): Coverage(partial(laws.clusters, number, spread), truth)
        for spread in (0.0, 1.0, 1.5)
        for number in (5, 10, 20, 30, 100)
    }
    title = "Intervals by the number of clusters, of about 20 rows each (sd of the logs of sizes)"
    return coverage(title, ("sd", "clusters"), lines)


def by_weights() -> Table:
    truth = truths(calibrated())
    lines: Lines = {
        (str(spread), f"{rows:,}"): Coverage(
            partial(laws.weighted_rows, calibrated, rows, spread), truth
        )
        for spread in (1.0, 1.5, 2.0)
        for rows in (100, 300, 1000)
    }
    title = "Intervals with lognormal weights (sd of their logarithms)"
    return coverage(title, ("sd", "rows"), lines)


def by_bootstrap() -> Table:
    lines: Lines = {}
    for name, law, sizes in (
        ("calibrated, rate 0.3", calibrated, (30, 300)),
        ("calibrated, rate 0.01", partial(laws.labelled, rate=RARE), (100, 300, 1000)),
    ):
        truth = truths(law())
        for rows in sizes:
            draw = partial(laws.rows, law, rows)
            lines[name, f"{rows:,}"] = Coverage(draw, truth, {"bootstrap": REPLICATES})
    table = coverage(f"Intervals of --bootstrap {REPLICATES}", ("setting", "rows"), lines)
    return Table(table.title, table.header, table.lines, table.cells, cost=10)


def gates() -> Table:
    rare = partial(laws.labelled, rate=RARE)
    lines: Lines = {}

    def at_limit(name, law, rows, limit, *metrics):
        truth = truths(law())
        rules = {limit: {metric: truth[metric] for metric in metrics}}
        what = f"{limit} {', '.join(metrics)}"
        lines[what, name, f"{rows:,}"] = Gate(partial(laws.rows, law, rows), rules)

    at_limit("rate 0.3", calibrated, 200, "max", "cross_entropy")
    for rows in (100, 300, 1000):
        at_limit("rate 0.01", rare, rows, "max", "cross_entropy")
    at_limit("rate 0.01", rare, 300, "max", "brier")
    at_limit("rate 0.3", calibrated, 200, "min", "skill")
    at_limit("rate 0.01", rare, 1000, "min", "skill")
    at_limit("accuracy 0.98", laws.accurate, 100, "min", "accuracy")
    at_limit("accuracy 0.95", partial(laws.accurate, 3.05), 100, "min", "accuracy")
    at_limit("rate 0.3", calibrated, 200, "max", "cross_entropy", "brier", "perplexity")
    rules = {"max": {"cross_entropy": truths(laws.unrelated())["cross_entropy"]}}
    draw = partial(laws.clusters, 10, 1.0)
    lines["max cross_entropy", "10 clusters, sd 1", "about 200"] = Gate(draw, rules)
    rules = {"max": {"cross_entropy": truths(calibrated())["cross_entropy"]}}
    draw = partial(laws.weighted_rows, calibrated, 100, 1.5)
    lines["max cross_entropy", "weights, sd 1.5", "100"] = Gate(draw, rules)
    for groups, logit in ((20, 2.3), (100, 3.05)):
        law = partial(laws.accurate, logit)
        rules = {"min": {"accuracy@g": truths(law())["accuracy"]}}
        draw = partial(laws.rows_of_groups, law, groups, 2)
        lines["min accuracy@g", f"{groups} groups of 2", f"{2 * groups}"] = Gate(
            draw, rules, {"by": "g"}
        )
    for rate, rows in ((0.3, 300), (RARE, 300), (RARE, 1000)):
        law = partial(laws.pair, rate)
        gate = PairedGate(partial(laws.rows, law, rows), difference(law()))
        lines["max-increase of pairs", f"rate {rate}", f"{rows:,}"] = gate
    header = ("rule", "setting", "rows", "pass", "fail")
    title = "Verdicts of `check --confidence 0.95` at a limit that is the truth"
    return Table(title, header, lines, of("pass", "fail"))


def families() -> Table:
    law = partial(laws.equal_pair, 0.0056)
    lines: Lines = {
        (f"{groups} groups", f"{size:,}", f"{0.0056 * size:.2f}"): Families(
            partial(laws.rows_of_groups, law, groups, size)
        )
        for groups, size in ((10, 60), (30, 100), (30, 1000))
    }
    header = ("setting", "rows of each", "events of each", "any group")
    title = "`compare --by`: a difference is claimed of models that are equally good"
    return Table(title, header, lines, of(REJECTED), cost=2)


def differences() -> Table:
    lines: Lines = {}
    for events in (1, 3, 10, 30):
        rows = round(events / RARE)
        for name, law in (
            ("equal constants", partial(laws.equal_constants, RARE)),
            ("equally good, too low and too high", partial(laws.equal_pair, RARE)),
        ):
            draw = partial(laws.rows, law, rows)
            lines[name, f"{rows:,}", str(events)] = Difference(draw, 0.0)
    for rate in (0.3, 0.01, 0.001):
        law = partial(laws.pair, rate)
        for rows in (30, 300, 3000):
            trial = Difference(partial(laws.rows, law, rows), difference(law()))
            lines["one is better", f"{rows:,}", f"{rate * rows:.1f}"] = trial
    truth = difference(laws.unrelated())
    for spread in (0.0, 1.0, 1.5):
        for number in (5, 10, 30):
            setting = f"{number} clusters, sd {spread}"
            draw = partial(laws.clusters, number, spread)
            lines[setting, f"about {20 * number}", "–"] = Difference(draw, truth)

    def cells(shares: Shares) -> list[str]:
        return [percent(shares[event]) for event in (HELD, NONE, REJECTED)]

    header = ("setting", "rows", "events", "interval held", "no interval", "difference claimed")
    return Table("Differences of two models (`compare`)", header, lines, cells)


def looks() -> Table:
    lines: Lines = {}
    for rate in (0.3, 0.01):
        law = partial(laws.pair, rate)
        population = law()
        clipped = {name: population[name].clip(CLIP, 1 - CLIP) for name in ("p", "q")}
        truth = difference({"y": population["y"], **clipped})
        for rows in (300, 1000, 10_000):
            after = tuple(int(n) for n in np.unique(np.geomspace(30, rows, LOOKS).astype(int)))
            draw = partial(laws.rows, law, rows)
            lines[f"rate {rate}", f"{rows:,}"] = Looks(draw, truth, CLIP, after)

    def cells(shares: Shares) -> list[str]:
        wider = shares[SEQUENCE, "width"] / shares[ONE_LOOK, "width"]
        return [percent(shares[SEQUENCE]), percent(shares[ONE_LOOK]), f"{wider:.1f}×"]

    title = f"{LOOKS} looks, from row 30 on, `--clip {CLIP}`: all intervals held"
    header = ("setting", "rows", "`--anytime`", "one look, misused", "width, of one look")
    return Table(title, header, lines, cells, cost=20)


TABLES: dict[str, Callable[[], Table]] = {
    "rows": by_rows,
    "events": by_events,
    "clusters": by_clusters,
    "weights": by_weights,
    "bootstrap": by_bootstrap,
    "gates": gates,
    "families": families,
    "differences": differences,
    "looks": looks,
}
