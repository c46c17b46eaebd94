"""The keywords of a Python function and a command line, both derived from families."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import update_wrapper
from inspect import Parameter, Signature, cleandoc, signature
from typing import Any, TypeVar

from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError
from cecli.options.declare import Declared, Family, kind_of

R = TypeVar("R")


def families_of(function: Callable[..., object]) -> dict[str, type[Family]]:
    """Return the parameters of a function that are families."""
    return {
        name: annotation
        for name, annotation in function.__annotations__.items()
        if isinstance(annotation, type) and issubclass(annotation, Family)
    }


def declared_in(families: Iterable[type[Family]]) -> dict[str, Declared]:
    """Return the options of several families, by their names in Python."""
    return {name: one for family in families for name, one in family.declared.items()}


def keys_of(families: Iterable[type[Family]]) -> dict[str, Declared]:
    """Return the options of several families that a configuration may set."""
    declared = declared_in(families)
    return {name: one for name, one in declared.items() if one.option.configurable}


def in_keywords(function: Callable[..., R]) -> Callable[..., R]:
    """Return a function that takes the options of its families as keywords.

    Parameters that are not families stay as they are: the data, and keywords such as `progress`.
    """
    families = families_of(function)
    declared = declared_in(families.values())
    own = signature(function)
    others = [p for p in own.parameters.values() if p.name not in families]
    options = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=_default(one), annotation=_annotation(one))
        for name, one in declared.items()
    ]
    positional = [p for p in others if p.kind is Parameter.POSITIONAL_OR_KEYWORD]
    keywords = [p for p in others if p.kind is Parameter.KEYWORD_ONLY]
    asked = Signature([*positional, *options, *keywords], return_annotation=own.return_annotation)

    def called(*places: Any, **given: Any) -> R:
        if len(places) > len(positional):
            name = function.__name__
            raise UsageError(
                f"{name} takes {len(positional)} argument{'s' * (len(positional) > 1)} without a "
                f"keyword, and {len(places)} were given",
                hint='arrays are columns of a table, such as {"y": labels, "p": probabilities}; '
                "options are keywords",
            )
        bound = asked.bind(*places, **given).arguments
        taken = {name: family.taken_from(bound) for name, family in families.items()}
        rest = {name: value for name, value in bound.items() if name not in declared}
        return function(**rest, **taken)

    update_wrapper(called, function)
    called.__signature__ = asked  # type: ignore[attr-defined]
    called.__doc__ = documented(function.__doc__, declared)
    return called


def _annotation(declared: Declared) -> Any:
    """Return the type of an option as a keyword; it also accepts texts for choices and lists."""
    if declared.option.python is not None:
        return declared.option.python
    if declared.is_list:
        return str | declared.type if declared.is_required else str | declared.type | None
    kind = kind_of(declared.type)
    return (
        declared.type | str
        if isinstance(kind, type) and issubclass(kind, StrEnum)
        else declared.type
    )


def _default(declared: Declared) -> Any:
    return None if declared.is_list and declared.default == () else declared.default


def documented(text: str | None, declared: Mapping[str, Declared]) -> str | None:
    """Return a docstring completed with the parameters that it lacks, described by their help."""
    if text is None:
        return None
    # From Python 3.13 on, a docstring has lost its indentation already.
    text = cleandoc(text)
    if "\nParameters\n" not in text:
        return text
    before, heading, after = text.partition("\nReturns\n")
    if not heading:
        before, heading, after = text.partition("\nRaises\n")
    names = {
        name.strip()
        for line in before.splitlines()
        if " : " in line
        for name in line.partition(" : ")[0].split(",")
    }
    more = "".join(
        f"{name} : {_sentence(one)}\n" for name, one in declared.items() if name not in names
    )
    return f"{before.rstrip()}\n{more}{heading}{after}"


def _sentence(declared: Declared) -> str:
    text = declared.option.help
    return f"If False, {text[0].lower()}{text[1:]}" if declared.is_off_switch else text


def echo(*options: Family) -> dict[str, float | str | bool]:
    """Return what a report states of the options of several families."""
    return {name: value for family in options for name, value in family.echo().items()}


def named_in(families: Iterable[Family]) -> frozenset[str]:
    """Return the names of columns that the user gave."""
    given = [
        value
        for family in families
        for name, declared in family.declared.items()
        if (declared.option.metavar or "").startswith("COL") and (value := getattr(family, name))
    ]
    names = [x for value in given for x in ([value] if isinstance(value, str) else value)]
    return frozenset(part for name in names for part in (name, *name.split(",")))


def silent(_: str) -> None:
    """Ignore a note."""


# The parameters of a command that are not families of its own.
ASKED, STYLE, CONTEXT = "asked", "style", "context"


@dataclass(frozen=True)
class CommandLine:
    """A command on the command line; its help is the docstring of `run`.

    Attributes
    ----------
    run : returns its output. Its parameters are families, in the order of the help, and any of
        `asked`, the keywords for the function; `style`, how output is written; and `context`,
        Typer's context.
    function : the Python function whose options the command takes.
    lacks : the options of the function that the command does not take.
    output : the family that `style` is made from.
    configured : the families whose defaults a configuration file may set.
    matters : the options that its help shows, as words: their names in Python; if empty, all.
    takes_states : whether it reports on saved states in the place of inputs.
    """

    run: Callable[..., Any]
    function: Callable[..., Any] | None = None
    lacks: tuple[str, ...] = ()
    output: type[Family] = Family
    configured: tuple[type[Family], ...] = ()
    matters: str = ""
    takes_states: bool = False

    @property
    def families(self) -> dict[str, tuple[type[Family], ...]]:
        """The families of its options, by the parameters that receive them."""
        asked = () if self.function is None else tuple(families_of(self.function).values())
        kinds = {ASKED: asked, STYLE: (self.output,)}
        own = {name: (family,) for name, family in families_of(self.run).items()}
        every = own | kinds
        return {name: every[name] for name in self.run.__annotations__ if name in every}

    @property
    def declared(self) -> dict[str, Declared]:
        """All its options, by their names in Python."""
        declared = declared_in(one for families in self.families.values() for one in families)
        return {name: one for name, one in declared.items() if name not in self.lacks}

    @property
    def keys(self) -> dict[str, Declared]:
        """The options that the configuration may set."""
        return {
            name: one for name, one in keys_of(self.configured).items() if name not in self.lacks
        }
