"""The statement of an option: once, as a field of a family.

The families of a command determine its command line, the keywords of its Python function, the keys
of the configuration, the `options` of its report, and its entries in the reference.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from inspect import Parameter, get_annotations
from types import NoneType
from typing import (
    Any,
    ClassVar,
    Literal,
    Self,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
)

from cecli.core.dataclasses import dataclass, field
from cecli.core.errors import UsageError, shown

E = TypeVar("E", bound=StrEnum)


COLUMNS = "Columns"
MEASURE = "What is measured"
GROUPS = "Groups and intervals"
READING = "Reading"
OUTPUT = "Output"
# What to do with an array where one value is taken, which mostly names a column.
AS_COLUMN = (
    'arrays are columns of a table, and options name them: score({"y": labels, "p": predictions, '
    '"w": weights}, label="y", prob="p", weight="w")'
)


@dataclass(frozen=True, eq=False)
class Option:
    """All that defines an option besides its field name, type and default.

    Attributes
    ----------
    help, panel, metavar : as `--help` shows them.
    name : the name on the command line, if it is not derived from the field; a flag whose name
        begins with --no- turns off what is on by default.
    short : a one-letter name, such as "-o".
    min, max : bounds that the command line checks.
    choices : the values that it accepts, if its type is not an enumeration, or has more.
    usual : the value that a missing one stands for.
    echoed : whether a report states it, because it changes numbers.
    configurable : whether the configuration may set it, for commands that have a configuration.
    is_path : whether it names files; in a configuration, paths are relative to its file.
    limits : bounds of its value in the configuration, by their names in pydantic.
    schema : its type in the configuration, if that differs.
    python : its type as a keyword in Python, if that accepts more than the command line.
    read : parses its text, if the type does not determine how.
    is_argument : whether it is positional, without a name.
    is_eager : whether it is read before all other options, and remembered for them.
    """

    help: str
    panel: str = ""
    metavar: str | None = None
    name: str | None = None
    short: str | None = None
    min: int | None = None
    max: int | None = None
    choices: tuple[str, ...] = ()
    usual: object = None
    echoed: bool = False
    configurable: bool = True
    is_path: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict)
    schema: Any = None
    python: str | None = None
    read: Callable[[str], Any] | None = None
    is_argument: bool = False
    is_eager: bool = False


REQUIRED: Any = Parameter.empty


class Declared:
    """An option of a family.

    Attributes
    ----------
    field : its name in Python.
    type, default : of its value; the default is `REQUIRED` if there is none.
    """

    __slots__ = ("default", "field", "option", "type")

    def __init__(self, field: str, type: Any, option: Option, default: Any) -> None:
        self.field, self.type, self.option, self.default = field, type, option, default

    @property
    def name(self) -> str:
        """The option as users type it."""
        return self.option.name or f"--{self.field.replace('_', '-')}"

    @property
    def key(self) -> str:
        """The option in the configuration."""
        return self.field if self.option.is_argument else self.name.removeprefix("--")

    @property
    def kind(self) -> Any:
        """The type of one value on the command line, such as str, a literal or an enumeration."""
        if self.option.choices:
            return Literal[self.option.choices]
        return str if self.option.read is not None else kind_of(self.type)

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that it takes; empty if they are free."""
        kind: Any = self.kind
        if get_origin(kind) is Literal:
            return tuple(map(str, get_args(kind)))
        is_enumeration = isinstance(kind, type) and issubclass(kind, StrEnum)
        return tuple(map(str, kind)) if is_enumeration else ()

    @property
    def is_list(self) -> bool:
        """Whether it takes several values."""
        return get_origin(self.type) is Sequence

    @property
    def is_required(self) -> bool:
        return self.default is REQUIRED

    @property
    def is_off_switch(self) -> bool:
        """Whether it is a flag that turns off what is on by default."""
        return self.default is True

    def value(self, given: Any) -> Any:
        """Return the value of an option, from the value that a caller gave.

        Raises
        ------
        UsageError
            If it is not one of the choices, its text cannot be parsed, or it is an array.
        """
        if self.is_list:
            return names_of(given)
        if given is None:
            return None
        has_reader = self.option.python is not None or self.option.read is not None
        if not has_reader and hasattr(given, "__len__") and not isinstance(given, str):
            raise UsageError(
                f"{self.field} takes one value, but a {type(given).__name__} was given",
                hint=AS_COLUMN,
            )
        if self.option.read is not None and isinstance(given, str):
            return self.option.read(given)
        kind = str if self.option.read is not None else kind_of(self.type)
        if kind is str and isinstance(given, int | float):
            return str(given)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return choice(kind, given, self.name, self.choices)
        return given

    def stated(self, value: Any) -> float | str | bool | None:
        """Return the value as a report states it; None for the default."""
        usual = None if self.is_required else self.default
        if value is None or value == usual or value == self.option.usual:
            return None
        if self.is_off_switch:
            return True
        if isinstance(value, tuple):
            return ",".join(x if isinstance(x, str) else f"{x:g}" for x in value)
        return value if isinstance(value, bool | int | float) else str(value)


def kind_of(type: Any) -> Any:
    """Return the type of one value, which may be missing or one of several."""
    if type is Any:
        return str
    kinds = [kind for kind in get_args(type) if kind is not NoneType]
    is_choice = not kinds or not all(map(_is_type, kinds))
    return type if is_choice else kind_of(kinds[0])


def _is_type(kind: Any) -> bool:
    return isinstance(kind, type) or get_origin(kind) is not None or kind in (Any, ...)


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Family:
    """Options that belong together: like a frozen dataclass, but faster to create.

    Each field is `name: Annotated[type, Option(...)] = default`. Several families may share an
    annotation by giving it a name. Cross-checks are in `__post_init__`.
    """

    declared: ClassVar[Mapping[str, Declared]] = {}

    def __init_subclass__(cls) -> None:
        own = {
            name: Declared(
                name,
                annotation.__origin__,
                annotation.__metadata__[0],
                cls.__dict__.get(name, REQUIRED),
            )
            for name, annotation in get_annotations(cls).items()
            if hasattr(annotation, "__metadata__")
        }
        cls.declared = {**cls.declared, **own}

    def __init__(self, **given: Any) -> None:
        for name, declared in self.declared.items():
            value = given.pop(name, declared.default)
            if value is REQUIRED:
                raise TypeError(f"missing a required keyword argument: {name!r}")
            self.__dict__[name] = value
        if given:
            raise TypeError(f"got an unexpected keyword argument {next(iter(given))!r}")
        self.__post_init__()

    def __post_init__(self) -> None:
        """Raise a UsageError if values contradict each other."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"cannot assign to field {name!r}")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"

    def changed(self, **values: Any) -> Self:
        """Return the family with some options changed."""
        return type(self)(**{**self.__dict__, **values})

    @classmethod
    def taken_from(cls, given: Mapping[str, Any]) -> Self:
        """Return the family with the values of its options among some keywords."""
        return cls(**{
            name: declared.value(given[name])
            for name, declared in cls.declared.items()
            if name in given
        })  # fmt: skip

    def echo(self) -> dict[str, float | str | bool]:
        """Return what a report states of these options."""
        return {
            declared.key.replace("-", "_"): stated
            for name, declared in self.declared.items()
            if declared.option.echoed
            and (stated := declared.stated(self.__dict__[name])) is not None
        }


def names_of(given: str | float | Iterable[str] | None) -> tuple[str, ...]:
    """Return zero, one or several names as a tuple; numbers become texts."""
    of_numpy = getattr(given, "tolist", None)  # of its numbers, too
    if of_numpy is not None:
        given = of_numpy()
    if given is None:
        return ()
    if isinstance(given, str):
        return (given,)
    if isinstance(given, int | float):
        return (repr(given),)
    return tuple(repr(x) if isinstance(x, int | float) else x for x in given)


def choice(kind: type[E], given: str, option: str, among: Sequence[str] = ()) -> E:
    """Return the choice of a given name, or raise a UsageError.

    Parameters
    ----------
    among : the choices, if some members of the enumeration are none.
    """
    among = among or tuple(kind)
    if given not in among:
        raise UsageError(f"{option} {shown(str(given))}: choose {' or '.join(among)}")
    return kind(given)
