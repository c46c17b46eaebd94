"""Values that Typer does not convert: they are what it would have made of them."""

import sys

import pytest
import typer

from cecli.report.result import Units
from cecli.terminal.app import NAMES, Commands

TEXTS = [
    "column", "", "--", "é\udcff", "nats", "NATS", "bits", "json", "csv", "logit", "skip", "auto",
    "1", "0", "-1", "17", "18", "007", "1_0", " 1", "+1", "1.0", "9" * 15, "9" * 40, "１",
    "0.5", "-0.5", ".5", "5.", "1e-15", "1e400", "nan", "inf", "1E3", "0x1",
]  # fmt: skip


def outcome(convert, *given):
    """Return a value as a command gets it, or the reason why there is none."""
    try:
        value = convert(*given)
    except typer.TyperException as error:
        return type(error), str(error)
    # Typer makes a list of several values, and nothing of none, after this.
    if isinstance(value, tuple | list):
        return list(value) or None
    return value


def parameters(name):
    command = Commands()[name]
    context = typer.Context(command)
    for parameter in command.params:
        if parameter.callback is None:
            yield context, parameter, type(parameter).process_value


@pytest.mark.parametrize("name", NAMES)
def test_defaults_are_as_typer_has_them(name):
    for context, parameter, by_typer in parameters(name):
        default = parameter.default
        expected = outcome(by_typer, parameter, context, default)
        assert outcome(parameter.process_value, context, default) == expected


@pytest.mark.parametrize("name", NAMES)
def test_what_is_given_is_as_typer_has_it(name):
    # Typer keeps its converter of a parameter; to make it takes longer than all conversions.
    for context, parameter, by_typer in parameters(name):
        several = parameter.multiple or parameter.nargs == -1
        for text in TEXTS:
            given = (text, "other") if several else text
            expected = outcome(by_typer, parameter, context, given)
            # A choice and its text are equal, and NaN is not: their representations tell.
            assert repr(outcome(parameter.process_value, context, given)) == repr(expected), text


def test_usual_numbers_and_choices_need_no_pydantic(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydantic", None)
    given = {"digits": "3", "units": "bits", "clip": "1e-15", "workers": "2", "format": "json"}
    converted = {
        parameter.name: parameter.process_value(context, given[parameter.name])
        for context, parameter, _ in parameters("score")
        if parameter.name in given
    }
    assert converted == given | {"digits": 3, "units": Units.BITS, "clip": 1e-15, "workers": 2}
    assert isinstance(converted["units"], Units)
