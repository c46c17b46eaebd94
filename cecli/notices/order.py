"""A notice if ordered classes seem not to be in their order.

The order of classes is that of their columns, and many tools write columns in the order of the
alphabet, so that "10" precedes "2", and "high" precedes "low".
"""

import re
from collections.abc import Sequence

from cecli.columns.column import listed
from cecli.core.plan import Noticing
from cecli.report.result import Notice

# Words in an order that everybody gives them.
ORDERS = (
    "lowest, very low, low, medium low, medium, medium high, high, very high, highest",
    "low, moderate, high, very high, extreme",
    "very small, small, medium, large, very large",
    "none, minimal, mild, moderate, severe, critical",
    "very bad, bad, poor, fair, average, good, very good, excellent",
    "never, rarely, sometimes, often, always",
    "strongly disagree, disagree, neutral, agree, strongly agree",
    "very negative, negative, neutral, positive, very positive",
    "loss, draw, win",
    "lose, draw, win",
    "home, draw, away",
    "cold, cool, mild, warm, hot",
)
NUMBER = re.compile(r"^-?\d+(?:\.\d+)?|\d+(?:\.\d+)?")

BETWEEN = re.compile(r"[\s_-]+")


def order_of_classes(classes: Sequence[str]) -> Noticing:
    """Return the watch over the order of ordered classes."""
    doubt = doubt_of_order(classes)
    message = (
        f"rps takes the classes in the order of their columns, {listed(classes)}: {doubt}; if it "
        "is not theirs, --classes names them in order, or put the columns of the input in order"
    )
    return Noticing((), lambda _: Notice("order-of-classes", message) if doubt else None)


def doubt_of_order(classes: Sequence[str]) -> str:
    """Return why classes may not be in their order; empty if nothing says so.

    Examples
    --------
    >>> doubt_of_order(["low", "medium", "high"]), doubt_of_order(["1", "2", "10"])
    ('', '')
    >>> doubt_of_order(["high", "low", "medium"])
    "the usual order is 'low', 'medium', 'high'"
    >>> doubt_of_order(["1", "10", "2"])
    'their numbers neither rise nor fall'
    >>> doubt_of_order(["cat", "dog", "horse"])
    'that of the alphabet'
    """
    numbers = [float(found[0]) for found in map(NUMBER.search, classes) if found]
    if len(numbers) == len(classes):
        return "" if _is_monotone(numbers) else "their numbers neither rise nor fall"
    names = [" ".join(BETWEEN.split(name.strip().casefold())) for name in classes]
    for order in (order.split(", ") for order in ORDERS):
        if set(names) <= set(order):
            places = [order.index(name) for name in names]
            usual = [classes[places.index(place)] for place in sorted(places)]
            return "" if _is_monotone(places) else f"the usual order is {listed(usual)}"
    # Two classes are in order either way, and grades are letters.
    is_alphabetical = names == sorted(names) and len(names) > 2 and max(map(len, names)) > 1
    return "that of the alphabet" if is_alphabetical else ""


def _is_monotone(values: Sequence[float]) -> bool:
    ascending = sorted(values)
    return list(values) in (ascending, ascending[::-1])
