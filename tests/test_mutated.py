"""What runs over the compiled parts finds it when one of them is wrong."""

from pathlib import Path
from types import SimpleNamespace

import mutated
import numpy as np
import pytest

from cecli.numerics import resampling
from cecli.numerics.distributions import logarithm
from cecli.numerics.sums import exact
from cecli.readers.text import native

pytest.importorskip("cecli.kernels.one_pass", reason="not compiled here")


def run(part, cases=5):
    for case in range(cases):
        mutated.MUTATIONS[part](np.random.default_rng([1, case]))


@pytest.mark.parametrize("part", mutated.MUTATIONS)
def test_the_compiled_parts_agree_with_each_other_and_with_numpy(part):
    run(part, 30 if part in {"scanner", "converter"} else 5)


def test_something_runs_over_every_compiled_module():
    package = Path(exact.__file__).parents[2]
    assert {path.stem for path in package.rglob("*.pyx")} == set(mutated.MUTATIONS)


def with_one(part, name, answer):
    """Return a compiled module with another answer of its last kernel to one function."""
    chosen = getattr(part, name)

    def changed(*given):
        found, kernel = chosen(*given), given[-1]
        is_last = isinstance(kernel, int) and kernel == len(part.KERNELS) - 1
        return answer(found) if is_last else found

    functions = {each: getattr(part, each) for each in dir(part)}
    return SimpleNamespace(**{**functions, name: changed})


@pytest.mark.parametrize(
    ("module", "part", "name", "answer"),
    [
        (exact, "accumulator", "sum_of", lambda found: found + 1),
        (exact, "accumulator", "weighted_dot_of", lambda found: found and found + 1),
        (logarithm, "elementary", "log1p_of", lambda found: np.nextafter(found, np.inf)),
        (logarithm, "elementary", "exp_of", lambda found: np.nextafter(found, np.inf)),
        (resampling, "resampler", "drawn_totals", lambda found: found + 1),
        (native, "scanner", "count_newlines", lambda found: found + 1),
        (native, "scanner", "find", lambda found: None),
    ],
)
def test_one_unit_of_difference_is_found(monkeypatch, module, part, name, answer):
    monkeypatch.setattr(module, part, with_one(getattr(module, part), name, answer))
    with pytest.raises(AssertionError):
        run(part, 30)
