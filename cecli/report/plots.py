"""The pictures of a report in Python: `report.plot.reliability()`, and what notebooks show of it.

What draws pictures stands above reports, so that it is imported by name.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from cecli.core.dataclasses import dataclass
from cecli.report.document import ReportDocument

if TYPE_CHECKING:
    from os import PathLike


class Pictured(Protocol):
    """A report."""

    def to_document(self) -> ReportDocument:
        """Return the report in the shape of its JSON."""
        ...


@dataclass(frozen=True, repr=False)
class Plot:
    """A picture of a report. Notebooks show it; `save` writes it to a file.

    Attributes
    ----------
    names : of the pictures that are shown, under each other.
    """

    report: Pictured
    names: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Plot {', '.join(self.names)}>"

    def to_svg(self) -> str:
        """Return the picture as SVG."""
        text: str = _files().render_svg(self.report, self._layout)
        return text

    def to_vega_lite(self) -> dict[str, Any]:
        """Return the picture as a Vega-Lite specification."""
        specification: dict[str, Any] = _files().specification(self.report, self._layout)
        return specification

    def save(self, path: "str | PathLike[str]") -> None:
        """Write the picture to a file, in the format of its suffix: .svg, .png, .vl.json or .html.

        A page has the tables of the report, too.

        Raises
        ------
        UsageError
            If the suffix is another one, or the format needs an extra that is not installed.
        InputError
            If the file cannot be written.
        """
        _files().save(self.report, self._layout, path)

    @property
    def _layout(self) -> Any:
        return import_module("cecli.renderers.formats").Layout(plots=self.names)

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def _repr_html_(self) -> str:
        return f'<div style="max-width:50em">{self.to_svg()}</div>'


class Plots:
    """The pictures of a report, by their names: those that it has are in `names`."""

    def __init__(self, report: Pictured) -> None:
        self._report = report

    def __repr__(self) -> str:
        return f"<Plots {', '.join(self.names)}>"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the pictures that the report has, as `--plot` takes them."""
        return tuple(_pictures().pictures_of(self._report.to_document()))

    def __call__(self, names: str | Sequence[str]) -> Plot:
        """Return some pictures under each other, by their names.

        Raises
        ------
        UsageError
            If the report has no such picture.
        """
        asked = (names,) if isinstance(names, str) else tuple(names)
        _pictures().chosen(self._report.to_document(), asked)
        return Plot(self._report, asked)

    def reliability(self) -> Plot:
        """Return the reliability diagram of a report on calibration, with the isotonic curve."""
        return self("reliability")

    def roc(self) -> Plot:
        """Return the ROC curve of a report on calibration."""
        return self("roc")

    def precision_recall(self) -> Plot:
        """Return the precision by the recall, of a report on calibration."""
        return self("precision-recall")

    def cumulative(self) -> Plot:
        """Return the cumulative differences of a report on calibration."""
        return self("cumulative")

    def forest(self) -> Plot:
        """Return the forest plot of a report: its models, or its groups, with their intervals."""
        return self("forest")

    def drift(self) -> Plot:
        """Return the histograms of the columns of a report on drift, then and now."""
        return self("drift")


def _pictures() -> Any:
    return import_module("cecli.renderers.pictured.plots")


def _files() -> Any:
    return import_module("cecli.renderers.pictured.files")
