"""The JSON of the outcome of a rule of `cecli check`."""

from typing import Annotated

from cecli.core.contract import Bounds, Count, Number, Says, stated
from cecli.core.dataclasses import dataclass
from cecli.report.parts import Limit, Severity, Verdict

# JSON has the value of an enumeration's member as a string.
ByText = Bounds(strict=False)


@stated
@dataclass(frozen=True)
class CheckDocument:
    """The outcome of a rule."""

    metric: str
    by: Annotated[str | None, Says("the column whose groups must each pass")]
    limit: Annotated[Limit, ByText]
    amount: float
    percent: bool
    confidence: float | None
    verdict: Annotated[Verdict, ByText]
    passed: bool
    reason: str
    value: Number
    baseline: Number
    change: Number
    lower: Number
    upper: Number
    group: Annotated[str | None, Says("the worst group")]
    groups: Count | None
    failed_groups: Count | None
    file: str | None
    line: Count | None
    severity: Annotated[
        Severity, ByText, Says("whether the run fails where the rule does not hold, or only warns")
    ] = Severity.ERROR
