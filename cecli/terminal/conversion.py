"""Fast conversion of the usual texts of options to values.

Typer converts every value with pydantic, whose import takes as long as that of numpy. Texts in an
unusual form for their option are still left to Typer, which explains what is wrong with them.
"""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from math import inf
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from cecli.core.errors import UsageError, shown

# Marks a text that is not converted here.
UNUSUAL = object()
# Numbers as people write them.
NUMBERS = {
    int: re.compile(r"-?[0-9]{1,15}"),
    float: re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?(e-?[0-9]{1,2})?"),
}


class Command(TyperCommand):
    """A command that spares Typer the conversion of --help when it is not given.

    Attributes
    ----------
    explained : returns its help, given what it is called and whether to show all options.
    """

    explained: Callable[[str, bool], str]

    def get_help(self, ctx: Any) -> str:
        """Return the help with the options that matter."""
        return self.explained(ctx.command_path, False).removesuffix("\n")

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        return _unasked(super().get_help_option(ctx))


class CommandGroup(TyperGroup):
    """A group of commands that does the same, also for Typer's own options of completion."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # Typer adds those options when the group is made already.
        for parameter in self.params:
            _spare_absence(parameter)
        return super().parse_args(ctx, args)

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        return _unasked(super().get_help_option(ctx))


def _unasked(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        # Typer would convert a missing default.
        option.default = False
    return option


def _spare_absence(parameter: Any) -> None:
    """Let a parameter that is not given keep its default without Typer's conversion."""
    convert = parameter.process_value

    def process_value(context: typer.Context, value: Any) -> Any:
        return value if value is parameter.default else convert(context, value)

    parameter.process_value = process_value


def spare_conversions(parameter: Any, annotation: Any, info: Any) -> None:
    """Let a parameter take its default and usual texts without Typer's conversion.

    Parameters
    ----------
    annotation, info : the type of its values, and the result of typer.Option or typer.Argument.
    """
    convert, usual = parameter.process_value, _usual(_kind(annotation), info)

    def process_value(context: typer.Context, value: Any) -> Any:
        if value is not parameter.default or parameter.required:
            several = parameter.multiple or parameter.nargs == -1
            texts = value if several and isinstance(value, list | tuple) else (value,)
            found = [usual(text) if isinstance(text, str) else UNUSUAL for text in texts]
            if UNUSUAL in found:
                return convert(context, value)
            value = found if several else found[0]
        return (
            value if parameter.callback is None else parameter.callback(context, parameter, value)
        )

    parameter.process_value = process_value


def refuse_repetition(parameter: Any) -> None:
    """Make an option of one value refuse a second one; Typer would take the last."""
    if parameter.param_type_name != "option" or parameter.multiple or parameter.is_flag:
        return
    consume = parameter.consume_value

    def add_to_parser(parser: Any, _: typer.Context) -> None:
        parser.add_option(
            obj=parameter, opts=parameter.opts, dest=parameter.name, action="append", nargs=1
        )

    def consume_value(context: typer.Context, given: dict[str, Any]) -> Any:
        match given.get(parameter.name):
            case [value]:
                given[parameter.name] = value
            case [first, second, *_]:
                raise UsageError(
                    f"{parameter.opts[0]} is given twice, as {shown(first)} and {shown(second)}",
                    hint="it takes one value",
                )
        return consume(context, given)

    parameter.add_to_parser, parameter.consume_value = add_to_parser, consume_value


def _kind(annotation: Any) -> Any:
    """Return the type of one value, which may be missing or one of a list."""
    kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
    return _kind(kinds[0]) if kinds and get_origin(annotation) is not Literal else annotation


def _usual(kind: Any, info: Any) -> Callable[[str], Any]:
    """Return a function that converts usual texts, and returns UNUSUAL for all others."""
    if kind is str:
        return str
    choices: Iterable[str] = ()
    if get_origin(kind) is Literal:
        choices = get_args(kind)
    elif isinstance(kind, type) and issubclass(kind, StrEnum):
        choices = kind
    if choices:
        chosen = {str(choice): choice for choice in choices}
        return lambda text: chosen.get(text, UNUSUAL)
    if kind not in NUMBERS:
        return lambda _: UNUSUAL
    low, high = -inf if info.min is None else info.min, inf if info.max is None else info.max

    def number(text: str) -> Any:
        if not NUMBERS[kind].fullmatch(text):
            return UNUSUAL
        value = kind(text)
        return value if low <= value <= high else UNUSUAL

    return number
