"""Verdicts to be written."""

import json

import pytest

ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n0,0.25\n"
RULES = ["--max", "cross_entropy=0.3", "--min", "accuracy=0.5"]
NASTY = "a%b\r\n::error::,:<&>\"'\x1b[31m\u202e]]>|`*\ufffe\x00"


@pytest.fixture
def check(cecli, write):
    """Return a function that checks a few predictions by some rules."""

    def run(*options, rules=RULES):
        return cecli("check", write(ROWS), "--label", "y", "--prob", "p", *rules, *options)

    return run


@pytest.fixture
def hostile(cecli, write):
    """Return a function that makes a report of groups whose names are hostile, and rules."""

    def make(count=1):
        report = json.loads(cecli("score", write(ROWS), "--json").stdout)
        report["groups"] = [
            {"key": {f"{NASTY}{number}": NASTY}, "metrics": {"cross_entropy": 0.5}}
            for number in range(count)
        ]
        rules = [f"--max=cross_entropy@{NASTY}{number}=0.4" for number in range(count)]
        # No argument of a process can have a NUL.
        return write(json.dumps(report), "report.json"), [rule.replace("\0", "") for rule in rules]

    return make
