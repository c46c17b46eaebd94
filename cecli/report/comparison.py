"""What a comparison of two models found: plain frozen values."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cecli.report.report import json_intervals, json_metrics
from cecli.report.result import Result, Units


class Conclusion(StrEnum):
    """What the rows say of a model beside the one it is compared with, the baseline.

    EQUIVALENT and NOT_WORSE are for a margin that the user gave. UNDEFINED: the difference is.
    """

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    NOT_WORSE = "not-worse"
    UNDECIDED = "undecided"
    UNDEFINED = "undefined"


@dataclass(frozen=True)
class Comparison:
    """One model beside the baseline, on the same rows.

    Attributes
    ----------
    baseline, model : their names.
    verdict, sentence : for programs and for people, the latter in the units of the report.
    distribution : of what the p-values are tails: "t" or "normal", or "anytime" for e-values.
    results : first of all the difference, model minus baseline: negative where the model loses
        less.
    """

    baseline: str
    model: str
    verdict: Conclusion
    sentence: str
    distribution: str
    results: tuple[Result, ...]

    def in_units(self, units: Units) -> "Comparison":
        """Return a comparison whose results are in nats in other units."""
        return replace(self, results=tuple(result.in_units(units) for result in self.results))

    def __getitem__(self, name: str) -> float | None:
        """Return a metric's value by its key."""
        return {result.name: result.value for result in self.results}[name]

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as the JSON contract has it."""
        return {
            "baseline": self.baseline,
            "model": self.model,
            "verdict": str(self.verdict),
            "sentence": self.sentence,
            "distribution": self.distribution,
            "metrics": json_metrics(self.results),
            "intervals": json_intervals(self.results),
        }
