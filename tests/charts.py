"""Charts of random and of hard values, for tests of how they are drawn."""

import itertools
import math
import random

from hypothesis import strategies as st

from cecli.pictures.calibration import cumulative_difference, reliability_diagram
from cecli.pictures.forest import Estimated, Forest
from cecli.pictures.picture import Picture
from cecli.pictures.ranking import precision_recall, roc_curve
from cecli.report.curves import (
    BandPoints,
    CumulativeDifference,
    CurvePoints,
    RankingCurve,
    Reliability,
    ReliabilityBin,
)

HOSTILE = "<script>alert('x')</script>\"&\x1b[31m\u202e\ufffe]]>"
names = st.one_of(st.just(HOSTILE), st.text(max_size=30), st.just("w" * 2000), st.just("漢字" * 40))
shares = st.floats(0, 1)
losses = st.one_of(
    st.none(), st.floats(allow_nan=False), st.floats(-10, 10), st.floats(0.4, 0.5), st.just(0.0)
)
counts = st.integers(1, 10**12)
ROWS = 6000  # of a walk


@st.composite
def estimates(draw):
    value, ends = draw(losses), sorted((draw(st.floats(allow_nan=False)), draw(st.floats(-2, 2))))
    has_interval = value is not None and draw(st.booleans())
    lower, upper = ends if has_interval else (None, None)
    rows = draw(st.one_of(st.none(), counts))
    return Estimated(
        draw(names), value, lower, upper, rows, draw(st.booleans()), draw(st.booleans())
    )


@st.composite
def forests(draw):
    found = tuple(draw(st.lists(estimates(), min_size=1, max_size=9)))
    reference = draw(st.one_of(st.none(), st.floats(-3, 3)))
    margin = draw(st.one_of(st.none(), st.floats(0, 1))) if reference is not None else None
    most = draw(st.integers(1, 12))
    return Forest(draw(names), draw(names), draw(names), found, 0.95, reference, margin, most)


@st.composite
def forest_pictures(draw):
    panels = tuple(draw(st.lists(forests(), min_size=1, max_size=2)))
    return Picture("forest", draw(names), draw(names), panels, (draw(names),), width=800)


@st.composite
def reliabilities(draw):
    edges = sorted(draw(st.lists(shares, min_size=2, max_size=7, unique=True)))
    bins = []
    for low, high in itertools.pairwise(edges):
        lower, observed, upper = sorted(draw(st.tuples(shares, shares, shares)))
        bins.append(ReliabilityBin(low, high, draw(counts), low, observed, lower, upper))
    x = tuple(sorted(draw(st.lists(shares, max_size=9))))
    y = tuple(sorted(draw(st.lists(shares, min_size=len(x), max_size=len(x)))))
    band = BandPoints((0.0, 1.0), (0.0, 0.9), (0.1, 1.0)) if draw(st.booleans()) else None
    return Reliability(
        draw(names), sum(b.rows for b in bins), tuple(bins), isotonic=CurvePoints(x, y), band=band
    )


@st.composite
def walks(draw):
    y = tuple(draw(st.lists(st.floats(-1, 1), min_size=1, max_size=9)))
    x = tuple(i / len(y) for i in range(len(y)))
    limit = draw(st.one_of(st.none(), st.floats(1e-9, 0.1)))
    return CumulativeDifference(draw(names), CurvePoints(x, y), limit, ecce=draw(shares))


@st.composite
def rankings(draw):
    x = tuple(sorted(draw(st.lists(shares, max_size=9))))
    y = tuple(sorted(draw(st.lists(shares, min_size=len(x), max_size=len(x)))))
    return RankingCurve(draw(names), CurvePoints(x, y), draw(st.one_of(st.none(), shares)))


def several(models):
    return st.lists(models, min_size=1, max_size=8)


pictures = st.one_of(
    forest_pictures(),
    st.builds(reliability_diagram, several(reliabilities())),
    st.builds(cumulative_difference, several(walks())),
    st.builds(roc_curve, several(rankings())),
    st.builds(precision_recall, several(rankings()), st.floats(0, 1)),
)


def wilson(events, rows):
    z = 1.959964
    share, more = events / rows, z * z / rows
    middle = (share + more / 2) / (1 + more)
    half = z * math.sqrt(share * (1 - share) / rows + more / 4 / rows) / (1 + more)
    return max(0.0, middle - half), min(1.0, middle + half)


def reliability(sizes, rates, name="model"):
    """Return the reliability of bins of equal width with these sizes and observed rates."""
    n = len(sizes)
    bins = tuple(
        ReliabilityBin(i / n, (i + 1) / n, rows, (i + 0.5) / n, rate, *wilson(rate * rows, rows))
        for i, (rows, rate) in enumerate(zip(sizes, rates, strict=True))
        if rows
    )
    return Reliability(name, sum(sizes), bins)


def hard():
    """Return pictures of hard values by their names."""
    walk, y = random.Random(1), [0.0]
    for _ in range(ROWS):
        y.append(y[-1] + walk.gauss(0.0, 1e-5))
    long = CurvePoints(tuple(i / ROWS for i in range(ROWS + 1)), tuple(y))
    groups = tuple(
        Estimated(f"group {i} of sixty", 0.4 + 0.01 * math.sin(i), 0.35, 0.45, 10**8)
        for i in range(75)
    )
    odd = (
        Estimated("infinite", math.inf),
        Estimated("undefined", None),
        Estimated("no ends", 0.4, -math.inf, math.inf, 3, is_small=True),
    )
    return {
        "one row": reliability_diagram([reliability([0, 0, 0, 1], [0, 0, 0, 1.0])]),
        "one class": reliability_diagram([reliability([100] * 10, [0.0] * 10)]),
        "one bin": reliability_diagram([reliability([10**8] + [0] * 9, [0.06] + [0.0] * 9)]),
        "1e8 rows": reliability_diagram(
            [reliability([10 ** (8 - i) for i in range(9)], [i / 9 for i in range(9)])]
        ),
        "0 and 1": reliability_diagram([
            Reliability("model", 20, (
                ReliabilityBin(0.0, 0.1, 10, 0.0, 0.1, 0.005, 0.4),
                ReliabilityBin(0.9, 1.0, 10, 1.0, 0.9, 0.6, 0.995),
            ))
        ]),
        "all equal": reliability_diagram([
            Reliability("model", 9, (ReliabilityBin(0.25, 0.25, 9, 0.25, 0.3, 0.1, 0.6),),
                        isotonic=CurvePoints((0.25, 0.25), (0.3, 0.3)))
        ]),
        "300 bins": reliability_diagram([reliability([9] * 300, [i / 300 for i in range(300)])]),
        "no bins": reliability_diagram([Reliability("model", 0, ())]),
        "no curve": roc_curve([RankingCurve("model", CurvePoints((), ()))]),
        "a long walk": cumulative_difference([CumulativeDifference("model", long, 0.004)]),
        "six walks": cumulative_difference(
            [CumulativeDifference(f"model {i}", long, 0.004) for i in range(8)]
        ),
        "sixty groups": Picture("forest", "Groups", "Groups", (
            Forest("", "group", "loss, nats", (*groups[:20], *odd, *groups[20:]), 0.95, 0.4),
        ), width=800),
        "one group": Picture("forest", "Groups", "Groups", (
            Forest("", "group", "loss, nats", (Estimated("all", 0.4),)),
        ), width=800),
        "nothing finite": Picture("forest", "Groups", "Groups", (
            Forest("", "group", "loss, nats", odd[:2]),
        ), width=800),
        "all zero": Picture("forest", "Groups", "Groups", (
            Forest("", "group", "loss, nats", (Estimated("a", 0.0, 0.0, 0.0),), 0.95, 0.0, 0.0),
        ), width=800),
    }  # fmt: skip
