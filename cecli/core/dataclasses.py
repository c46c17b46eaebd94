"""Dataclasses whose methods are not generated, which would take a third of a start.

The standard library writes six methods of a frozen dataclass as text, and compiles them. Here it is
only asked for the fields, and the methods are closures; and that waits until a class is first used,
as a start imports twice as many as it uses. Type checkers see the standard decorator, and the
standard functions of dataclasses work as usual.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field
from dataclasses import field as field
from dataclasses import fields as fields
from dataclasses import replace as replace
from functools import partial
from inspect import Parameter, Signature
from operator import attrgetter
from reprlib import recursive_repr
from threading import RLock
from typing import TYPE_CHECKING, Any, Never

Fields = Sequence[Field[Any]]


# Completing a class changes it, which two threads must not do at once.
_COMPLETING = RLock()
# What the standard library adds to a class, and looks for in one.
FIELDS, PATTERN = "__dataclass_fields__", "__match_args__"


def _made(
    kind: type[Any],
    *,
    frozen: bool = False,
    eq: bool = True,
    repr: bool = True,  # noqa: A002
    **how: bool,
) -> type[Any]:
    """Return a class that gets fields and methods when it is first used; its own methods stay."""
    # The standard library would make one of the signature, which takes as long as a method.
    kind.__doc__ = kind.__doc__ or kind.__name__
    own = vars(kind)
    if frozen:
        _add(kind, {"__setattr__": _refuse_to_assign, "__delattr__": _refuse_to_delete})
    if eq and not frozen:
        _add(kind, {"__hash__": None})
    methods = {"__init__": True, "__repr__": repr, "__eq__": eq, "__hash__": eq and frozen}

    def complete() -> None:
        with _COMPLETING:
            if own[FIELDS] is not asked[FIELDS]:
                return  # another thread has completed it
            if own[PATTERN] is asked[PATTERN]:
                delattr(kind, PATTERN)  # the standard library replaces none
            dataclasses.dataclass(init=False, repr=False, eq=False, **how)(kind)
            every = fields(kind)
            compared = [one for one in every if one.compare]
            made = _comparison(compared) if eq else {}
            made["__init__"] = _initializer(kind, every)
            made["__repr__"] = _representation([one for one in every if one.repr])
            for name, method in made.items():
                if own.get(name) is asked.get(name, made):
                    setattr(kind, name, method)

    names = [FIELDS, PATTERN, *(name for name, is_wanted in methods.items() if is_wanted)]
    asked = {name: _WhenAsked(name, complete) for name in names}
    _add(kind, asked)
    kind.__signature__ = _SignatureWhenAsked()
    return kind


def _add(kind: type[Any], attributes: Mapping[str, Any]) -> None:
    """Give a class attributes that it does not define itself."""
    own = vars(kind)
    for name, value in attributes.items():
        # Python gives a class that defines its equality a hash of None.
        if name not in own or (name == "__hash__" and own[name] is None and "__eq__" in own):
            setattr(kind, name, value)


class _WhenAsked:
    """An attribute of a class that is there once the class is completed, which replaces this."""

    __slots__ = ("complete", "name")

    def __init__(self, name: str, complete: Callable[[], None]) -> None:
        self.name, self.complete = name, complete

    def __get__(self, instance: object, kind: type[Any]) -> Any:
        self.complete()
        return getattr(kind if instance is None else instance, self.name)


def _initializer(kind: type[Any], stated: Fields) -> Callable[..., None]:
    """Return what takes the values of the fields, by position or name."""
    positions = tuple(one.name for one in stated if one.init and not one.kw_only)
    known = {one.name for one in stated if one.init}
    # A field that is not taken has a value of its own only if it is made for each instance.
    kept = [one for one in stated if one.init or one.default_factory is not MISSING]
    size, has_more = len(kept), hasattr(kind, "__post_init__")
    is_simple = len(positions) == size
    usual = {one.name: one.default for one in kept if one.default is not MISSING}
    made = [(one.name, one.default_factory) for one in kept if one.default_factory is not MISSING]

    def complete(values: dict[str, Any], given: tuple[Any, ...], named: dict[str, Any]) -> None:
        values.update(usual)
        values.update(zip(positions, given, strict=False))
        values.update(named)
        for name, make in made:
            if name not in values:
                values[name] = make()
        is_sound = len(given) <= len(positions) and len(values) == size
        if named:
            is_sound &= known.issuperset(named) and named.keys().isdisjoint(positions[: len(given)])
        if not is_sound:
            values.clear()
            Signature.bind(kind.__signature__, *given, **named)  # explains what is wrong

    def initialize(self: Any, *given: Any, **named: Any) -> None:
        if is_simple and len(given) == size and not named:
            self.__dict__.update(zip(positions, given, strict=False))
        else:
            complete(self.__dict__, given, named)
        if has_more:
            self.__post_init__()

    return initialize


def _representation(stated: Fields) -> Callable[[Any], str]:
    names = [one.name for one in stated]

    @recursive_repr()
    def represent(self: Any) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({values})"

    return represent


def _comparison(stated: Fields) -> dict[str, Any]:
    """Return the methods of equality, and of the hash."""
    names = [one.name for one in stated]
    # One name twice, as only of several names a tuple is made.
    twice = names * 2 if len(names) == 1 else names
    values: Callable[[Any], Any] = attrgetter(*twice) if names else lambda _: ()

    def equals(self: Any, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    def hash_of(self: Any) -> int:
        return hash(values(self))

    return {"__eq__": equals, "__hash__": hash_of}


def _refuse_to_assign(self: Any, name: str, value: object) -> Never:  # noqa: ARG001
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> Never:  # noqa: ARG001
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


class _SignatureWhenAsked:
    """The signature of a dataclass, made when somebody looks at it."""

    def __get__(self, instance: object, kind: type[Any]) -> Signature:
        if instance is not None:
            raise AttributeError("an instance has the signature of its __call__")
        taken = [one for one in fields(kind) if one.init]
        return Signature(sorted(map(_parameter, taken), key=lambda one: one.kind))


def _parameter(one: Field[Any]) -> Parameter:
    made = "<made>" if one.default_factory is not MISSING else Parameter.empty
    default = made if one.default is MISSING else one.default
    how = Parameter.KEYWORD_ONLY if one.kw_only else Parameter.POSITIONAL_OR_KEYWORD
    return Parameter(one.name, how, default=default, annotation=one.type)


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(kind=None, /, **how):
        """Make a class a dataclass: `@dataclass`, or `@dataclass(frozen=True, …)`."""
        return partial(_made, **how) if kind is None else _made(kind, **how)
