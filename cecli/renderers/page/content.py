"""What a page shows: a report, perhaps beside a baseline, and how both are made again."""

from typing import Any, ClassVar, Self

from cecli.core.contract import written
from cecli.core.dataclasses import dataclass, replace
from cecli.report.document import ReportDocument
from cecli.report.parts import Severity
from cecli.report.report import Report
from cecli.report.result import Result


@dataclass(frozen=True)
class PageContent:
    """A report to be shown as a page.

    Attributes
    ----------
    report : what the page is about.
    stated : the same in the shape of its JSON, with the verdicts of rules if there are any.
    command : makes the page again.
    baseline, named : a report whose values are shown beside, and its name; None for none.
    """

    document: ClassVar[str] = "page"

    report: Report
    stated: ReportDocument
    command: str
    baseline: Report | None = None
    named: str = ""

    def with_baseline(self, baseline: Report, name: str) -> Self:
        """Return the same beside a baseline."""
        return replace(self, baseline=baseline, named=name)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return written(self.stated)

    def to_document(self) -> ReportDocument:
        """Return the report in the shape of its JSON."""
        return self.stated

    @property
    def first(self) -> str:
        """The name of the model that the results are of, where there are several."""
        if self.report.comparisons:
            return self.report.comparisons[0].baseline
        return str(next(iter(self.report.columns.get("prob", ())), ""))

    @property
    def verdict(self) -> str:
        """What became of the rules that the report was checked by; empty without rules."""
        checks = self.stated.checks
        amiss = [check.severity for check in checks if not check.passed]
        if not amiss:
            return "Every rule holds." if checks else ""
        failed, warned = amiss.count(Severity.ERROR), amiss.count(Severity.WARN)
        told = [f"{failed} of {len(checks)} rules failed"] if failed else []
        told += [f"{warned} of {len(checks)} rules warned"] if warned else []
        return f"{', '.join(told)}."

    @property
    def results(self) -> dict[str, Result]:
        """The results on all rows, by name."""
        return {result.name: result for result in self.report.results}
