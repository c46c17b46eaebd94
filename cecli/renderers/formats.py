"""The table of formats: their names, suffixes, documents and renderers.

`--format`, `--export` and `-o` take their choices from it. To add a format, write a file in this
folder with a function `render(document, layout)`, and add its line to the table.
"""

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Protocol

from cecli.core.errors import MissingExtraError, UsageError, shown

# The kinds of documents that commands write, in words.
DOCUMENTS = {
    "report": "a report",
    "inspection": "an inspection",
    "definitions": "a list of definitions",
    "explanations": "a list of explanations",
    "verdicts": "a list of verdicts",
    "verification": "a verification",
    "page": "a page",
}
# All of them can be tables; a page is a report with what is shown beside it.
ALL = tuple(name for name in DOCUMENTS if name != "page")


class Document(Protocol):
    """A document that a command writes.

    Attributes
    ----------
    document : the kind of document, a key of DOCUMENTS.
    """

    document: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        """Return the document as plain JSON values."""
        ...


# The names of pictures of reports, of which not every report has each.
PLOTS = ("reliability", "roc", "precision-recall", "cumulative", "forest", "drift")
# The significant digits of numbers, unless others are asked for or the errors of numbers tell.
DIGITS = 6


class Layout(NamedTuple):
    """The layout of text for people; formats for programs ignore it.

    Attributes
    ----------
    digits : significant digits of numbers; None for those that mean something.
    width : columns of the terminal; None if the text does not go to a terminal.
    colour : whether to write escape sequences.
    unicode : whether text may use characters beyond ASCII.
    is_whole : whether to show all metrics of a report, in place of those that matter.
    metrics : the metrics to show instead, by their names in reports; each as the user named it.
    steps : commands that could be next.
    plots : the names of the pictures to draw; empty for what stands for the document.
    """

    digits: int | None = None
    width: int | None = None
    colour: bool = False
    unicode: bool = True
    is_whole: bool = False
    metrics: Mapping[str, str] = MappingProxyType({})
    steps: Sequence[str] = ()
    plots: tuple[str, ...] = ()


class Format(NamedTuple):
    """A format of documents.

    Attributes
    ----------
    renderer : a module in this folder, imported when the format is used; after a colon, the name
        of its function, by default render.
    documents : the kinds of documents that it can write.
    suffixes : of files in this format, in lower case.
    extra : the module that it needs, and the extra of cecli that installs it; None for nothing.
    is_binary : whether the renderer returns bytes.
    has_pictures : whether it shows pictures of reports.
    """

    name: str
    renderer: str
    documents: tuple[str, ...] = ALL
    suffixes: tuple[str, ...] = ()
    extra: tuple[str, str] | None = None
    is_binary: bool = False
    has_pictures: bool = False

    def render(self, document: Document, layout: Layout) -> str | bytes:
        """Return a document as text, or as bytes if the format is binary.

        Raises
        ------
        UsageError
            If the format cannot write such documents.
        """
        refuse_other_documents(self, document.document)
        module, _, function = self.renderer.partition(":")
        render = getattr(import_module(f"cecli.renderers.{module}"), function or "render")
        content: str | bytes = render(document, layout)
        return content


TABLE = Format("table", "table", suffixes=(".txt",))

FORMATS = {
    form.name: form
    for form in (
        TABLE,
        Format("json", "json", (*ALL, "page"), (".json",)),
        Format("jsonl", "json:render_line", (*ALL, "page"), (".jsonl",)),
        Format("csv", "csv", ("report", "verdicts"), (".csv",)),
        Format("markdown", "markdown", suffixes=(".md",)),
        Format("html", "html", suffixes=(".html", ".htm"), has_pictures=True),
        Format("page", "page.whole", ("page",), (".html", ".htm")),
        Format("svg", "pictured.files:render_svg", ("report",), (".svg",), has_pictures=True),
        Format(
            "vega-lite", "pictured.files:render_vega", ("report",), (".vl.json",), has_pictures=True
        ),
        Format(
            "png",
            "pictured.files:render_png",
            ("report",),
            (".png",),
            extra=("vl_convert", "report"),
            is_binary=True,
            has_pictures=True,
        ),
        Format("junit", "junit", ("verdicts",), (".xml",)),
        Format("github", "github", ("verdicts",)),
        Format("smaller-is-better", "tracker:render_smaller", ("verdicts",)),
        Format("bigger-is-better", "tracker:render_bigger", ("verdicts",)),
    )
}


def formats_of(document: str) -> tuple[Format, ...]:
    """Return the formats that can write a kind of document, in the order of the table."""
    return tuple(form for form in FORMATS.values() if document in form.documents)


def picture_formats() -> tuple[Format, ...]:
    """Return the formats that show pictures of reports."""
    return tuple(form for form in FORMATS.values() if form.has_pictures)


def chosen(name: str | None, path: str | None, document: str) -> Format:
    """Return the format for a kind of document.

    The name decides, then the suffix of the path; without either, the format is the table.

    Raises
    ------
    UsageError
        If no format has that name or suffix, or the format cannot write such documents.
    """
    if name is not None:
        if name not in FORMATS:
            raise UsageError(f"{shown(name)} is not a format", hint=_names(document))
        return _usable(FORMATS[name], document)
    if path in FORMATS:
        raise UsageError(
            f"--output {path} would be a file of the name of a format",
            hint=f"--format {path} chooses the format; --output ./{path} writes such a file",
        )
    suffix = _suffix_of(path or "")
    if not suffix:
        return TABLE
    found = [form for form in formats_of(document) if suffix in form.suffixes]
    if not found:
        raise UsageError(
            f"--output ends in {shown(suffix)}, which is not a suffix of {DOCUMENTS[document]}",
            str(path),
            f"suffixes: {_suffixes(document)}; with --format the file may have any name",
        )
    return _usable(found[0], document)


def _suffix_of(path: str) -> str:
    """Return the suffix of a path, in lower case: the longest that is known, such as .vl.json."""
    name = os.path.basename(path).lower()
    known = (suffix for form in FORMATS.values() for suffix in form.suffixes)
    found = [suffix for suffix in known if name.endswith(suffix) and name != suffix]
    return max(found, key=len, default=os.path.splitext(name)[1])


def _usable(form: Format, document: str) -> Format:
    """Return the format.

    Raises
    ------
    UsageError
        If it cannot write such documents, or needs an extra that is not installed.
    """
    refuse_other_documents(form, document)
    if form.extra is not None:
        module, extra = form.extra
        if find_spec(module) is None:
            raise MissingExtraError.of(extra, f"the format {form.name}", doing="writing")
    return form


def refuse_other_documents(form: Format, document: str) -> None:
    """Raise a UsageError if a format cannot write a kind of document."""
    if document not in form.documents:
        raise UsageError(
            f"the format {form.name} cannot write {DOCUMENTS.get(document, document)}",
            hint=_names(document),
        )


def _names(document: str) -> str:
    return f"formats: {', '.join(form.name for form in formats_of(document))}"


def _suffixes(document: str) -> str:
    return ", ".join(suffix for form in formats_of(document) for suffix in form.suffixes)
