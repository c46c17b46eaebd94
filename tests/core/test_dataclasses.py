"""Dataclasses behave as those of the standard library, though nothing is generated for them."""

import dataclasses
import inspect
import pickle
from dataclasses import field
from functools import cached_property
from typing import ClassVar, Generic, TypeVar

import pytest

from cecli.core.dataclasses import dataclass

S = TypeVar("S")


def both(**how):
    """Return the two decorators."""
    return dataclass(**how), dataclasses.dataclass(**how)


def pairs():
    """Return classes made by both decorators from the same statements."""
    made = []
    for decorator in both(frozen=True):

        @decorator
        class Point(Generic[S]):
            x: S
            y: int = 2
            seen: list = field(default_factory=list, compare=False, repr=False)
            kind: ClassVar[str] = "point"

        @decorator
        class Named(Point[S]):
            """A base has fields, too."""

            name: str = field(default="n", kw_only=True)
            size: int = field(init=False)

            def __post_init__(self):
                object.__setattr__(self, "size", self.x + self.y)

            @cached_property
            def double(self):
                return 2 * self.size

        made.append((Point, Named))
    return list(zip(*made, strict=True))


POINT, NAMED = pairs()
CALLS = [
    ((1,), {}), ((1, 5), {}), ((1, 5, [3]), {}), ((), {"x": 1}), ((1,), {"seen": [7]}),
    ((), {"y": 1, "x": 0, "seen": []}), ((), {}), ((1, 2, [], 4), {}), ((1,), {"x": 2}),
    ((1,), {"z": 3}), ((), {"y": 3}), ((1, 2, []), {"name": "m"}), ((1,), {"size": 4}),
]  # fmt: skip


def outcome(kind, values, named):
    """Return what is made, as text and values; or that it is refused."""
    try:
        one = kind(*values, **named)
    except TypeError:
        return None
    return repr(one), vars(one) == {f.name: getattr(one, f.name) for f in dataclasses.fields(one)}


@pytest.mark.parametrize("classes", [POINT, NAMED], ids=["base", "derived"])
@pytest.mark.parametrize(("values", "named"), CALLS)
def test_the_same_values_are_taken_shown_and_refused(classes, values, named):
    ours, standard = (outcome(kind, values, named) for kind in classes)
    assert ours == standard


@pytest.mark.parametrize("classes", [POINT, NAMED], ids=["base", "derived"])
def test_equality_hash_and_replacement_are_the_same(classes):
    for kind in classes:
        one, same, other = kind(1, 2), kind(1, seen=[5]), kind(1, 3)
        assert one == same
        assert hash(one) == hash(same)
        assert one != other
        assert dataclasses.replace(one, y=3) == other
        assert one.__eq__((1, 2)) is NotImplemented
        assert dataclasses.is_dataclass(kind)
    ours, standard = classes
    assert hash(ours(1, 2)) == hash(standard(1, 2))
    assert ours.__match_args__ == standard.__match_args__
    names = [list(inspect.signature(kind).parameters) for kind in classes]
    assert names[0] == names[1]


def test_each_instance_has_lists_of_its_own():
    assert POINT[0](1).seen is not POINT[0](1).seen


def test_what_is_frozen_refuses_changes_but_keeps_what_it_computes():
    one = NAMED[0](1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="'x'"):
        one.x = 3
    with pytest.raises(dataclasses.FrozenInstanceError, match="'x'"):
        del one.x
    assert one.double == one.double == 6


@pytest.mark.parametrize("how", [{"frozen": True}, {"frozen": True, "eq": False}, {}])
def test_methods_of_the_class_itself_are_kept(how):
    for decorator in both(**how):

        @decorator
        class Own:
            x: int

            def __repr__(self):
                return "own"

            def __eq__(self, other):
                return True

        assert repr(Own(1)) == "own"
        assert Own(1) == Own(2)
        assert (Own.__hash__ is None) == (how != {"frozen": True})


@dataclass(frozen=True)
class Sent:
    """One value, of a module, so that it can be found again."""

    x: int


def test_one_field_is_compared_and_an_instance_travels():
    assert Sent(1) != Sent(2)
    assert pickle.loads(pickle.dumps(Sent(1))) == Sent(1)


def test_a_callable_instance_has_the_signature_of_its_call():
    @dataclass(frozen=True)
    class Adds:
        x: int

        def __call__(self, more):
            return self.x + more

    assert list(inspect.signature(Adds(1)).parameters) == ["more"]
    assert list(inspect.signature(Adds).parameters) == ["x"]
