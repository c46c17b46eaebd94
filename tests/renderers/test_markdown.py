"""Documents as Markdown."""

import re

from cecli.core.errors import ExitCode

ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n0,0.25\n"


def test_markdown_shows_text_from_the_file_as_it_is(cecli, write):
    path = write("y,p_<b>|*x*,p_`z`\n<b>|*x*,0.5,0.5\n")
    text = cecli("score", path, "--prob", "p_*", "--format", "markdown").stdout
    assert r"&lt;b&gt;\|\*x\*" in text
    assert r"\`z\`" in text
    rows = [line for line in text.splitlines() if line.startswith("| &lt;b")]
    assert len(rows) == 1


def test_markdown_has_every_column_in_a_row_that_is_one(cecli, write):
    path = write(cecli("score", write(ROWS), "--json").stdout, "main.json")
    rules = ["--max-increase", "cross_entropy=1%", "--confidence", "0.95"]
    text = cecli("check", path, "--baseline", path, *rules, "--format", "markdown").stdout
    table = [line for line in text.splitlines() if line.startswith("|")]
    headings = [cell.strip() for cell in table[0].strip("|").split("|")]
    assert headings == [
        "metric", "limit", "baseline", "current", "change", "interval", "of the limit", "verdict",
    ]  # fmt: skip
    assert "❔ undecided" in table[2]


def test_markdown_shows_as_text_how_near_to_its_limit_a_figure_is(cecli, write):
    rules = ["--max", "cross_entropy=0.5", "--min", "accuracy=0.9", "--max", "brier=0.05"]
    report = write(cecli("score", write(ROWS), "--json").stdout, "main.json")
    text = cecli("check", report, *rules, "--format", "markdown").stdout
    bars = {line.split("|")[1].strip(): line.split("|")[4].strip() for line in text.splitlines()
            if "│" in line}  # fmt: skip
    # 0.39 of at most 0.5; 1.0 of at least 0.9; 0.098 of at most 0.05.
    assert bars["cross\\_entropy"] == "████████░░│"
    assert bars["accuracy"] == "█████████░│"
    assert bars["brier"] == "██████████│█████"


def test_markdown_stays_below_the_size_of_a_comment(cecli, hostile):
    path, rules = hostile(900)
    done = cecli("check", path, *rules, "--format", "markdown")
    assert done.returncode == ExitCode.CHECK_FAILED
    assert 10_000 < len(done.stdout.encode()) < 64_000
    assert re.search(r"- and \d+ more rules$", done.stdout.strip())
