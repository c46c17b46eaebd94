"""Any document as JSON, as the JSON contract states it."""

from typing import Any

from cecli.core.json_text import json_pieces, json_text
from cecli.renderers.formats import Document, Layout


def render(document: Document, layout: Layout) -> str:  # noqa: ARG001
    """Return indented JSON."""
    return "".join((*json_pieces(_stated(document), indent=True), "\n"))


def render_line(document: Document, layout: Layout) -> str:  # noqa: ARG001
    """Return JSON on one line."""
    return json_text(_stated(document)) + "\n"


def _stated(document: Document) -> Any:
    """Return a document in the shape of its JSON; a report's groups are not plain values yet."""
    shape: Any = getattr(document, "to_document", document.to_dict)
    return shape()
