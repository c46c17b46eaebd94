"""The verdicts as JUnit XML, in the form that pytest writes (xunit2): one test case per rule.

It has no time and no host name, so that the same report and rules give the same bytes.
"""

import re
from xml.etree import ElementTree

from cecli.commands.check.outcome import Checked, Outcome
from cecli.core.errors import visible
from cecli.renderers.formats import Layout
from cecli.report.parts import Verdict

SUITE, CLASS = "cecli", "cecli.check"
# Characters that XML 1.0 cannot hold, not even escaped.
IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(checked: Checked, layout: Layout) -> str:  # noqa: ARG001
    failed = len(checked.failures)
    skipped = sum(_is_skipped(outcome) for outcome in checked.outcomes)
    counts = {"tests": str(len(checked.outcomes)), "failures": str(failed), "errors": "0"}
    suites = ElementTree.Element("testsuites", {"name": "cecli check"})
    suite = ElementTree.SubElement(
        suites, "testsuite", {"name": SUITE, **counts, "skipped": str(skipped), "time": "0.000"}
    )
    for outcome in checked.outcomes:
        _add(suite, outcome)
    if checked.notices:
        told = "\n".join(_text(notice.message) for notice in checked.notices)
        ElementTree.SubElement(suite, "system-out").text = told
    ElementTree.indent(suites)
    text = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _is_skipped(outcome: Outcome) -> bool:
    """Return whether a case is neither passed nor failed: it warns, or may be undecided."""
    return outcome.warns or (outcome.passed and outcome.verdict is Verdict.UNDECIDED)


def _add(suite: ElementTree.Element, outcome: Outcome) -> None:
    name = _text(f"{outcome.rule.subject} {outcome.rule.words}")
    case = ElementTree.SubElement(
        suite, "testcase", {"classname": CLASS, "name": name, "time": "0.000"}
    )
    reason = _text(outcome.reason)
    told = {"type": outcome.word, "message": reason}
    if outcome.fails:
        ElementTree.SubElement(case, "failure", told).text = _text(outcome.sentence)
    elif outcome.warns:
        ElementTree.SubElement(case, "skipped", told).text = _text(outcome.sentence)
    elif _is_skipped(outcome):
        ElementTree.SubElement(case, "skipped", told).text = reason
    else:
        ElementTree.SubElement(case, "system-out").text = reason


def _text(text: str) -> str:
    return IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", visible(text))
