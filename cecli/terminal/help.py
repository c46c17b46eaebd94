"""The help of a command: what it does, examples, and the options that matter, or all of them."""

from collections.abc import Iterable, Iterator, Mapping
from inspect import getdoc

from cecli.options.declare import REQUIRED, Declared
from cecli.options.keywords import CommandLine
from cecli.renderers.laid_out.sections import command_lines
from cecli.renderers.laid_out.widths import wrapped

# Without a terminal, help has this width; and text in wider lines is hard to read.
USUAL_WIDTH, WIDEST = 80, 100
INDENT, GAP = "  ", "  "
# An option that is longer than this has its help on the lines below.
LONGEST_OPTION = 27
# Choices that are longer than this are named in the help.
LONGEST_CHOICES = 22
# So many examples are shown with the options that matter.
EXAMPLES = 3
OPTIONS, WHOLE = "Options", "--help-all"


def page(name: str, line: CommandLine, width: int, *, whole: bool) -> str:
    """Return the help of a command.

    Parameters
    ----------
    name : the command as it is called, such as "cecli score".
    whole : whether to show all options, in their panels, and all examples.
    """
    width = min(width, WIDEST)
    what, *examples = said(line)
    if not whole:
        examples = examples[:EXAMPLES]
    sections = (
        [_usage(name, line)],
        wrapped(what, width),
        [f"{INDENT}{part}" for one in examples for part in command_lines(one, width - len(INDENT))],
        *(_panel(title, of, width) for title, of in _panels(name, line, whole=whole)),
    )
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def said(line: CommandLine) -> list[str]:
    """Return what a command does, in one line, and its examples."""
    return [part.strip() for part in (getdoc(line.run) or "").split("\n\n")]


def _usage(name: str, line: CommandLine) -> str:
    needed = (
        one.option.metavar or "" if one.option.is_argument else _named(one)
        for one in line.declared.values()
        if one.option.is_argument or one.is_required
    )
    return " ".join(("Usage:", name, *needed, "[OPTIONS]"))


def _panels(
    name: str, line: CommandLine, *, whole: bool
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the titles of panels, each with its options and what they do."""
    declared = line.declared
    arguments = [one for one in declared.values() if one.option.is_argument]
    if arguments:
        yield "Arguments", [(one.option.metavar or "", one.option.help) for one in arguments]
    rest = {n: one for n, one in declared.items() if not one.option.is_argument}
    if not whole and line.matters:
        shown = [rest[n] for n in line.matters.split()]
        more = (WHOLE, f"Show all {len(rest)} options of {name}.")
        yield OPTIONS, [*map(_row, shown), more]
        return
    titles = dict.fromkeys(one.option.panel for one in rest.values())
    for title in titles:
        yield title or OPTIONS, [_row(one) for one in rest.values() if one.option.panel == title]


def _panel(title: str, rows: Iterable[tuple[str, str]], width: int) -> list[str]:
    """Return the lines of a panel; the help of its options begins in one column."""
    listed = list(rows)
    fitting = [len(option) for option, _ in listed if len(option) <= LONGEST_OPTION]
    column = len(INDENT) + max(fitting, default=0) + len(GAP)
    lines = [title]
    for option, text in listed:
        first, *others = wrapped(text, width - column)
        own = f"{INDENT}{option}"
        if len(option) > LONGEST_OPTION:
            lines.append(own)
            own = ""
        lines.append(f"{own.ljust(column)}{first}")
        lines += [f"{' ' * column}{other}" for other in others]
    return lines


def _row(declared: Declared) -> tuple[str, str]:
    """Return an option as it is typed, and what it does."""
    return _named(declared), " ".join(filter(None, (declared.option.help, *_notes(declared))))


def _named(declared: Declared) -> str:
    short = f"{declared.option.short}, " if declared.option.short else ""
    return f"{short}{declared.name} {_value(declared)}".rstrip()


def _value(declared: Declared) -> str:
    """Return what stands for the value of an option; nothing for a flag."""
    if declared.kind is bool:
        return ""
    choices = "|".join(declared.choices)
    if choices and len(choices) <= LONGEST_CHOICES:
        return choices
    return declared.option.metavar or "NAME"


def _notes(declared: Declared) -> Iterator[str]:
    """Yield what the help of an option does not say: its choices, and its default."""
    choices = declared.choices
    if len("|".join(choices)) > LONGEST_CHOICES:
        yield f"One of {', '.join(choices)}."
    default = declared.default
    if default not in (REQUIRED, None, (), True, False):
        yield f"Default: {default}."


def front(groups: Mapping[str, Mapping[str, str]]) -> str:
    """Return the page of the program: how to start, and its commands by what one wants.

    Parameters
    ----------
    groups : the commands of each group, with what each does.
    """
    return "\n".join(_front(groups)) + "\n"


WHAT = "Evaluate probabilistic predictions: how many nats a model loses, and where."
START = {
    "cecli inspect preds.csv": "What is in the file, and what could be scored?",
    "cecli score preds.csv": "How good are its probabilities?",
}
# Groups whose commands share a row of the front page, and what they do together.
TOGETHER = {"look up": "What codes, metrics and documents mean."}
FOOT = (
    "Usage: cecli COMMAND FILE… [OPTIONS]; cecli help COMMAND, --install-completion.",
    "Programs: cecli help automation; errors as JSON: --error-format json.",
)


def _front(groups: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield WHAT
    yield ""
    longest = max(map(len, START))
    yield from (f"{INDENT}{command.ljust(longest)}{GAP}{why}" for command, why in START.items())
    yield ""
    wanted = max(map(len, groups))
    longest = max(len(name) for commands in groups.values() for name in commands)
    for group, commands in groups.items():
        if group in TOGETHER:
            yield f"{group.ljust(wanted)}{GAP}{', '.join(commands)}{GAP}{TOGETHER[group]}"
            continue
        for number, (name, what) in enumerate(commands.items()):
            mark = "" if number else group
            yield f"{mark.ljust(wanted)}{GAP}{name.ljust(longest)}{GAP}{what}"
    yield from FOOT
