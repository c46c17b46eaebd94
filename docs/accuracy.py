"""Write docs/accuracy.md: cases that are easily got wrong, computed by several libraries.

Run it from the repository, with the test extra installed: python docs/accuracy.py
"""

import math
import warnings
from importlib.metadata import version
from pathlib import Path

import mpmath
import numpy as np
from scipy.spatial.distance import jensenshannon
from scipy.special import kl_div, rel_entr
from scipy.stats import entropy
from sklearn.metrics import log_loss

import cecli

mpmath.mp.dps = 60
HERE = Path(__file__).parent
HEAD = """# Accuracy, side by side

Each row is one small case. mpmath computed `exact` with 60 digits, and the error of an answer is
relative to it. The table is written by `docs/accuracy.py`; versions: {versions}.

| case | exact | cecli | error | others | error |
|---|---|---|---|---|---|
"""
NOTES = """
- **Clipping.** scikit-learn clips probabilities without saying so, which bounds the loss of an
  overconfident model: 36.04 is -ln of the spacing of float64 at 1. cecli reports the loss that was
  incurred, also where it is infinite, and clips only with `--clip`.
- **1 - q** is rounded to 1 for q below 1.1e-16. The whole loss of a true negative is then lost.
  cecli computes ln(1 - q) as log1p(-q).
- **KL near equality.** A sum of p ln(p/q) is a small difference of large terms. cecli writes each
  term as p·(x - ln(1 + x)) with x = (q - p)/p, and expands it for small x.
- **Logits.** Turned into probabilities, they saturate at 37, where 1 - q is 0. cecli computes
  softplus.
- **Long sums** are exact: they depend neither on the order of the rows nor on their number.
- **Shares near 1.** `--normalize` keeps each ratio until its logarithm, so that amounts of 1 and
  1e12 cost 1e-12, not the rounding of a share to 1. Percentages take ln(1 - q) from the percentage.
- **The same bits everywhere.** Exponentials, logarithms and what is made of them use additions,
  multiplications, divisions and square roots alone, which IEEE 754 rounds in one way. So a report
  has the same digits on every 64-bit Intel, AMD or ARM processor, with any vector instructions,
  with any C library or BLAS, and with the compiled parts or without them.
"""


def error(value, exact):
    if value == exact:
        return "none"
    if mpmath.isinf(exact) or not math.isfinite(value):
        return "infinite"
    size = float(abs(mpmath.mpf(value) - exact) / abs(exact))
    return "none" if size < 2.3e-16 else f"{size:.1e}"


def binary_kl(p, q):
    p, q = mpmath.mpf(p), mpmath.mpf(q)
    return p * mpmath.log(p / q) + (1 - p) * mpmath.log((1 - p) / (1 - q))


def score(y, q, **options):
    return cecli.score({"y": [y], "p": [q]}, **options)["cross_entropy"]


def sklearn_loss(y, q):
    return float(log_loss([y], [q], labels=[0, 1]))


def losses():
    """Yield (case, exact, ours, their name, theirs) for single losses."""
    name = "sklearn log_loss"
    for y, q, exact in (
        (0, 3e-17, -mpmath.log1p(-mpmath.mpf(3e-17))),
        (0, 1e-300, -mpmath.log1p(-mpmath.mpf(1e-300))),
        (1, 1e-300, -mpmath.log(mpmath.mpf(1e-300))),
        (1, 0.0, mpmath.inf),
    ):
        yield f"log loss, y = {y}, q = {q:g}", exact, score(y, q), name, sklearn_loss(y, q)
    for z in (40.0, 800.0):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            q = float(1 / (1 + np.exp(-z)))
            theirs = float(-np.log(1 - q))
        exact = mpmath.log1p(mpmath.exp(mpmath.mpf(z)))
        yield (
            f"log loss, y = 0, logit {z:g}",
            exact,
            score(0, z, scale="logit"),
            "by sigmoid",
            theirs,
        )


def divergences():
    """Yield the same for divergences of neighbouring distributions."""
    p = 0.3
    for exponent in (20, 27, 40, 52):
        q = p * (1 + 2.0**-exponent)
        pair = np.array([p, 1 - p]), np.array([q, 1 - q])
        exact = binary_kl(p, q)
        ours = cecli.kl({"p": [p], "q": [q]}, p="p", q="q")
        case = f"p = 0.3, q = p·(1 + 2^-{exponent})"
        yield f"KL, {case}", exact, ours["kl"], "scipy rel_entr", float(rel_entr(*pair).sum())
        yield f"KL, {case}", exact, ours["kl"], "scipy kl_div", float(kl_div(*pair).sum())
        yield f"KL, {case}", exact, ours["kl"], "scipy entropy", float(entropy(*pair))
    with mpmath.workdps(60):
        a, b = mpmath.mpf(p), mpmath.mpf(p * (1 + 2.0**-27))
        mean = (a + b) / 2
        exact = mpmath.sqrt((binary_kl(a, mean) + binary_kl(b, mean)) / 2)
    q = p * (1 + 2.0**-27)
    ours = cecli.kl({"p": [p], "q": [q]}, p="p", q="q")["js_distance"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = float(jensenshannon([p, 1 - p], [q, 1 - q]))
    yield "JS distance, q = p·(1 + 2^-27)", exact, ours, "scipy jensenshannon", theirs


def sums():
    """Yield the same for means of many losses."""
    n = 10**6
    q = np.full(n, 0.9)
    ours = cecli.score({"y": np.ones(n), "p": q})["cross_entropy"]
    exact = mpmath.mpf(float(-np.log(0.9)))
    theirs = float(np.cumsum(-np.log(q))[-1] / n)
    yield "mean of 10^6 equal losses", exact, ours, "running sum", theirs


def main():
    rows = [
        f"| {case} | {mpmath.nstr(exact, 6)} | {ours:.6g} | {error(ours, exact)} "
        f"| {name}: {theirs:.6g} | {error(theirs, exact)} |"
        for group in (losses(), divergences(), sums())
        for case, exact, ours, name, theirs in group
    ]
    names = ("numpy", "scipy", "scikit-learn", "mpmath")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    text = HEAD.format(versions=versions) + "\n".join(rows) + "\n" + NOTES
    (HERE / "accuracy.md").write_text(text)


if __name__ == "__main__":
    main()
