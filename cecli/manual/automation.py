"""A short guide for programs that call cecli: `cecli help automation`."""

from cecli.explanations.failures import EXITS

GUIDE = """\
How programs use cecli

Find out what there is
  cecli --help --format json         all commands, options, types, defaults
  cecli score --help --format json   those of one command
  cecli inspect FILE --json          what is in a file; `advice` has commands
  cecli metrics --json               all metrics: formula, range, direction
  cecli explain CODE --json          a notice, error, exit code or metric
  cecli schema NAME                  JSON Schema: report, error, help …

Call it
  cecli score FILE --label COL --prob COL --json --quiet --error-format json
  Name the columns: what is guessed for people may be refused for a new file.
  Input is a path, a quoted pattern, a directory, an address, or - for stdin.
  stdout has the result and nothing else; -o PATH writes it whole or not at all.
  Nothing asks questions. Colour and progress are for terminals alone.

Exit codes
{exits}

Results
  One JSON document. `metrics` is flat: jq .metrics.cross_entropy
  `intervals` has se, lower, upper and level; `notices` have a stable code.
  Numbers have all their digits. Infinities are "Infinity" and "-Infinity",
  undefined metrics are null with a notice that says why; NaN never occurs.
  The same rows and options give the same bytes, in any order, on any machine.

Errors
  With --error-format json the last line of stderr is one JSON document:
  error.code, what, file, line, column, value, hint, exit_code, and commands:
  complete command lines that would work, the likeliest first.
  A missing or misspelt option is an error of the same form.
  --quiet leaves out notes and notices, so that the error is the only line.

Gates
  cecli check FILE --max cross_entropy=0.4 --baseline main.json --json
  exits with 1 if a rule fails or cannot be decided; `checks` has the reasons.

What stays
  Within a major version: exit codes, codes of notices and errors, names of
  metrics, and every key of every document. Keys and codes may be added.
  Texts of messages, tables and help may change at any time.
"""


def guide() -> str:
    """Return the guide, with the exit codes as they are stated."""
    exits = "\n".join(f"  {one.code:<4} {one.means}" for one in EXITS)
    return GUIDE.format(exits=exits)
