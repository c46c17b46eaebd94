"""The verdicts as annotations on GitHub."""

import re

ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n0,0.25\n"


def test_an_annotation_points_at_the_line_of_its_rule(cecli, write):
    write(ROWS)
    write('\n[[tool.cecli.check]]\nmetric = "brier"\nmax = 0.1\n', "pyproject.toml")
    done = cecli("check", "preds.csv", "--format", "github")
    assert done.stdout == (
        "::error file=pyproject.toml,line=2,title=cecli check%3A brier at most 0.1"
        "::brier is 0.109375, above the maximum of 0.1\n"
    )


def test_ten_annotations_at_most_the_worst_first(check):
    absent = ["kl_p50", "kl_p90", "kl_p99", "kl_max"]
    limits = [f"--max={name}=0.1" for name in absent]
    metrics = ["cross_entropy", "kl", "brier", "perplexity", "normalized_entropy"]
    rules = [*limits, *(f"--max={m}={x}" for m in metrics for x in ("0.05", "0.05"))]
    lines = check("--format", "github", rules=rules).stdout.splitlines()
    assert len(lines) == 10
    assert all(any(name in line for line in lines[:4]) for name in absent)
    assert lines[4].startswith("::error title=cecli check%3A perplexity")
    assert lines[-1] == "::error title=cecli check::5 more rules failed"
    exactly = check("--format", "github", rules=rules[:10]).stdout.splitlines()
    assert len(exactly) == 10
    assert "more rules" not in exactly[-1]


def test_what_passes_is_one_notice(check):
    done = check("--format", "github", rules=["--max", "cross_entropy=9"])
    assert done.stdout == "::notice title=cecli check::1 of 1 rules passed\n"


def test_no_name_breaks_out_of_a_workflow_command(cecli, hostile):
    path, rules = hostile()
    done = cecli("check", path, *rules, "--format", "github")
    (line,) = done.stdout.splitlines()
    command, properties, message = re.fullmatch(r"::(\w+) (.*?)::(.*)", line).groups()
    assert command == "error"
    assert [pair.partition("=")[0] for pair in properties.split(",")] == ["title"]
    assert "%25b" in message
    assert "\x1b" not in line
