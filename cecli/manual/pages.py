"""Pages for man, from the statements of options: `python -m cecli.manual.pages FOLDER`."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from cecli import __version__
from cecli.explanations.failures import EXITS
from cecli.manual.catalogue import document
from cecli.terminal.app import GROUPS
from cecli.terminal.help import LONGEST_CHOICES

SECTION = "1"
FILES = {
    "pyproject.toml": "Its table tool.cecli has defaults of options, and rules of cecli check.",
    "cecli.toml": "The same without tool.cecli; it is read instead, if both are in one folder.",
}
# What roff takes for a request where a line begins with it.
REQUEST = re.compile(r"^([.'])", re.MULTILINE)


def pages() -> dict[str, str]:
    """Return the text of each page, by the name of its file."""
    known = document(GROUPS, [])
    commands = {f"cecli-{one['name']}.1": _of_command(one, known) for one in known["commands"]}
    return {"cecli.1": _of_program(known), **commands}


def escaped(text: str) -> str:
    r"""Return text as roff shows it.

    Examples
    --------
    >>> print(escaped(".5 of a-b … \\"))
    \&.5 of a\-b \[u2026] \e
    """
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in text)
    return REQUEST.sub(r"\\&\1", text)


def _of_program(known: Mapping[str, Any]) -> str:
    groups = groupby(known["commands"], key=lambda one: one["group"])
    lines = [
        *_head("cecli", known["what"]),
        *_section("SYNOPSIS", ["cecli COMMAND FILE… [OPTIONS]"]),
        *_section("COMMANDS"),
        *(line for group, some in groups for line in _commands(group, list(some))),
        *_section("OPTIONS"),
        *_terms(known["program"] | known["common"]),
        *_ends(),
        *_section("ENVIRONMENT"),
        *_terms(known["variables"]),
        *_section("FILES"),
        *_terms(FILES),
        *_see([one["name"] for one in known["commands"]]),
    ]
    return "\n".join(lines) + "\n"


def _commands(group: str, commands: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f".SS {escaped(group)}"
    yield from _terms({one["name"]: one["what"] for one in commands})


def _of_command(one: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    needed = [o["name"] for o in one["arguments"]]
    needed += [_typed(o) for o in one["options"] if o["required"]]
    lines = [
        *_head(f"cecli-{one['name']}", one["what"]),
        *_section("SYNOPSIS", [" ".join(["cecli", one["name"], *needed, "[OPTIONS]"])]),
        *_section("ARGUMENTS" if one["arguments"] else ""),
        *_terms({o["name"]: o["help"] for o in one["arguments"]}),
        *_section("OPTIONS"),
        *_options(one["options"]),
        ".SS Help",
        *_terms(known["common"]),
        *_section("EXAMPLES"),
        *(line for example in one["examples"] for line in (".EX", escaped(example), ".EE")),
        *_ends(),
        *_see([]),
    ]
    return "\n".join(lines) + "\n"


def _options(options: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    panels: dict[str, dict[str, str]] = {}
    for one in options:
        panels.setdefault(one["panel"] or "Others", {})[_typed(one)] = _said(one)
    for panel, terms in panels.items():
        yield f".SS {escaped(panel)}"
        yield from _terms(terms)


def _typed(one: Mapping[str, Any]) -> str:
    short = f"{one['short']}, " if one["short"] else ""
    choices = "|".join(one["choices"])
    usual = choices if 0 < len(choices) <= LONGEST_CHOICES else "NAME"
    value = "" if one["type"] == "flag" else f" {one['metavar'] or usual}"
    return f"{short}{one['name']}{value}"


def _said(one: Mapping[str, Any]) -> str:
    choices = f" One of {', '.join(one['choices'])}." if one["choices"] else ""
    has_default = one["default"] not in (None, True, False)
    return f"{one['help']}{choices}" + (f" Default: {one['default']}." if has_default else "")


def _head(name: str, what: str) -> Iterator[str]:
    yield f'.TH {escaped(name.upper())} {SECTION} "" "cecli {__version__}" "cecli"'
    yield from _section("NAME", [f"{name} - {what[0].lower()}{what[1:]}"])


def _section(title: str, lines: Sequence[str] = ()) -> Iterator[str]:
    if title:
        yield f".SH {title}"
        yield from map(escaped, lines)


def _terms(terms: Mapping[str, str]) -> Iterator[str]:
    for term, what in terms.items():
        yield ".TP"
        yield f".B {escaped(term)}"
        yield escaped(what)


def _ends() -> Iterator[str]:
    yield from _section("EXIT STATUS")
    yield from _terms({one.code: one.means for one in EXITS})


def _see(names: Sequence[str]) -> Iterator[str]:
    yield ".SH SEE ALSO"
    pages = [f"cecli-{name}" for name in names] or ["cecli"]
    yield ",\n".join(f".BR {escaped(page)} ({SECTION})" for page in pages).replace(",\n", " ,\n")


def main() -> None:
    """Write all pages into a folder."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
