"""The verdicts as JUnit XML."""

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
        assert {child.tag for child in element} <= children
    assert [suite.tag for suite in root] == ["testsuite"]
    assert {"name", "tests", "failures", "errors"} <= set(root[0].attrib)


def test_junit_counts_its_cases(check):
    rules = ["--max=cross_entropy=0.1", "--max=brier=1", "--max=top_1pct_loss_share=1"]
    noise = ["--confidence", "0.95", "--undecided", "pass", "--format", "junit"]
    suite = ElementTree.fromstring(check(*noise, rules=rules).stdout)[0]
    assert suite.attrib["tests"] == str(len(suite)) == "3"
    for word in ("failure", "skipped"):
        cases = [case.attrib["name"] for case in suite if case.find(word) is not None]
        assert cases == [
            {"failure": "cross_entropy at most 0.1", "skipped": "top_1pct_loss_share at most 1"}[
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
