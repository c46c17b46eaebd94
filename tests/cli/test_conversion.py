"""Values that Typer does not convert: they are what it would have made of them."""

import pytest
import typer

from cecli.cli.app import NAMES, Commands
from cecli.units import Units


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
@pytest.mark.parametrize("text", ["column", "", "1", "0.5", "nats", "--", "é\udcff"])
def test_what_is_given_is_as_typer_has_it(name, text):
    for context, parameter, by_typer in parameters(name):
        several = parameter.multiple or parameter.nargs == -1
        given = (text, "other") if several else text
        expected = outcome(by_typer, parameter, context, given)
        assert outcome(parameter.process_value, context, given) == expected


def test_what_has_to_be_a_number_or_a_choice_still_becomes_one():
    given = {"digits": "3", "units": "bits"}
    converted = {
        parameter.name: parameter.process_value(context, given[parameter.name])
        for context, parameter, _ in parameters("score")
        if parameter.name in given
    }
    assert converted == {"digits": 3, "units": Units.BITS}
    assert isinstance(converted["units"], Units)
