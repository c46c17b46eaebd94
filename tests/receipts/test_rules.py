"""A rule is stated as it is written, and read back as it was."""

import pytest

from cecli.core.errors import UsageError
from cecli.options.checking import NoiseOptions, RuleOptions
from cecli.receipts.rules import rule_of, rules_of, text_of, undecided_of

BOUNDS = RuleOptions(
    max=["log loss=0.4", "brier@segment=2e-1:warn"],
    min=["skill=-1"],
    require_rows=1000,
    max_skipped="0.1%:warn",
)


@pytest.mark.parametrize("noise", [NoiseOptions(), NoiseOptions(confidence=0.9, undecided="pass")])
def test_a_rule_is_read_back_as_it_was(noise):
    rules = rules_of(BOUNDS, noise)
    assert len(rules) == 5
    for rule in rules:
        again = rule_of(text_of(rule), rule.confidence, undecided_of(rule))
        assert (again, text_of(again)) == (rule, text_of(rule))


def test_a_rule_that_is_given_twice_is_one():
    assert len(rules_of(RuleOptions(max=["brier=0.4", "brier=0.4"]), NoiseOptions())) == 1


@pytest.mark.parametrize(
    "text",
    [
        "", "max", "max brier", "max brier=", "max brier=x", "max nothing=1",
        "max-increase brier=1", "require-rows=", "require-rows=-1", "require-rows=²",
        "require-rows=" + "9" * 5000,
        "max-skipped=x", "max-worsening brier=1%", "max brier=1:fail", "max brier=" + "9" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused(text):
    with pytest.raises(UsageError):
        rule_of(text, None, None)


@pytest.mark.parametrize(("confidence", "undecided"), [(2.0, None), (None, "perhaps")])
def test_noise_that_makes_no_sense_is_refused(confidence, undecided):
    with pytest.raises(UsageError):
        rule_of("max brier=0.5", confidence, undecided)
