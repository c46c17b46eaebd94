"""A proposal: a complete set of options, and the command that states it."""

import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cecli.core.dataclasses import dataclass, field
from cecli.core.errors import TriedCommand
from cecli.core.pipes import Pipe
from cecli.options.declare import Declared, Family

# What stands for the input in a command, if it is no file.
PLACEHOLDER = "FILE"


@dataclass(frozen=True)
class Proposal:
    """Options that complete what the user named.

    Attributes
    ----------
    options : their values, by their names in Python.
    reason : why, in words.
    is_certain : whether it may be taken without asking, if there is no other.
    contests : whether it is another reading than the other proposals, so that none is certain.
    command : the command, if it is another one than was run.
    """

    options: Mapping[str, Any]
    reason: str
    is_certain: bool = False
    contests: bool = True
    command: str | None = None


@dataclass(frozen=True)
class Asking:
    """What was asked: the command, its input, and its options as far as they were given.

    Attributes
    ----------
    families : the options; those that the user did not give have their defaults.
    kept : the options that commands leave as they were given, such as the columns of all models
        where the proposals are for one.
    """

    command: str
    data: Any = PLACEHOLDER
    families: Sequence[Family] = field(default=())
    kept: Sequence[str] = ()

    def takes(self, proposal: Proposal) -> bool:
        """Return whether the command has all options of a proposal, and names for its inputs."""
        if not self.may_guess or not paths(self.data):
            return False
        if proposal.command is not None:
            return self.command != proposal.command
        known = {name for family in self.families for name in family.declared}
        return not self.families or proposal.options.keys() <= known

    @property
    def may_guess(self) -> bool:
        """Whether the columns that are scored are those of the input, of which guesses are."""
        given = {name for family in self.families for name in given_in(family)}
        return MAKING.isdisjoint(given)

    @property
    def as_given(self) -> list[TriedCommand]:
        """The command with what was given, and nothing that is guessed; none without files."""
        is_of_files = paths(self.data) not in ([], [PLACEHOLDER])
        return [TriedCommand(self.line(Proposal({}, "")))] if is_of_files else []

    def line(self, proposal: Proposal) -> str:
        """Return the complete command of a proposal, which can be pasted into a shell."""
        command = proposal.command or self.command
        declared = {n: one for family in self.families for n, one in family.declared.items()}
        given = {n: v for family in self.families for n, v in given_in(family).items()}
        if proposal.command not in {None, self.command}:
            given = {n: v for n, v in given.items() if n in SHARED}
        excluded = {n for name in proposal.options for n in EXCLUDED.get(name, ())}
        given = {n: v for n, v in given.items() if n not in excluded}
        new = {n: v for n, v in proposal.options.items() if n not in self.kept}
        options = {**new, **{n: v for n, v in given.items() if n not in new}}
        words = [word for n, v in options.items() for word in words_of(n, v, declared.get(n))]
        return " ".join(["cecli", command, *map(shlex.quote, [*paths(self.data), *words])])


# Options that make columns of others.
MAKING = frozenset({"event", "predicted", "pairs", "multilabel", "within"})
# Options that another makes needless, and so excludes.
EXCLUDED = {
    "event": ("label", "target", "positive"),
    "target": ("label", "positive"),
    "label": ("target",),
}
# Options that another command that is proposed has, too.
SHARED = frozenset({
    "weight", "count", "by", "cluster", "units", "clip", "normalize", "delimiter", "quotechar",
    "comment", "encoding", "header", "decimal", "row_names", "missing", "on_bad_row", "max_bad",
})  # fmt: skip


# Options that change no result, which a proposal does not need.
OF_WORK = frozenset({"workers", "chunk_bytes"})


def given_in(family: Family) -> dict[str, Any]:
    """Return the options of a family that do not have their defaults, if they bear on results."""
    return {
        name: value
        for name, declared in family.declared.items()
        if name not in OF_WORK and (value := getattr(family, name)) != declared.default
    }


def words_of(name: str, value: Any, declared: Declared | None) -> list[str]:
    """Return an option as the words of a command line."""
    option = f"--{name.replace('_', '-')}" if declared is None else declared.name
    if isinstance(value, bool):
        return [option]
    values: Iterable[Any] = (
        [value] if isinstance(value, str) or not isinstance(value, Sequence) else value
    )
    return [word for one in values for word in _option(option, str(one))]


def _option(option: str, value: str) -> list[str]:
    # A value that begins with a hyphen would be taken for an option.
    return [f"{option}={value}"] if value.startswith("-") else [option, value]


def paths(data: Any) -> list[str]:
    """Return the words that name the input; none for several inputs that are not all files."""
    many = data if isinstance(data, Sequence) and not isinstance(data, str) else [data]
    found = [x.path if isinstance(x, Pipe) else x for x in many]
    if not all(isinstance(x, str | os.PathLike) for x in found):
        return [PLACEHOLDER] if len(found) == 1 else []
    names = map(str, map(os.fspath, found))
    return [f"./{name}" if name.startswith("-") and name != "-" else name for name in names]
