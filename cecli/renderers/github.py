"""The verdicts as workflow commands, which GitHub shows as annotations beside the code.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

import os

from cecli.commands.check.outcome import Checked, Outcome
from cecli.commands.check.rule import Origin
from cecli.core.errors import visible
from cecli.renderers.formats import Layout

# GitHub shows at most this many annotations of a kind per step.
MOST = 10


def render(checked: Checked, layout: Layout) -> str:  # noqa: ARG001
    """Return an error for each failed rule, worst first; the last one counts those left out."""
    failures = checked.failures
    if not failures:
        rules = len(checked.outcomes)
        return _command("notice", {"title": "cecli check"}, f"{rules} of {rules} rules passed")
    if len(failures) <= MOST:
        return "".join(map(_error, failures))
    more = f"{len(failures) - MOST + 1} more rules failed"
    last = _command("error", {"title": "cecli check"}, more)
    return "".join((*map(_error, failures[: MOST - 1]), last))


def _error(outcome: Outcome) -> str:
    title = f"cecli check: {outcome.rule.subject} {outcome.rule.words}"
    return _command("error", {**_place(outcome.rule.origin), "title": title}, outcome.reason)


def _place(origin: Origin | None) -> dict[str, str]:
    if origin is None:
        return {}
    # Relative to the root of the repository, where workflows run; files outside it in full.
    file = os.path.abspath(origin.file) if origin.file.startswith("..") else origin.file
    return {"file": file, **({} if origin.line is None else {"line": str(origin.line)})}


def _command(name: str, properties: dict[str, str], message: str) -> str:
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_data(message)}\n"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
