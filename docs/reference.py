"""Write the reference from the statements in the code: python docs/reference.py

Each page of docs/reference is what its function returns; a test holds them up to date. Run it after
an option, a metric, a code or a document changed.
"""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import cecli
from cecli.commands.schema import DOCUMENTS, Name, json_schema
from cecli.explanations.explanation import CodeExplanation, CodeKind
from cecli.explanations.registry import of_codes
from cecli.manual.automation import guide
from cecli.manual.catalogue import document
from cecli.metrics.registry import definitions
from cecli.options.checking import CONFIGURABLE
from cecli.options.keywords import keys_of
from cecli.terminal.app import GROUPS

FOLDER = Path(__file__).parent / "reference"
MADE = "<!-- Written by docs/reference.py from the statements in the code. -->"
OF_COMMANDS = """\
`cecli COMMAND --help` shows the options that matter, and `--help-all` all of them.
`cecli --help --format json` is this page for programs.
"""
OF_JSON = """\
`cecli schema NAME` prints the JSON Schema of each. Within a major version, keys are only added.
Infinities are the strings `Infinity` and `-Infinity`, and what is undefined is null.
"""
OF_EXITS = """\
A closed pipe, as by `| head`, ends a command quietly with the code that it would have had. What
programs need beside them, as `cecli help automation` prints it:
"""
OF_CODES = """\
As `cecli explain CODE` tells them. Codes are stable: notices have theirs as `code` in a report,
errors in what `--error-format json` writes. Messages may change.
"""
OF_CONFIGURATION = """\
`[tool.cecli]` in the nearest pyproject.toml, or all of a cecli.toml beside it. Flags take
precedence over a profile, a profile over the rest of the file. Unknown keys are errors.
[Checking predictions in CI](../ci.md) has examples, and `cecli schema config` is the schema.
"""
COMPLETION = """
## Completion in the shell

`cecli --install-completion` makes bash, zsh, fish or PowerShell complete commands, options and
their values, from the next shell on. `cecli --show-completion` prints what it would add, for those
who manage such files themselves.

## Pages for man

`python -m cecli.manual.pages FOLDER` writes a page for the program and one for each command, such
as `cecli-score.1`. `man -l FOLDER/cecli-score.1` shows one; in a folder `man1` below a folder of
`MANPATH`, `man cecli-score` finds it.
"""


def cell(text: object) -> str:
    """Return text for a cell of a table."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table."""
    lines = [headings, ["---"] * len(headings), *([cell(x) for x in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def code(text: str) -> str:
    return f"`{text}`"


@cache
def catalogue() -> Mapping[str, Any]:
    return document(GROUPS, [])


def anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def commands() -> Iterator[str]:
    yield "# Commands and options\n"
    yield f"{catalogue()['what']}\n"
    yield OF_COMMANDS
    found = catalogue()["commands"]
    yield table(
        ["command", "what it does"],
        [[f"[{one['name']}](#{anchor('cecli ' + one['name'])})", one["what"]] for one in found],
    )
    yield "Options of every command:\n"
    yield table(["option", "what it does"], [*items(catalogue()["common"])])
    yield "Options in the place of a command:\n"
    yield table(["option", "what it does"], [*items(catalogue()["program"])])
    yield "The environment:\n"
    yield table(["variable", "what it does"], [*items(catalogue()["variables"])])
    for one in found:
        yield from command(one)
    yield COMPLETION.strip() + "\n"


def items(told: Mapping[str, str]) -> Iterator[list[str]]:
    yield from ([code(name), what] for name, what in told.items())


def command(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"## cecli {one['name']}\n"
    yield f"{one['what']}\n"
    yield "```text\n" + "\n".join(one["examples"]) + "\n```\n"
    yield table(
        ["argument", "what it is"], [[code(o["name"]), o["help"]] for o in one["arguments"]]
    )
    panels: dict[str, list[Mapping[str, Any]]] = {}
    for option in one["options"]:
        panels.setdefault(option["panel"] or "Others", []).append(option)
    for panel, options in panels.items():
        yield f"**{panel}**\n"
        yield table(["option", "value", "default", "what it does"], [*map(option_row, options)])


def option_row(one: Mapping[str, Any]) -> list[str]:
    names = ", ".join(code(name) for name in (one["short"], one["name"]) if name)
    value = one["metavar"] or {"integer": "N", "number": "X", "flag": ""}.get(one["type"], "NAME")
    choices = ", ".join(map(code, one["choices"])) or (code(value) if value else "")
    default = "" if one["default"] in (None, True, False) else code(str(one["default"]))
    return [names + (" …" if one["repeats"] else ""), choices, default, one["help"]]


def metrics() -> Iterator[str]:
    yield "# Metrics\n"
    yield "As `cecli metrics` tells them; `cecli metrics NAME` finds one by any of its names.\n"
    rows = [
        [
            code(of.name),
            of.meaning,
            code(of.formula),
            of.unit,
            of.direction,
            f"{of.low:.6g} … {of.high:.6g}",
            ", ".join(of.also),
            of.streams,
        ]
        for of in definitions().values()
    ]
    yield table(
        [
            "metric",
            "what it is",
            "formula",
            "unit",
            "better",
            "range",
            "also called",
            "in one pass",
        ],
        rows,
    )


def json() -> Iterator[str]:
    yield "# JSON documents\n"
    yield OF_JSON
    for name in Name:
        schema = json_schema(name)
        yield f"## {name}\n"
        yield f"{DOCUMENTS[name].title}.\n"
        yield members(schema)
        for part, inner in sorted(schema.get("$defs", {}).items()):
            if "properties" in inner:
                yield f"**{part}** of {name}. {first(inner)}\n"
                yield members(inner)


def first(schema: Mapping[str, Any]) -> str:
    """Return the first sentence of what a schema describes."""
    return str(schema.get("description", "")).split("\n\n")[0].replace("\n", " ")


def members(schema: Mapping[str, Any]) -> str:
    required = schema.get("required", [])
    rows = [
        [code(key), kind(of), "yes" if key in required else "", first(of)]
        for key, of in schema.get("properties", {}).items()
    ]
    return table(["key", "type", "always there", "what it is"], rows)


def kind(of: Mapping[str, Any]) -> str:
    """Return the type of a value in words."""
    if "$ref" in of:
        return str(of["$ref"]).rpartition("/")[2]
    if "anyOf" in of:
        return " or ".join(dict.fromkeys(map(kind, of["anyOf"])))
    if "const" in of:
        return code(str(of["const"]))
    if "enum" in of:
        return ", ".join(code(str(one)) for one in of["enum"])
    if of.get("type") == "array":
        return f"list of {kind(of.get('items', {}))}"
    if of.get("type") == "object" and "additionalProperties" in of:
        inner = of["additionalProperties"]
        return f"object of {kind(inner)}" if isinstance(inner, dict) else "object"
    return str(of.get("type", "any"))


def exit_codes() -> Iterator[str]:
    yield "# Exit codes\n"
    found = [one for one in of_codes().values() if one.kind is CodeKind.EXIT]
    rows = [[code(one.code), one.means, one.why, one.remedy] for one in found]
    yield table(["code", "what it means", "what was written", "what to do"], rows)
    yield OF_EXITS
    yield f"```text\n{guide()}```\n"


TITLES = {
    CodeKind.NOTICE: "Notices",
    CodeKind.ROW: "Rows that cannot be used",
    CodeKind.ERROR: "Errors",
}


def errors_and_notices() -> Iterator[str]:
    yield "# Errors and notices\n"
    yield OF_CODES
    for of, title in TITLES.items():
        yield f"## {title}\n"
        for one in (one for one in of_codes().values() if one.kind is of):
            yield from explanation(one)


def explanation(one: CodeExplanation) -> Iterator[str]:
    yield f"### {one.code}\n"
    yield f"{one.means} {one.why} *What to do*: {one.remedy}\n".replace("_", "\\_")
    if one.example is not None:
        yield f"```text\n{one.example.line}\n```\n"


def python() -> Iterator[str]:
    yield "# The Python functions and classes\n"
    yield "As `help(cecli.score)` shows them. [The guide](../python.md) has examples.\n"
    for name in cecli.__all__:
        found = getattr(cecli, name)
        if callable(found):
            yield f"## cecli.{name}\n"
            yield f"```text\n{signature(name, found)}\n\n{inspect.getdoc(found) or ''}\n```\n"


def signature(name: str, found: Any) -> str:
    if isinstance(found, type):
        return f"class {name}"
    asked = inspect.signature(found).parameters.values()
    given = [
        one.name if one.default is one.empty else f"{one.name}={shown(one.default)}"
        for one in asked
    ]
    place = next((i for i, one in enumerate(asked) if one.kind is one.KEYWORD_ONLY), len(given))
    given.insert(place, "*")
    lines = "".join(f"\n    {one}," for one in given)
    return f"{name}({lines}\n)"


def shown(default: object) -> str:
    return "…" if callable(default) else repr(str(default) if isinstance(default, str) else default)


def configuration() -> Iterator[str]:
    yield "# The configuration\n"
    yield OF_CONFIGURATION
    told = {
        option["key"]: (
            option,
            [c["name"] for c in catalogue()["commands"] if has(c, option["key"])],
        )
        for command in catalogue()["commands"]
        for option in (*command["arguments"], *command["options"])
        if option["key"]
    }
    keys = [one.key for one in keys_of(CONFIGURABLE).values()]
    rows = [
        [code(key), option_row(told[key][0])[1], told[key][0]["help"], ", ".join(told[key][1])]
        for key in keys
        if key in told
    ]
    yield "## Defaults of options\n"
    yield table(["key", "value", "what it sets", "commands"], rows)
    parts = json_schema(Name.CONFIG)["$defs"]
    yield "## Rules: [[tool.cecli.check]]\n"
    yield members(parts["CheckTable"])
    yield "## Profiles: [tool.cecli.profiles.NAME]\n"
    yield f"{first(parts['ProfileTable'])} A profile has the same keys.\n"


def has(command: Mapping[str, Any], key: str) -> bool:
    return any(one["key"] == key for one in (*command["arguments"], *command["options"]))


PAGES = {
    "commands.md": commands,
    "metrics.md": metrics,
    "json.md": json,
    "exit-codes.md": exit_codes,
    "errors-and-notices.md": errors_and_notices,
    "python.md": python,
    "configuration.md": configuration,
}


def page(name: str) -> str:
    """Return the text of a page."""
    text = "\n".join(part.rstrip("\n") + "\n" for part in PAGES[name]())
    return f"{MADE}\n\n{text}"


def main() -> None:
    """Write all pages."""
    import_module("cecli")
    FOLDER.mkdir(exist_ok=True)
    for name in PAGES:
        (FOLDER / name).write_text(page(name))


if __name__ == "__main__":
    main()
