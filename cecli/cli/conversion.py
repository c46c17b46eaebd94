"""Values of options that are taken as they are.

Typer lets pydantic convert each value, whatever it is, and to import that takes as long as numpy
does. Where a value has to become a number or a choice, it still does.
"""

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption


class Command(TyperCommand):
    """A command that does not convert that nobody has asked for its help."""

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        return _unasked(super().get_help_option(ctx))


class Group(TyperGroup):
    """The same of commands."""

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        return _unasked(super().get_help_option(ctx))


def _unasked(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        # Not nothing, which would be converted.
        option.default = False
    return option


def spare_conversions(parameter: Any, *, is_text: bool) -> None:
    """Have a parameter take its default, and text if that is what it is, without conversion."""
    convert = parameter.process_value

    def process_value(context: typer.Context, value: Any) -> Any:
        is_default = value is parameter.default and not parameter.required
        if not is_default and not (is_text and _is_text(parameter, value)):
            return convert(context, value)
        return (
            value if parameter.callback is None else parameter.callback(context, parameter, value)
        )

    parameter.process_value = process_value


def _is_text(parameter: Any, value: Any) -> bool:
    """Return whether a value is text already, or a list of texts where several may be given."""
    if parameter.multiple or parameter.nargs == -1:
        return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
    return isinstance(value, str)
