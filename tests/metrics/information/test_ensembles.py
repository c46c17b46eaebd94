"""The uncertainty of an ensemble, against mpmath and SciPy."""

import mpmath
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import entropy as scipy_entropy

import cecli

ends = st.sampled_from([0.0, 1e-90, 1e-17, 1.0 - 2.0**-53, 0.5 + 2.0**-40])
shares = st.floats(1e-90, 1.0) | ends


@pytest.fixture(autouse=True, scope="module")
def _digits():
    with mpmath.workdps(220):
        yield


def of(q):
    """Return the entropy of a distribution, exactly."""
    return -sum(x * mpmath.log(x) for x in q if x)


def exactly(rows):
    """Return the mean entropies of rows of members' distributions, and their difference."""
    total = within = mpmath.mpf(0)
    for members in rows:
        mean = [sum(each) / len(members) for each in zip(*members, strict=True)]
        total += of(mean) / len(rows)
        within += sum(map(of, members)) / len(members) / len(rows)
    return total, within, total - within


@settings(max_examples=80)
@example([(0.5, 0.5, 0.5 + 2.0**-40)])
@given(st.lists(st.tuples(shares, shares, shares), min_size=1, max_size=3))
def test_of_two_classes_all_digits_are_kept(rows):
    data = {name: list(column) for name, column in zip("abc", zip(*rows, strict=True), strict=True)}
    found = cecli.entropy(data, member=["a", "b", "c"])
    exact = [[(1 - mpmath.mpf(q), mpmath.mpf(q)) for q in row] for row in rows]
    total, within, apart = exactly(exact)
    assert found["entropy"] == pytest.approx(float(total), rel=2e-15, abs=1e-300)
    assert found["conditional_entropy"] == pytest.approx(float(within), rel=2e-15, abs=1e-300)
    assert found["mutual_information"] == pytest.approx(float(apart), rel=1e-12, abs=1e-40)
    assert found["mutual_information"] >= 0


def test_members_that_nearly_agree_keep_their_digits():
    q, step = 0.3, 2.0**-30
    found = cecli.entropy({"a": [q - step], "b": [q], "c": [q + step]}, member=["a", "b", "c"])
    exact = [[(1 - mpmath.mpf(x), mpmath.mpf(x)) for x in (q - step, q, q + step)]]
    assert found["mutual_information"] == pytest.approx(float(exactly(exact)[2]), rel=1e-12)


@pytest.mark.parametrize("members", [2, 3, 5])
def test_members_that_agree_have_no_mutual_information_at_all(members):
    q = np.array([0.1, 0.3, 1e-7, 1.0])
    data = {f"m{place}": q for place in range(members)}
    assert cecli.entropy(data, member=list(data))["mutual_information"] == 0


@pytest.fixture(scope="module")
def classes():
    """Return a table of three members over four classes, and its array of shape (M, n, K)."""
    rng = np.random.default_rng(0)
    q = rng.dirichlet(np.full(4, 0.5), (3, 300))
    columns = {f"m{m}_{k}": q[m, :, k] for m in range(3) for k in range(4)}
    return pd.DataFrame(columns).assign(half=np.arange(300) % 2), q


MEMBERS = ["m0_*", "m1_*", "m2_*"]


def test_of_several_classes_it_is_that_of_scipy(classes):
    data, q = classes
    found = cecli.entropy(data, member=MEMBERS, by="half")
    total = scipy_entropy(q.mean(axis=0), axis=1)
    within = scipy_entropy(q, axis=2).mean(axis=0)
    assert found["entropy"] == pytest.approx(total.mean(), rel=1e-13)
    assert found["conditional_entropy"] == pytest.approx(within.mean(), rel=1e-13)
    assert found["mutual_information"] == pytest.approx((total - within).mean(), rel=1e-12)
    assert found["efficiency"] == pytest.approx(total.mean() / np.log(4), rel=1e-13)
    of_groups = {group.key["half"]: group.metrics for group in found.groups}
    for half in (0, 1):
        expected = (total - within)[half::2].mean()
        assert of_groups[str(half)]["mutual_information"] == pytest.approx(expected, rel=1e-12)


def test_intervals_are_those_of_means_over_the_rows(classes):
    data, q = classes
    found = cecli.entropy(data, member=MEMBERS)
    terms = scipy_entropy(q.mean(axis=0), axis=1) - scipy_entropy(q, axis=2).mean(axis=0)
    expected = terms.std(ddof=1) / np.sqrt(len(terms))
    interval = found.intervals["mutual_information"]
    assert interval.se == pytest.approx(expected, rel=1e-10)
    assert interval.lower < found["mutual_information"] < interval.upper
    own, share = found.intervals["entropy"], found.intervals["efficiency"]
    assert (share.lower, share.upper) == pytest.approx(
        (own.lower / np.log(4), own.upper / np.log(4))
    )
    clustered = cecli.entropy(data, member=MEMBERS, cluster="half").intervals["entropy"]
    assert clustered.degrees == pytest.approx(1.0)


def test_classes_are_matched_by_name_and_logits_are_probabilities(classes):
    data, q = classes
    expected = cecli.entropy(data, member=MEMBERS)
    shuffled = data[sorted(data, key=lambda name: name[::-1])]
    assert cecli.entropy(shuffled, member=MEMBERS).metrics == pytest.approx(expected.metrics)
    logits = {f"m{m}_{k}": np.log(q[m, :, k]) + m for m in range(3) for k in range(4)}
    of_logits = cecli.entropy(logits, member=MEMBERS, scale="logit")
    assert of_logits.metrics == pytest.approx(expected.metrics, rel=1e-12)


def test_logits_near_certainty_keep_their_digits():
    z = [[40.0, 42.0], [-700.0, 3.0], [30.0, -30.0]]
    a, b = zip(*z, strict=True)
    found = cecli.entropy({"a": list(a), "b": list(b)}, member=["a", "b"], scale="logit")

    def two(x):
        return 1 / (1 + mpmath.exp(x)), 1 / (1 + mpmath.exp(-mpmath.mpf(x)))

    total, within, apart = exactly([[two(x) for x in row] for row in z])
    assert found["entropy"] == pytest.approx(float(total), rel=1e-15)
    assert found["conditional_entropy"] == pytest.approx(float(within), rel=1e-15)
    assert found["mutual_information"] == pytest.approx(float(apart), rel=1e-13)


def test_a_member_without_a_class_or_a_sum_is_named(classes):
    data, _ = classes
    with pytest.raises(cecli.ColumnError, match=r"the classes differ: 'm1_\*' has no class '3'"):
        cecli.entropy(data.drop(columns="m1_3"), member=MEMBERS)
    with pytest.raises(cecli.InputError, match=r"the probabilities of m2_\* add up to"):
        cecli.entropy(data.assign(m2_0=0.0), member=MEMBERS)
