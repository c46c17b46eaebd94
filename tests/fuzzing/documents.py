"""Targets: states, receipts, reports, fits, configurations."""

import json
import math
from hashlib import sha256
from pathlib import Path

import cecli
from cecli.core.errors import ExitCode
from cecli.states.state import CHECKSUM, SavedState
from fuzzing.mutation import Generator, in_bytes, in_json, in_lines
from fuzzing.runs import command, documented
from fuzzing.samples import lay_out, samples
from fuzzing.target import Target


def states() -> list[bytes]:
    return [content for name, content in samples().items() if name.endswith(".state")]


def sealed(seeds, pieces, generator: Generator) -> bytes:
    """Return a state that was changed by someone who knows how to compute its checksum."""
    content = in_bytes([seed[:-CHECKSUM] for seed in seeds], pieces, generator)
    return content + sha256(content).digest()


def state(data: bytes) -> None:
    lay_out()
    Path("t.state").write_bytes(data)
    for arguments in (
        ("merge", "t.state"),
        ("merge", "t.state", "t.state", "--save-state", "both.state"),
        ("merge", "score.state", "-", "t.state"),
        ("report", "t.state", "-o", "t.html"),
        ("calibration", "t.state"),
        ("check", "t.state", "--max", "cross_entropy=1"),
        ("attest", "preds.csv", "--state", "t.state"),
    ):
        run = command(*arguments, *(["--json"] if arguments[0] not in {"report", "attest"} else []))
        assert run.code != ExitCode.USAGE or arguments[0] not in {"merge"}, (arguments, run)
    try:
        read = SavedState.of_bytes(data)
    except ValueError:
        return
    assert read.to_bytes() == data, "two texts are one state"


def receipts() -> list[bytes]:
    return [samples()["receipt.json"]]


def receipt(data: bytes) -> None:
    lay_out()
    Path("t.json").write_bytes(data)
    run = command("verify", "t.json", "preds.csv", "--json")
    if run.code == ExitCode.OK:
        found, whole = json.loads(data), json.loads(samples()["receipt.json"])
        for part in ("metrics", "rows"):  # a later version may write more
            given, right = (each["predicate"]["cecli"][part] for each in (found, whole))
            assert has_all(given, right), f"other {part} passed"


def has_all(given, right) -> bool:
    """Return whether a value has all that is right, and the same where both have it."""
    if not isinstance(right, dict) or not isinstance(given, dict):
        return given == right
    return all(key in given and has_all(given[key], value) for key, value in right.items())


def reports() -> list[bytes]:
    return [content for name, content in samples().items() if name.startswith("report")]


def report(data: bytes) -> None:
    lay_out()
    Path("t.json").write_bytes(data)
    run = command("check", "t.json", "--max", "cross_entropy=0.5", "--json")
    if run.code == ExitCode.OK:
        value = json.loads(data)["metrics"]["cross_entropy"]
        assert type(value) in {int, float}, value
        assert value <= 0.5, "the gate was open"
    command("check", "preds.csv", "--baseline", "t.json", "--max-increase", "brier=1%", "--json")
    command("report", "preds.csv", "--baseline", "t.json", "-o", "b.html")
    if command("report", "t.json", "-o", "t.html").code == ExitCode.OK:
        page = Path("t.html").read_text()
        assert page.count("<script") <= 3, page
        assert "\x1b" not in page


def fits() -> list[bytes]:
    return [content for name, content in samples().items() if name.startswith("fit")]


def fit(data: bytes) -> None:
    lay_out()
    Path("t.json").write_bytes(data)
    for name in ("preds.csv", "multi.csv"):
        run = command("apply", name, "--fit", "t.json", "-o", "new.csv")
        if run.code == ExitCode.OK:
            lines = Path("new.csv").read_text().splitlines()
            assert len(lines) == samples()[name].count(b"\n")
            values = [float(line.rsplit(",", 1)[1]) for line in lines[1:]]
            assert all(math.isfinite(x) and 0 <= x <= 1 for x in values), values


CONFIG = b"""files = "preds.csv"
label = "y"
prob = "p"
by = ["g"]
bootstrap = 20
seed = 1
[[check]]
metric = "cross_entropy"
max = 0.9
[[check]]
metric = "brier@g"
max = 0.9
severity = "warn"
[profiles.night]
level = 0.9
[[profiles.night.check]]
metric = "skill"
min = -1
confidence = 0.9
"""
WORDS = rb"""
[[check]] [profiles.night] nan inf 1e999 ''' = . \u0000 [[[ 2020-01-01 0x_1 @list * ../
""".split()


def configuration(data: bytes) -> None:
    lay_out()
    Path("cecli.toml").write_bytes(data)
    documented("check", "--json")
    documented("check", "--profile", "night", "--json")
    documented("score", "preds.csv", "--json")
    documented("score", "--help")


def rule(data: bytes) -> None:
    """Assert that a rule that cannot hold does not pass."""
    lay_out()
    text = data.decode("utf-8", "surrogateescape").replace("\0", "")
    documented("check", "preds.csv", "--max", text, "--json")
    documented("check", "preds.csv", "--min", text, "--json")
    documented("check", "preds.csv", "--baseline", "report.json", "--max-increase", text, "--json")
    documented("check", "preds.csv", "--baseline", "report.json", "--max-worsening", text, "--json")
    if (
        documented("check", "preds.csv", "--max", f"cross_entropy={text}", "--json").code
        == ExitCode.OK
    ):
        bound = float(text.strip().removesuffix(":warn"))
        value = cecli.score("preds.csv").metrics["cross_entropy"]
        assert text.endswith(":warn") or value <= bound, bound


RULES = b"""
cross_entropy=0.4 brier@g=0.5:warn skill=-1 1% 0.5 1e999 nan loss@g@g=1 p90(cross_entropy)=1 = @
accuracy=100% max_loss=inf
""".split()
TARGETS = (
    Target("state", state, states, sealed),
    Target("receipt", receipt, receipts, in_json),
    Target("report", report, reports, in_json),
    Target("fit", fit, fits, in_json),
    Target("configuration", configuration, lambda: [CONFIG], in_lines, WORDS),
    Target("rule", rule, lambda: RULES, in_bytes, RULES),
)
