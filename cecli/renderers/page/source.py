"""The command that makes a page again, and the report's JSON inside it."""

import gzip
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from cecli.core.json_text import json_text
from cecli.renderers.page.content import PageContent
from cecli.renderers.page.sections import Section
from cecli.renderers.page.tables import Room
from cecli.renderers.page.tags import Html, tag

NAME = "report.json"
# The lists of a report that grow with its input, the longest first; the first of each say most.
# Of what should fit if all elements of a list were equally long.
MARGIN = 0.9
LISTS = ("groups", "rows", "per_class")


def source(content: PageContent, room: Room) -> Section:
    """Return the command, and a link that saves the JSON."""
    lines = (tag("code", line) for line in content.command.split("\n"))
    command = tag("pre", *lines, tabindex="0", aria_label="Command")
    return Section("source", "Make it again", (command, *_json(content.to_dict(), room)))


def _json(values: Mapping[str, Any], room: Room) -> list[Html]:
    """Return a link with the JSON, shortened where it is too long, and what was left out."""
    embedded, left_out = fitting(values, room.json)
    if embedded is None:
        return [tag("p", f"The report's JSON is too long for a page; {AGAIN}", class_="note")]
    address = f"data:application/gzip;base64,{embedded}"
    link = tag("a", "Download the report as JSON", href=address, download=f"{NAME}.gz", id="json")
    said = "; ".join(f"{kept:,} of {all_:,} {name}" for name, (kept, all_) in left_out.items())
    note = [tag("p", f"It has the first {said}; {AGAIN}", class_="note")] if said else []
    return [tag("p", link), *note]


AGAIN = "the command with -o report.json writes all of it."
Left = dict[str, tuple[int, int]]


def fitting(values: Mapping[str, Any], most: int) -> tuple[str | None, Left]:
    """Return JSON in gzip and base64 of at most so many characters, and what it lacks."""
    shown, left_out = dict(values), Left()
    while len(found := packed(shown)) > most:
        name = max(LISTS, key=lambda name: len(shown.get(name, ())))
        there = len(shown.get(name, ()))
        if there < 2:
            return None, {}
        kept = min(there - 1, int(MARGIN * there * most / len(found)))
        shown[name] = shown[name][:kept]
        left_out[name] = kept, len(values[name])
    return found, left_out


def packed(values: Mapping[str, Any]) -> str:
    """Return values as JSON, in gzip without a time or a name, in base64."""
    return b64encode(gzip.compress(json_text(values).encode(), 9, mtime=0)).decode()
