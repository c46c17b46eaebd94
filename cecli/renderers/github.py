"""The verdicts as workflow commands, which GitHub shows as annotations beside the code.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

import os
from collections.abc import Iterator, Mapping, Sequence

from cecli.commands.check.outcome import Checked, Outcome
from cecli.commands.check.rule import Origin
from cecli.core.errors import visible
from cecli.renderers.formats import Layout

# GitHub shows at most this many annotations of a kind per step.
MOST = 10
TITLE = {"title": "cecli check"}


def render(checked: Checked, layout: Layout) -> str:  # noqa: ARG001
    """Return an error for each failed rule and a warning for each that warns, worst first.

    The last one of a kind counts those left out. A summary and the notices follow.
    """
    failures, warnings = checked.failures, checked.warnings
    passed = len(checked.outcomes) - len(warnings)
    summary = [] if failures else [f"{passed} of {len(checked.outcomes)} rules passed"]
    notices = [*summary, *(notice.message for notice in checked.notices)]
    return "".join(
        (
            *_annotations("error", failures, "failed"),
            *_annotations("warning", warnings, "warned"),
            *(_command("notice", TITLE, notice) for notice in notices[:MOST]),
        )
    )


def _annotations(kind: str, outcomes: Sequence[Outcome], word: str) -> Iterator[str]:
    shown = outcomes if len(outcomes) <= MOST else outcomes[: MOST - 1]
    for outcome in shown:
        title = f"cecli check: {outcome.rule.subject} {outcome.rule.words}"
        yield _command(kind, {**_place(outcome.rule.origin), "title": title}, outcome.reason)
    if more := len(outcomes) - len(shown):
        yield _command(kind, TITLE, f"{more} more rules {word}")


def _place(origin: Origin | None) -> dict[str, str]:
    if origin is None:
        return {}
    # Relative to the root of the repository, where workflows run; files outside it in full.
    file = os.path.abspath(origin.file) if origin.file.startswith("..") else origin.file
    return {"file": file, **({} if origin.line is None else {"line": str(origin.line)})}


def _command(name: str, properties: Mapping[str, str], message: str) -> str:
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_data(message)}\n"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
