"""Dataclasses whose methods are not generated, which would take a third of a start.

The standard library writes six methods of a frozen dataclass as text, and compiles them. Here it is
only asked for the fields, and the methods are closures. Type checkers see the standard decorator,
and the standard functions of dataclasses work as usual.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field
from dataclasses import field as field
from dataclasses import fields as fields
from dataclasses import replace as replace
from functools import partial
from inspect import Parameter, Signature
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Never

Fields = Sequence[Field[Any]]


def _made(
    kind: type[Any],
    *,
    frozen: bool = False,
    eq: bool = True,
    repr: bool = True,  # noqa: A002
    **how: bool,
) -> type[Any]:
    """Return a class with the methods of a dataclass, but for those that it defines itself."""
    # The standard library would make one of the signature, which takes as long as a method.
    kind.__doc__ = kind.__doc__ or kind.__name__
    dataclasses.dataclass(init=False, repr=False, eq=False, **how)(kind)
    every = fields(kind)
    methods: dict[str, Any] = {"__init__": _initializer(kind, every)}
    if repr:
        methods["__repr__"] = _representation([one for one in every if one.repr])
    if eq:
        methods |= _comparison([one for one in every if one.compare], frozen=frozen)
    if frozen:
        methods |= {"__setattr__": _refuse_to_assign, "__delattr__": _refuse_to_delete}
    own = vars(kind)
    for name, method in methods.items():
        # Python gives a class that defines its equality a hash of None.
        if name not in own or (name == "__hash__" and own[name] is None and "__eq__" in own):
            setattr(kind, name, method)
    kind.__signature__ = _SignatureWhenAsked()
    return kind


def _initializer(kind: type[Any], stated: Fields) -> Callable[..., None]:
    """Return what takes the values of the fields, by position or name."""
    positions = tuple(one.name for one in stated if one.init and not one.kw_only)
    known = {one.name for one in stated if one.init}
    # A field that is not taken has a value of its own only if it is made for each instance.
    kept = [one for one in stated if one.init or one.default_factory is not MISSING]
    size, has_more = len(kept), hasattr(kind, "__post_init__")
    is_simple = len(positions) == size

    def completed(values: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
        given = dict(zip(positions, values, strict=False)) | named
        is_sound = len(given) == len(values) + len(named) and given.keys() <= known
        for one in kept:
            if one.name not in given:
                made = one.default if one.default_factory is MISSING else one.default_factory()
                is_sound &= made is not MISSING
                given[one.name] = made
        if not is_sound:
            Signature.bind(kind.__signature__, *values, **named)  # explains what is wrong
        return given

    def initialize(self: Any, *values: Any, **named: Any) -> None:
        if is_simple and len(values) == size and not named:
            self.__dict__.update(zip(positions, values, strict=False))
        else:
            self.__dict__.update(completed(values, named))
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


def _comparison(stated: Fields, *, frozen: bool) -> dict[str, Any]:
    """Return the methods of equality, and of the hash, which only what is frozen has."""
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

    return {"__eq__": equals, "__hash__": hash_of if frozen else None}


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
