"""Every number is the same on every machine: whatever its processor can, compiled parts or not."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from cecli.core.errors import ExitCode

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="runs commands by fork")

COMPILED = (
    "cecli.readers.text.scanner",
    "cecli.readers.json.converter",
    "cecli.numerics.sums.accumulator",
    "cecli.numerics.distributions.elementary",
    "cecli.numerics.distributions.class_loops",
    "cecli.numerics.resampler",
    "cecli.kernels.one_pass",
    "cecli.kernels.soft_sums",
    "cecli.kernels.class_sums",
    "cecli.kernels.group_loops",
)
# Runs commands one by one, without starting Python anew.
PROGRAM = """
import importlib, json, os, sys
commands, absent = map(json.loads, sys.argv[1:])
sys.modules.update(dict.fromkeys(absent))
from cecli.terminal import main, process
import pandas
for name in {command[0] for command in commands}:
    importlib.import_module(f"cecli.commands.{name}.plan")
for command in commands:
    child = os.fork()
    if not child:
        sys.argv = ["cecli", *command]
        main()
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{command} failed")
"""
LESS = {
    # What numpy, the C library and BLAS would choose by the processor.
    "NPY_DISABLE_CPU_FEATURES": " ".join(x for x in __cpu_dispatch__ if __cpu_features__[x]),
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-FMA4,-AVX",
    "OPENBLAS_CORETYPE": "Nehalem",
}
LOGIT, LOG = ("--from", "logit"), ("--from", "log-probability")
COMMANDS = {
    "logits": ["score", "--label", "y", "--prob", "z", *LOGIT],
    "logits by group": ["score", "--label", "y", "--prob", "z", *LOGIT, "--weight", "w", "--by=g"],
    "probabilities": ["score", "--label", "y", "--prob", "p", "--units=bits", "--cluster=g"],
    "counts": ["score", "--label", "y", "--prob", "p", "--count", "n"],
    "soft labels": ["score", "--target", "p", "--prob", "p2", "--units=bits"],
    "percentages": ["score", "--label", "y", "--prob", "c", "--from", "percent"],
    "log-probabilities": ["score", "--label", "y", "--prob", "l", *LOG],
    "classes": ["score", "--label", "k", "--prob", "z_*", *LOGIT],
    "normalized classes": ["score", "--label", "k", "--prob", "l_*", *LOG, "--normalize"],
    "tokens": ["score", "--log-prob", "l"],
    "rows": ["worst", "--label", "y", "--prob", "z", *LOGIT],
    "divergences": ["kl", "--p", "z", "--q", "z2", *LOGIT],
    "divergences of classes": ["kl", "--p", "z_*", "--q", "l_*", *LOGIT],
    "entropy of counts": ["entropy", "--column", "k", "--given", "g", "--weight", "w"],
    "entropy of predictions": ["entropy", "--prob", "z", *LOGIT],
    "two models": ["compare", "--label", "y", "--prob", "z", "--prob", "z2", *LOGIT],
    "two models at any time": [
        "compare", "--label=y", "--prob=p", "--prob=p2", "--anytime", "--clip=0.01"
    ],
    **{
        f"a fit of {model}": ["fit", "--label", "y", "--prob", "z", *LOGIT, "--model", model]
        for model in ("temperature", "platt", "beta", "isotonic")
    },
    "a fit of classes": ["fit", "--label", "k", "--prob", "z_*", *LOGIT, "--model", "vector"],
    "a fit across folds": ["fit", "--label", "y", "--prob", "p", "--model", "beta", "--folds=3"],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with predictions on all scales, over many orders of magnitude."""
    folder, rng, rows = tmp_path_factory.mktemp("machines"), np.random.default_rng(5), 400
    z = rng.normal(0.0, 4.0, rows)
    z2 = z + rng.normal(0.0, 10.0 ** rng.uniform(-9.0, 0.5, rows))
    p, p2 = 1.0 / (1.0 + np.exp(-z)), 1.0 / (1.0 + np.exp(-z2))
    classes = rng.normal(0.0, 3.0, (3, rows))
    columns = {
        "y": (rng.random(rows) < p).astype(int),
        "p": p,
        "p2": p2,
        "c": 100.0 * p,
        "z": z,
        "z2": z2,
        "l": -rng.exponential(2.0, rows) * 10.0 ** rng.uniform(-9.0, 1.0, rows),
        "w": rng.exponential(1.0, rows),
        "g": rng.integers(0, 4, rows),
        "n": rng.integers(1, 1000, rows),
        "k": np.array(list("abc"))[(classes + rng.gumbel(size=(3, rows))).argmax(axis=0)],
        **{f"z_{name}": z for name, z in zip("abc", classes, strict=True)},
        **{f"l_{name}": -np.abs(z) for name, z in zip("abc", classes, strict=True)},
    }
    lines = (",".join(str(x) for x in row) for row in zip(*columns.values(), strict=True))
    (folder / "d.csv").write_text("\n".join([",".join(columns), *lines]) + "\n")
    return folder


RECALIBRATIONS = [
    command
    for model, label, prob in (("platt", "y", "z"), ("vector", "k", "z_*"))
    for command in (
        [
            "fit",
            "d.csv",
            "--label",
            label,
            "--prob",
            prob,
            *LOGIT,
            "--model",
            model,
            "-o",
            "fit.json",
        ],
        ["apply", "d.csv", "--fit", "fit.json", "--to", "probability", "-o", f"{model}.csv"],
        ["apply", "d.csv", "--fit", "fit.json", "--to", "logit", "-o", f"{model}_logit.csv"],
    )
]


def told(folder, environment=(), absent=()):
    """Return what all commands print, and the recalibrated files."""
    commands = [[c[0], "d.csv", *c[1:], "--format", "json"] for c in COMMANDS.values()]
    commands += RECALIBRATIONS
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(commands), json.dumps(absent)],
        capture_output=True,
        cwd=folder,
        env=os.environ | dict(environment),
    )
    assert done.returncode == ExitCode.OK, done.stderr.decode()
    files = sorted(folder.glob("*.csv"))
    assert len(files) == 5
    return done.stdout.decode().splitlines() + [file.read_text() for file in files]


@pytest.fixture(scope="module")
def expected(folder):
    return told(folder)


def test_a_processor_with_fewer_instructions_gives_the_same_bytes(folder, expected):
    assert told(folder, LESS) == expected


def test_without_compiled_parts_come_the_same_bytes(folder, expected):
    assert told(folder, LESS, COMPILED) == expected
