"""Rows of weight 0 in a join by key do not count, and neither do their partners."""

import numpy as np
import pandas as pd
import pytest

import cecli
from cecli.join import by_key

N = 200
RANDOM = np.random.default_rng(4)
FIRST = pd.DataFrame(
    {
        "id": [f"k{k}" for k in range(N)],
        "y": RANDOM.integers(0, 2, N).astype(str),
        "p": RANDOM.uniform(0.1, 0.9, N),
        "w": RANDOM.integers(0, 3, N).astype(float),
        "u": RANDOM.choice(["a", "b", "c"], N),
    }
)
# A wrong value in a row that does not count is no error.
FIRST.loc[FIRST.index[FIRST["w"] == 0.0][0], "y"] = "none"
SECOND = FIRST[["id", "p"]].assign(p=RANDOM.uniform(0.1, 0.9, N)).sample(frac=1.0, random_state=0)
ASKED = {"label": "y", "prob": "p", "id": "id", "weight": "w", "by": "u"}


@pytest.mark.parametrize("most", [by_key.MOST_BYTES, 0])
@pytest.mark.parametrize("chunk_bytes", [1 << 20, 700])
def test_their_partners_are_not_missed(most, chunk_bytes, monkeypatch, tmp_path):
    monkeypatch.setattr(by_key, "MOST_BYTES", most)
    paths = [tmp_path / "first.csv", tmp_path / "second.csv"]
    for path, rows in zip(paths, (FIRST, SECOND), strict=True):
        rows.to_csv(path, index=False)
    found = cecli.compare(*paths, **ASKED, chunk_bytes=chunk_bytes)
    counted = FIRST[FIRST["w"] > 0.0]
    alone = SECOND[SECOND["id"].isin(counted["id"])]
    expected = cecli.compare(counted, alone, **ASKED)
    assert found.metrics == expected.metrics
    assert [group.metrics for group in found.groups] == [g.metrics for g in expected.groups]
    (notice,) = (n for n in found.notices if n.code == "zero-weight")
    assert notice.count == N - len(counted)


def test_one_without_a_partner_is_no_error_and_another_is():
    nothing = FIRST.index[FIRST["w"] == 0.0]
    without = SECOND[SECOND["id"] != FIRST.loc[nothing[1], "id"]]
    found = cecli.compare(FIRST, without, **ASKED)
    assert found.metrics == cecli.compare(FIRST, SECOND, **ASKED).metrics
    counts = FIRST.loc[FIRST.index[FIRST["w"] > 0.0][0], "id"]
    with pytest.raises(cecli.InputError, match=f"1 key is not in .*{counts}"):
        cecli.compare(FIRST, without[without["id"] != counts], **ASKED)
