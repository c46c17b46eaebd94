"""Every metric of a report, from its definition in the documentation, in mpmath, row by row.

Nothing is shared with the package, and nothing is clever: with 700 digits, which the caller has to
set, logarithms, differences and sums lose none that a float64 has. A row is a list of weights of
classes; of two classes, the positive one is the last.
"""

from typing import NamedTuple

import mpmath
from mpmath import mpf

DIGITS = 700
INFINITE = mpmath.inf
# Below it, floats have fewer digits: so has what is divided by them, and so has their root.
SMALLEST_NORMAL = mpf(2) ** -1022
SMALLEST_ROOT = mpf("1e-146")
SMALLEST_FLOAT = mpf(2) ** -1074
INFORMATION = {
    *("cross_entropy", "log_likelihood", "target_entropy", "kl", "base_rate_entropy"),
    *("prediction_entropy", "entropy", "entropy_miller_madow", "conditional_entropy"),
    *("mutual_information", "given_entropy", "reverse_kl", "jeffreys", "js_divergence", "kl_max"),
    "identity_residual",
}


class Exact(NamedTuple):
    """The exact value of a metric; its error is judged in units of the last place of `scale`.

    The scale is the value, but for what is by its definition a difference, or a power.
    """

    value: mpf | None
    scale: mpf | None


def plain(value):
    return Exact(value, None if value is None else abs(value))


def log_of(x):
    return mpmath.log(x) if x else -INFINITE


def times_log(x, y):
    """Return x ln y, where 0 ln 0 = 0."""
    return x * log_of(y) if x else mpf(0)


def cross_entropy(p, q):
    return -sum((times_log(a, b) for a, b in zip(p, q, strict=True)), mpf(0))


def entropy(p):
    return cross_entropy(p, p)


def kl(p, q):
    """Return Σ p ln(p/q)."""
    total = mpf(0)
    for a, b in zip(p, q, strict=True):
        if a and not b:
            return INFINITE
        if a:
            total += a * mpmath.log(a / b)
    return total


def js_divergence(p, q):
    middle = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    return (kl(p, middle) + kl(q, middle)) / 2


def total_variation(p, q):
    return sum(abs(a - b) for a, b in zip(p, q, strict=True)) / 2


def hellinger(p, q):
    roots = ((mpmath.sqrt(a) - mpmath.sqrt(b)) ** 2 for a, b in zip(p, q, strict=True))
    return mpmath.sqrt(sum(roots) / 2)


def brier(t, q):
    """Return Σ (q − t)² over all classes; of two classes, over the positive one."""
    squares = [(b - a) ** 2 for a, b in zip(t, q, strict=True)]
    return squares[-1] if len(squares) == 2 else sum(squares)


def hits(t, q):
    """Return the share of the label that has the largest probability; of two, a tie is positive."""
    best = [k for k, b in enumerate(q) if b == max(q)]
    if len(q) == 2:
        best = best[-1:]
    return sum(t[k] for k in best) / len(best)


def mean(x, w):
    if any(mpmath.isinf(a) for a in x):
        return INFINITE
    return sum(a * b for a, b in zip(x, w, strict=True)) / sum(w)


def effective_rows(w):
    return sum(w) ** 2 / sum(a * a for a in w)


def power(exponent):
    """Return exp of it. An error of the exponent is one of the value, times the exponent."""
    if mpmath.isinf(exponent):
        return Exact(INFINITE, INFINITE)
    exponent = min(exponent, mpf(10**6))  # which is beyond all floats
    return Exact(mpmath.exp(exponent), mpmath.exp(exponent) * (1 + exponent))


def skill(loss, constant):
    """Return skill and normalized entropy: neither is defined if a constant loses nothing."""
    if constant < SMALLEST_FLOAT / 2:
        return {"skill": plain(None), "normalized_entropy": plain(None)}
    ratio = loss / constant
    scale = ratio * max(1, SMALLEST_NORMAL / constant)
    return {
        "skill": Exact(1 - ratio, max(mpf(1), scale)),
        "normalized_entropy": Exact(ratio, scale),
    }


def scored(t, q, w, base_rate=None):
    """Return the metrics of `score` of targets and predictions."""
    losses = [cross_entropy(a, b) for a, b in zip(t, q, strict=True)]
    loss, classes = mean(losses, w), range(len(t[0]))
    rates = [mean([row[k] for row in t], w) for k in classes]
    constant = entropy(rates)
    reference = constant if base_rate is None else cross_entropy(rates, [1 - base_rate, base_rate])
    found = {
        "cross_entropy": plain(loss),
        "log_likelihood": plain(-loss * sum(w)),
        "perplexity": power(loss),
        "target_entropy": plain(mean([entropy(a) for a in t], w)),
        "kl": plain(mean([kl(a, b) for a, b in zip(t, q, strict=True)], w)),
        "base_rate_entropy": plain(constant),
        "prediction_entropy": plain(mean([entropy(b) for b in q], w)),
        "brier": plain(mean([brier(a, b) for a, b in zip(t, q, strict=True)], w)),
        "accuracy": plain(mean([hits(a, b) for a, b in zip(t, q, strict=True)], w)),
        "effective_rows": plain(effective_rows(w)),
        **skill(loss, reference),
    }
    if not mpmath.isinf(loss):
        total = loss * sum(w)
        found["top_row_loss_share"] = plain(
            max(a * b for a, b in zip(losses, w, strict=True)) / total if total else None
        )
    if len(classes) == 2:
        predicted = mean([row[-1] for row in q], w)
        found |= {
            "base_rate": plain(rates[-1]),
            "mean_prediction": plain(predicted),
            "observed_expected": plain(rates[-1] / predicted if predicted else None),
        }
    return found


def of_class(t, q, w, k):
    """Return the metrics of the rows of one class, to which a row belongs by its target."""
    rate, predicted = (mean([row[k] for row in rows], w) for rows in (t, q))
    weights = [a * row[k] for a, row in zip(w, t, strict=True)]
    members = [i for i, weight in enumerate(weights) if weight]
    loss = None
    if members:
        loss = mean([-log_of(q[i][k]) for i in members], [weights[i] for i in members])
    return {
        "base_rate": plain(rate),
        "mean_prediction": plain(predicted),
        "observed_expected": plain(rate / predicted if predicted else None),
        "cross_entropy": plain(loss),
    }


def diverged(p, q, w, threshold=None):
    """Return the metrics of `kl`, as means over the rows."""
    pairs = list(zip(p, q, strict=True))
    losses = [cross_entropy(a, b) for a, b in pairs]
    there, back = [kl(a, b) for a, b in pairs], [kl(b, a) for a, b in pairs]
    js = [js_divergence(a, b) for a, b in pairs]
    distance = mean([mpmath.sqrt(a) for a in js], w)
    found = {
        "cross_entropy": plain(mean(losses, w)),
        "entropy": plain(mean([entropy(a) for a in p], w)),
        "kl": plain(mean(there, w)),
        "reverse_kl": plain(mean(back, w)),
        "jeffreys": plain(mean([a + b for a, b in zip(there, back, strict=True)], w)),
        "js_divergence": plain(mean(js, w)),
        "js_distance": Exact(distance, max(distance, SMALLEST_ROOT)),
        "total_variation": plain(mean([total_variation(a, b) for a, b in pairs], w)),
        "hellinger": plain(mean([hellinger(a, b) for a, b in pairs], w)),
        "kl_max": plain(max(there)),
        "effective_rows": plain(effective_rows(w)),
    }
    if not mpmath.isinf(mean(losses, w)):
        found["identity_residual"] = Exact(mpf(0), mean(losses, w))
    if threshold is not None:
        found["kl_above"] = plain(mean([mpf(a > threshold) for a in there], w))
    return found


def diverged_over_rows(p, q):
    """Return the metrics of `kl` of two distributions over the rows."""
    found = diverged([p], [q], [mpf(1)])
    return {
        name: exact for name, exact in found.items() if name not in {"kl_max", "effective_rows"}
    }


def shares_of(keys, w):
    """Return the share of the weight that each key has."""
    weights = {}
    for key, weight in zip(keys, w, strict=True):
        if weight:
            weights[key] = weights.get(key, mpf(0)) + weight
    return [weight / sum(w) for weight in weights.values()]


def counted(values, w, given=None):
    """Return the metrics of `entropy` of counted values, and what another column tells of them."""
    shares = shares_of(values, w)
    found = {
        "entropy": plain(entropy(shares)),
        "entropy_miller_madow": plain(
            entropy(shares) + mpf(len(shares) - 1) / (2 * effective_rows(w))
        ),
        "perplexity": power(entropy(shares)),
        "categories": plain(mpf(len(shares))),
        "effective_rows": plain(effective_rows(w)),
    }
    if len(shares) > 1:
        found["efficiency"] = plain(entropy(shares) / mpmath.log(len(shares)))
    if given is not None:
        both = entropy(shares_of(list(zip(values, given, strict=True)), w))
        known = entropy(shares_of(given, w))
        found |= {
            "conditional_entropy": Exact(both - known, both),
            "mutual_information": Exact(entropy(shares) - both + known, both),
            "given_entropy": plain(known),
        }
    return found


def tokens(log_probs, lengths):
    """Return the metrics of `score` of log-probabilities of tokens, of so many bytes each."""
    loss = -sum(log_probs) / len(log_probs)
    bits = -sum(log_probs) / sum(lengths) / mpmath.log(2)
    return {
        "cross_entropy": plain(loss),
        "log_likelihood": plain(sum(log_probs)),
        "perplexity": power(loss),
        "bits_per_byte": plain(bits),
        "byte_perplexity": Exact(2**bits, 2**bits * (1 + bits)),
        "effective_rows": plain(mpf(len(log_probs))),
    }


def in_bits(found):
    """Return metrics in bits: all that is information."""
    nats = dict.fromkeys(INFORMATION, mpmath.log(2)) | {"js_distance": mpmath.sqrt(mpmath.log(2))}
    return {name: divided(exact, nats.get(name, mpf(1))) for name, exact in found.items()}


def divided(exact, unit):
    return exact if exact.value is None else Exact(exact.value / unit, exact.scale / unit)
