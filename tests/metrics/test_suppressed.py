"""Small groups that are counted together: none follows by difference."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cecli
from cecli.core.errors import UsageError
from cecli.metrics.suppressed import SUPPRESSED, shown

SIZES = {"a": 90, "b": 60, "c": 40, "d": 7, "e": 5}
HIDDEN = ("d", "e")
TOGETHER = sum(SIZES[name] for name in HIDDEN)


def columns(seed=0, sizes=SIZES):
    draw = np.random.default_rng(seed)
    rows = sum(sizes.values())
    p = draw.uniform(0.01, 0.99, rows)
    return {
        "y": (draw.uniform(size=rows) < p).astype(int),
        "p": p,
        "q": draw.uniform(0.01, 0.99, rows),
        "s": np.repeat(list(sizes), list(sizes.values())),
        "u": draw.integers(0, 12, rows),
    }


def together(found):
    """Return the same columns with the small groups as one."""
    return {**found, "s": np.where(np.isin(found["s"], HIDDEN), SUPPRESSED, found["s"])}


counts = st.dictionaries(st.tuples(st.text(max_size=2)), st.integers(1, 60), max_size=8)


@given(counts, st.integers(2, 40))
def test_what_is_not_shown_is_nothing_or_as_many_rows_as_a_shown_group(rows, least):
    found = shown(rows, least)
    hidden = rows.keys() - found
    assert all(rows[key] >= least for key in found)
    together = sum(rows[key] for key in hidden)
    # If all groups are hidden, they are all rows, whose number everyone knows.
    assert not hidden or together >= least or not found
    assert len(hidden) != 1 or not found
    small = {key for key, number in rows.items() if number < least}
    assert small <= hidden
    assert not (hidden - small) or sum(rows[key] for key in small) < least


SAME = {"by": "s", "min_group": TOGETHER}


@pytest.mark.parametrize("extra", [{}, {"cluster": "u"}])
@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("score", {"label": "y", "prob": "p"}),
        ("compare", {"label": "y", "prob": ["p", "q"]}),
        ("kl", {"p": "p", "q": "q"}),
        ("entropy", {"prob": "p"}),
        ("calibration", {"label": "y", "prob": "p", "draws": 0}),
    ],
)
def test_a_report_has_the_groups_of_rows_that_were_one_group_before(command, options, extra):
    run, data = getattr(cecli, command), columns()
    found = run(data, **options, **extra, **SAME)
    other = run(together(data), **options, **extra, by="s").to_dict()
    assert found.to_dict()["groups"] == other["groups"]
    assert found.metrics == other["metrics"]
    told = [notice.message for notice in found.notices if notice.code == "suppressed"]
    assert len(told) == 1
    assert f"{TOGETHER} rows" in told[0]


@pytest.mark.parametrize("extra", [{}, {"cluster": "u"}])
def test_nothing_is_counted_together_where_all_groups_are_large_enough(extra):
    options = {"label": "y", "prob": "p", "by": "s", **extra}
    least = min(SIZES.values())
    found = cecli.score(columns(), **options, min_group=least)
    assert found.groups == cecli.score(columns(), **options).groups
    assert len(found.groups) == len(SIZES)
    assert not [notice for notice in found.notices if notice.code == "suppressed"]


def test_replicates_of_groups_are_counted_together_too():
    options = {"label": "y", "prob": "p", "cluster": "u", "bootstrap": 100}
    found = cecli.score(columns(), **options, **SAME).to_dict()["groups"]
    assert found == cecli.score(together(columns()), **options, by="s").to_dict()["groups"]


@pytest.mark.parametrize("command", ["score", "calibration"])
def test_a_state_has_no_small_group_and_merges(command, tmp_path):
    run, options = getattr(cecli, command), {"label": "y", "prob": "p", **SAME}
    paths = [str(tmp_path / f"{seed}.state") for seed in range(2)]
    for seed, path in enumerate(paths):
        sizes = {f"{name}{name}{name}": size for name, size in SIZES.items()}
        run(columns(seed, sizes), save_state=path, **options)
        content = (tmp_path / f"{seed}.state").read_bytes()
        assert b"ddd" not in content
    merged = cecli.merge(paths)
    sizes = {group.key["s"]: group.rows for group in merged.groups}
    assert sizes[SUPPRESSED] == 2 * TOGETHER
    assert sizes["ccc"] == 2 * SIZES["c"]


def test_merging_can_count_small_groups_together(tmp_path):
    options = {"label": "y", "prob": "p", "by": "s"}
    files, paths = [], []
    for seed in range(2):
        files.append(str(tmp_path / f"{seed}.csv"))
        paths.append(str(tmp_path / f"{seed}.state"))
        found = columns(seed)
        with (tmp_path / f"{seed}.csv").open("w") as file:
            csv.writer(file).writerows([[*found], *zip(*found.values(), strict=True)])
        cecli.score(files[-1], save_state=paths[-1], **options)
    total = str(tmp_path / "total.state")
    merged = cecli.merge(paths, min_group=20, save_state=total)
    assert merged.to_json() == cecli.score(files, **options, min_group=20).to_json()
    assert cecli.merge(total).to_json() == merged.to_json()
    with pytest.raises(UsageError, match="counted together already"):
        cecli.merge(total, min_group=10)


def test_misuse_is_told(tmp_path):
    data, named = columns(), {"label": "y", "prob": "p"}
    with pytest.raises(UsageError, match="--min-group needs --by"):
        cecli.score(data, min_group=5, **named)
    with pytest.raises(UsageError, match="--min-group and --cluster"):
        cecli.score(data, cluster="u", save_state=str(tmp_path / "a"), **named, **SAME)
    cecli.score(data, save_state=str(tmp_path / "a"), **named)
    with pytest.raises(UsageError, match="needs states with --by"):
        cecli.merge(str(tmp_path / "a"), min_group=5)
