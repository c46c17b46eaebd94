"""Random options and random data for cecli, each with what the definitions say of it."""

import random
from typing import NamedTuple

import definitions
import mpmath
import numpy as np
from mpmath import mpf
from random_inputs import (
    SCALES,
    clipped,
    distribution,
    exactly,
    meaning,
    neighbour,
    number,
    probability,
    weights,
)


class Case(NamedTuple):
    """A call, and the exact metrics of all rows, of groups and of classes."""

    command: str
    data: dict
    options: dict
    exact: dict
    groups: dict
    classes: dict


def weighted(data: dict, options: dict, found: list[float] | None, rows: int) -> list[mpf]:
    """Add a column of weights, if there are any, and return those that count."""
    if found is None:
        return [mpf(1)] * rows
    data["w"], options["weight"] = np.array(found), "w"
    return exactly(found)


def new_options(r: random.Random, **options) -> dict:
    """Return options with units, perhaps."""
    return {**options, "units": "bits"} if r.random() < 0.3 else options


def in_units(options: dict, found: dict) -> dict:
    """Return metrics in the chosen units."""
    return definitions.in_bits(found) if "units" in options else found


def by_groups(r: random.Random, data: dict, options: dict, rows: int) -> dict:
    """Choose a column of groups, perhaps, and return the rows of each."""
    if r.random() < 0.6:
        return {}
    names = [r.choice("xyz") for _ in range(rows)]
    data["g"], options["by"] = np.array(names, dtype=object), "g"
    return {name: [i for i in range(rows) if names[i] == name] for name in sorted(set(names))}


def columns(role: str, names, table: list[list[float]]) -> dict:
    """Return the columns of a table, a column for each class."""
    return {f"{role}_{name}": np.array([row[k] for row in table]) for k, name in enumerate(names)}


def only(rows, *some):
    return [[column[i] for i in rows] for column in some]


def parts_of(options, tell, given, w, groups, classes=()):
    """Return the metrics of all rows, of the groups and of the classes, in the chosen units."""
    counted = [i for i, weight in enumerate(w) if weight]
    everything = tell(*only(counted, *given, w))
    total = everything["cross_entropy"].value * sum(w)
    of_groups = {}
    for name, rows in groups.items():
        inside = [i for i in rows if w[i]]
        if inside:
            of_groups[name] = tell(*only(inside, *given, w))
            loss = of_groups[name]["cross_entropy"].value * sum(w[i] for i in inside)
            if total and not mpmath.isinf(total) and "log_likelihood" in everything:
                of_groups[name]["loss_share"] = definitions.plain(loss / total)
    of_classes = {
        name: definitions.of_class(*only(counted, *given, w), k) for k, name in enumerate(classes)
    }
    return (
        in_units(options, everything),
        {name: in_units(options, found) for name, found in of_groups.items()},
        {name: in_units(options, found) for name, found in of_classes.items()},
    )


def with_rounding(found: dict, is_plain: bool) -> dict:
    """Return metrics of predictions that may be rounded before a soft target is subtracted.

    An error ε of q is one of (q − t) ε in the square of q − t, and in KL.
    """
    values = {} if is_plain else {name: found[name].value for name in ("brier", "kl")}
    differences = {
        name: definitions.Exact(value, max(value, mpmath.sqrt(value)))
        for name, value in values.items()
    }
    return found | differences


def binary(r: random.Random) -> Case:
    rows, scale, options = r.choice([1, 2, 3, 5, 12]), r.choice(SCALES), new_options(r, prob="p")
    numbers = [number(r, scale) for _ in range(rows)]
    data, given = {"p": np.array(numbers)}, numbers
    if scale != "probability":
        options["scale"] = scale
    if scale in {"probability", "percent"} and r.random() < 0.2:
        options["clip"] = r.choice([0.01, 1e-6, 1e-15])
        given = [clipped(x, scale, options["clip"]) for x in numbers]
    q = [meaning(x, scale) for x in given]
    if r.random() < 0.3:
        data["t"], options["target"] = np.array([probability(r) for _ in range(rows)]), "t"
        t = [meaning(x, "probability") for x in data["t"].tolist()]
    else:
        data["y"], options["label"] = np.array([r.randrange(2) for _ in range(rows)]), "y"
        t = [[mpf(1 - y), mpf(y)] for y in data["y"].tolist()]
    base_rate = None
    if r.random() < 0.2:
        options["base_rate"] = r.random()
        base_rate = mpf(options["base_rate"])
    w = weighted(data, options, weights(r, rows), rows)
    groups = by_groups(r, data, options, rows)

    def tell(t, q, w):
        is_plain = scale == "probability" or "label" in options
        return with_rounding(definitions.scored(t, q, w, base_rate), is_plain)

    return Case("score", data, options, *parts_of(options, tell, (t, q), w, groups))


def multiclass(r: random.Random) -> Case:
    rows, classes = r.choice([1, 2, 4, 9]), r.choice([3, 4, 6])
    names, options = [f"c{k}" for k in range(classes)], new_options(r, prob="p_*")
    kind = r.choice(["probability", "probability", "counts", "logit"])
    if kind == "logit":
        options["scale"] = "logit"
        numbers = [[r.gauss(0, r.choice([1, 30])) for _ in names] for _ in range(rows)]
        powers = [[mpmath.exp(mpf(z)) for z in row] for row in numbers]
        q = [[x / sum(row) for x in row] for row in powers]
    elif kind == "counts":
        options["normalize"] = True
        numbers = [[float(r.randrange(1, 1000)) for _ in names] for _ in range(rows)]
        q = [[mpf(x) / sum(exactly(row)) for x in row] for row in numbers]
    else:
        numbers = [distribution(r, classes) for _ in range(rows)]
        q = [exactly(row) for row in numbers]
    data = columns("p", names, numbers)
    if r.random() < 0.3:
        soft = [distribution(r, classes) for _ in range(rows)]
        data |= columns("t", names, soft)
        options["target"] = "t_*"
        t = [exactly(row) for row in soft]
    else:
        labels = [r.randrange(classes) for _ in range(rows)]
        data["y"], options["label"] = np.array([names[k] for k in labels], dtype=object), "y"
        t = [[mpf(k == y) for k in range(classes)] for y in labels]
    w = weighted(data, options, weights(r, rows), rows)
    groups = by_groups(r, data, options, rows)

    def tell(t, q, w):
        return with_rounding(definitions.scored(t, q, w), kind == "probability")

    return Case("score", data, options, *parts_of(options, tell, (t, q), w, groups, names))


def divergence(r: random.Random) -> Case:
    rows, options = r.choice([1, 2, 4, 9]), new_options(r)
    if r.random() < 0.6:
        scale = r.choice(SCALES)
        options |= {"p": "p", "q": "q", "scale": scale}
        left = [number(r, scale) for _ in range(rows)]
        near = scale != "percent" and r.random() < 0.4
        right = [neighbour(r, x, scale) if near else number(r, scale) for x in left]
        data = {"p": np.array(left), "q": np.array(right)}
        p, q = ([meaning(x, scale) for x in some] for some in (left, right))
    else:
        classes = r.choice([3, 5])
        options |= {"p": "p_*", "q": "q_*"}
        left = [distribution(r, classes) for _ in range(rows)]
        right = [r.choice([distribution(r, classes), row]) for row in left]
        data = columns("p", range(classes), left) | columns("q", range(classes), right)
        p, q = [exactly(row) for row in left], [exactly(row) for row in right]
    threshold = None
    if r.random() < 0.3:
        options["threshold"] = r.random()
        threshold = mpf(options["threshold"])
        if "units" in options:
            threshold *= mpmath.log(2)
    w = weighted(data, options, weights(r, rows), rows)
    groups = by_groups(r, data, options, rows)

    def tell(p, q, w):
        return definitions.diverged(p, q, w, threshold)

    found = parts_of(options, tell, (p, q), w, groups)
    for group in found[1].values():
        group.pop("kl_max")
    return Case("kl", data, options, *found)


def over_rows(r: random.Random) -> Case:
    rows, options = r.choice([2, 3, 10]), new_options(r, p="p", q="q", over_rows=True)
    if r.random() < 0.5:
        options["normalize"] = True
        p, q = ([float(r.randrange(1, 100)) for _ in range(rows)] for _ in range(2))
    else:
        p, q = (distribution(r, rows) for _ in range(2))
    shares = [[mpf(x) / sum(exactly(each)) for x in each] for each in (p, q)]
    whole = in_units(options, definitions.diverged_over_rows(*shares))
    return Case("kl", {"p": np.array(p), "q": np.array(q)}, options, whole, {}, {})


def counting(r: random.Random) -> Case:
    rows, options = r.choice([1, 2, 5, 30]), new_options(r, column="x")
    values, given = ([r.choice(some) for _ in range(rows)] for some in ("abcd", "uv"))
    data = {"x": np.array(values, dtype=object)}
    if r.random() < 0.5:
        data["g"], options["given"] = np.array(given, dtype=object), "g"
    else:
        given = None
    w = weighted(data, options, weights(r, rows), rows)
    whole = in_units(options, definitions.counted(values, w, given))
    return Case("entropy", data, options, whole, {}, {})


def mean_entropy(r: random.Random) -> Case:
    rows, scale = r.choice([1, 2, 5]), r.choice(SCALES)
    numbers = [number(r, scale) for _ in range(rows)]
    options = new_options(r, prob="p", scale=scale)
    entropies = [definitions.entropy(meaning(x, scale)) for x in numbers]
    found = {"entropy": definitions.plain(definitions.mean(entropies, [mpf(1)] * rows))}
    whole = in_units(options, found)
    return Case("entropy", {"p": np.array(numbers)}, options, whole, {}, {})


def language(r: random.Random) -> Case:
    rows, options = r.choice([1, 2, 5, 30]), new_options(r, log_prob="lp", n_bytes="b")
    log_probs = [-r.choice([r.expovariate(1), r.uniform(0, 40), 0.0]) for _ in range(rows)]
    lengths = [r.randrange(1, 9) for _ in range(rows)]
    data = {"lp": np.array(log_probs), "b": np.array(lengths)}
    groups = by_groups(r, data, options, rows)

    def tell(log_probs, lengths, w):
        return definitions.tokens(log_probs, lengths)

    given = exactly(log_probs), exactly(lengths)
    found = parts_of(options, tell, given, [mpf(1)] * rows, groups)
    return Case("score", data, options, *found)


KINDS = (
    *(binary, binary, multiclass, divergence, divergence),
    *(over_rows, counting, mean_entropy, language),
)


def case(seed: int, number: int) -> Case:
    """Return a case; it depends on nothing else."""
    r = random.Random(f"{seed} {number}")
    with mpmath.workdps(definitions.DIGITS):
        return KINDS[number % len(KINDS)](r)
