"""Small files of every kind that cecli writes or reads, for commands to run on."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import chdir
from functools import cache
from pathlib import Path

import numpy as np
from kld_files import kld_bytes

from cecli.core.errors import ExitCode
from fuzzing.runs import command

PREDS = "y,p,other,w,g\n" + "".join(
    f"{i % 3 % 2},{(i * 7 % 20 + 1) / 22},{(i * 3 % 20 + 1) / 22},{i % 4 + 1},{'ab'[i // 9 % 2]}\n"
    for i in range(40)
)
MULTI = "y,p_a,p_b,p_c\n" + "".join(
    f"{'abc'[(i + i % 5 // 4) % 3]},{','.join('0.6' if i % 3 == k else '0.2' for k in range(3))}\n"
    for i in range(30)
)
WRITTEN = (
    ("score", "preds.csv", "--by", "g", "--save-state", "score.state", "-o", "report.json"),
    ("score", "preds.csv", "--prob", "p", "--cluster", "g", "--save-state", "clusters.state", "-q"),
    ("score", "multi.csv", "--prob", "p_*", "-o", "report-many.json"),
    ("compare", "preds.csv", "--prob", "p", "--prob", "other", "--save-state", "compare.state",
     "-o", "report-compare.json"),
    ("calibration", "preds.csv", "--prob", "p", "--draws", "0", "--save-state", "cells.state",
     "-o", "report-cells.json"),
    ("fit", "preds.csv", "--prob", "p", "--model", "platt", "-o", "fit.json"),
    ("fit", "multi.csv", "--prob", "p_*", "--model", "temperature", "-o", "fit-many.json"),
    ("fit", "preds.csv", "--prob", "p", "--model", "isotonic", "-o", "fit-steps.json"),
    ("attest", "preds.csv", "--prob", "p", "--max", "brier=0.9", "-o", "receipt.json"),
    ("entropy", "preds.csv", "--column", "g", "--save-state", "entropy.state", "-q"),
)  # fmt: skip


@cache
def samples() -> Mapping[str, bytes]:
    """Return the contents of the files, by name."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("preds.csv").write_text(PREDS)
        Path("multi.csv").write_text(MULTI)
        Path("rows.jsonl").write_text('{"y": 1, "p": 0.5}\n{"y": 0, "p": 0.25}\n')
        Path("list").write_text("preds.csv\n")
        logs = np.log(np.random.default_rng(1).dirichlet(np.ones(5), 3))
        Path("base.kld").write_bytes(kld_bytes(np.ones((1, 8), int), logs))
        np.savez("arrays.npz", y=np.array([0, 1]), p=np.array([0.25, 0.5]))
        for arguments in WRITTEN:
            run = command(*arguments)
            assert run.code == ExitCode.OK, run
        return {name: Path(name).read_bytes() for name in sorted(os.listdir())}


def lay_out() -> None:
    """Write the files to the working directory."""
    for name, content in samples().items():
        Path(name).write_bytes(content)
