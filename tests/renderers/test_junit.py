"""The verdicts as JUnit XML."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from cecli.core.errors import ExitCode

RULES = ["--max", "cross_entropy=0.3", "--min", "accuracy=0.5"]


@pytest.fixture(scope="session")
def written_by_pytest(tmp_path_factory):
    """Return the elements that pytest writes, with their attributes and children."""
    folder = tmp_path_factory.mktemp("junit")
    (folder / "test_it.py").write_text(
        "import pytest\n"
        "def test_pass(): print('said')\n"
        "def test_fail(): assert 0\n"
        "def test_skip(): pytest.skip('why')\n"
    )
    (folder / "pytest.ini").write_text("[pytest]\njunit_logging = all\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--junitxml=out.xml"]
    subprocess.run(command, cwd=folder, capture_output=True)
    found = {}
    for element in ElementTree.parse(folder / "out.xml").iter():
        attributes, children = found.setdefault(element.tag, (set(), set()))
        attributes.update(element.attrib)
        children.update(child.tag for child in element)
    return found


def test_junit_has_the_elements_and_attributes_of_pytest(check, written_by_pytest):
    rules = [
        *RULES,
        "--max",
        "top_1pct_loss_share=1",
        "--confidence",
        "0.95",
        "--undecided",
        "pass",
    ]
    root = ElementTree.fromstring(check("--format", "junit", rules=rules).stdout)
    for element in root.iter():
        attributes, children = written_by_pytest[element.tag]
        # pytest gives a failure no type; the schema of Jenkins has one for it, as for skipped.
        assert set(element.attrib) <= attributes | ({"type"} if element.tag == "failure" else set())
        # It writes no output of a whole suite, which the schema has too.
        children = children | ({"system-out"} if element.tag == "testsuite" else set())
        assert {child.tag for child in element} <= children
    assert [suite.tag for suite in root] == ["testsuite"]
    assert {"name", "tests", "failures", "errors"} <= set(root[0].attrib)


# The schema of the xunit plugin of Jenkins, in its compact form: for each element the children in
# their order, how often they may occur, and the attributes, of which those with ! are required.
# https://github.com/jenkinsci/xunit-plugin, model/xsd/junit-10.xsd
JENKINS = {
    "testsuites": ("testsuite*", "name time tests failures errors disabled"),
    "testsuite": (
        "properties? testcase* system-out? system-err?",
        "name! tests! failures errors time disabled skipped timestamp hostname id package file log "
        "url version group",
    ),
    "testcase": (
        "skipped? error* failure* system-out* system-err*",
        "name! classname time status class file line assertions group url",
    ),
    "failure": ("", "type message"),
    "error": ("", "type message"),
    "skipped": ("", "type message"),
    "system-out": ("", ""),
    "system-err": ("", ""),
}
COUNTS = {"tests", "failures", "errors", "skipped", "disabled"}


def violations(element):
    """Yield what in an element the schema forbids."""
    children, attributes = JENKINS[element.tag]
    names = {name.rstrip("!") for name in attributes.split()}
    required = {name.rstrip("!") for name in attributes.split() if name.endswith("!")}
    if not required <= set(element.attrib) <= names:
        yield f"{element.tag} has the attributes {sorted(element.attrib)}"
    for name in COUNTS & set(element.attrib):
        if not re.fullmatch("[0-9]+", element.attrib[name]):
            yield f"{name} is {element.attrib[name]}"
    if "time" in element.attrib and not re.fullmatch(r"[0-9]+(\.[0-9]{0,3})?", element.get("time")):
        yield f"time is {element.get('time')}"
    order = "".join(f"(?:{child[:-1]} ){child[-1]}" for child in children.split())
    if not re.fullmatch(order, "".join(f"{child.tag} " for child in element)):
        yield f"{element.tag} holds {[child.tag for child in element]}"
    for child in element:
        yield from violations(child)


def test_junit_obeys_the_schema_of_jenkins(check, cecli, hostile):
    """With failures, warnings, undecided rules that pass, notices, and names of any kind."""
    rules = ["--max=cross_entropy=0.1", "--max=brier=0.1:warn", "--max=accuracy=1", "--min=kl=0.1"]
    noise = ["--max=top_1pct_loss_share=1", "--confidence=0.95", "--undecided=pass"]
    path, hard = hostile()
    for done in (
        check("--format", "junit", rules=rules),
        check("--format", "junit", rules=[*rules, *noise]),
        cecli("check", path, *hard, "--format", "junit"),
    ):
        assert list(violations(ElementTree.fromstring(done.stdout))) == []
    root = ElementTree.fromstring(check("--format", "junit", rules=rules).stdout)
    assert "limits an improvement" in root.find("testsuite/system-out").text
    root[0].append(ElementTree.Element("testcase", {"classname": "x", "time": "1.2345"}))
    assert len(list(violations(root))) == 3


def test_junit_counts_its_cases(check):
    rules = ["--max=cross_entropy=0.01", "--max=brier=1", "--max=top_1pct_loss_share=1"]
    noise = ["--confidence", "0.95", "--undecided", "pass", "--format", "junit"]
    suite = ElementTree.fromstring(check(*noise, rules=rules).stdout)[0]
    assert suite.attrib["tests"] == str(len(suite)) == "3"
    for word in ("failure", "skipped"):
        cases = [case.attrib["name"] for case in suite if case.find(word) is not None]
        assert cases == [
            {"failure": "cross_entropy at most 0.01", "skipped": "top_1pct_loss_share at most 1"}[
                word
            ]
        ]
    assert (suite.attrib["failures"], suite.attrib["skipped"]) == ("1", "1")


def test_junit_is_xml_whatever_groups_are_called(cecli, hostile):
    path, rules = hostile()
    done = cecli("check", path, *rules, "--format", "junit")
    assert done.returncode == ExitCode.CHECK_FAILED
    (case,) = ElementTree.fromstring(done.stdout).iter("testcase")
    assert "<&>" in case.attrib["name"]
    assert r"\x1b" in case.attrib["name"]
