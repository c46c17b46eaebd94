"""Commands that could be next after a report: complete, so that they can be pasted."""

import os
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cecli.core.dataclasses import dataclass
from cecli.core.files import STDIN

if TYPE_CHECKING:
    from cecli.options.declare import Declared, Family
    from cecli.renderers.summary.figures import KeyFigures
    from cecli.report.report import Report

# Inputs that cannot be read again.
READ_ONCE = ("/dev/", "/proc/")
# So many inputs are named: those of a pattern are many.
MOST_PATHS = 5
# Options that a further command can do without: they choose what is shown of the same rows.
IDLE = frozenset({
    "base_rate", "ordered", "explain", "bootstrap", "seed", "level", "by", "min_count", "min_group",
    "max_groups", "cluster", "draws", "bins", "strategy", "edges", "debiased", "threshold",
    "versus", "save_state",
})  # fmt: skip


def _is_tested(of: "KeyFigures") -> bool:
    """Return whether there are tests of calibration, of which cecli calibration has more."""
    from cecli.renderers.summary.calibrated import evidence

    return of.task == "binary" and evidence(of) is not None


def _is_miscalibrated(of: "KeyFigures") -> bool:
    from cecli.renderers.summary.calibrated import miscalibrated

    return of.task == "binary" and miscalibrated(of) is not None


def _has_slope(of: "KeyFigures") -> bool:
    """Return whether a logistic recalibration exists, as --model platt fits it."""
    return _is_miscalibrated(of) and of.has("calibration_slope")


def _has_steps_alone(of: "KeyFigures") -> bool:
    """Return whether only a step function fits: some logits are infinite, or all are the same."""
    both_occur = of.values.get("base_rate") not in {None, 0.0, 1.0}
    return _is_miscalibrated(of) and not of.has("calibration_slope") and both_occur


def _is_finite(of: "KeyFigures") -> bool:
    return of.has("cross_entropy")


# After each command: when another helps, which, and its own options.
FURTHER: Mapping[str, tuple[tuple[Callable[["KeyFigures"], bool], str, str], ...]] = {
    "score": ((_is_tested, "calibration", ""), (_is_finite, "worst", "")),
    "calibration": (
        (_has_slope, "fit", " --model platt"),
        (_has_steps_alone, "fit", " --model isotonic"),
        (_is_finite, "worst", ""),
    ),
    "fit": ((_is_finite, "fit", " -o fit.json"),),
}


@dataclass(frozen=True)
class NextSteps:
    """What was asked, from which further commands follow.

    Attributes
    ----------
    command, files, families : what was asked; options that were not given have their defaults.
    options_of : returns the options of a command, by their names in Python.
    is_whole : whether all metrics are shown already.
    """

    command: str
    files: Sequence[str]
    families: "Sequence[Family]"
    options_of: "Callable[[str], Mapping[str, Declared]]"
    is_whole: bool = False

    def after(self, report: "Report") -> list[str]:
        """Return the commands that could follow a report."""
        if not 0 < len(self.files) <= MOST_PATHS or any(map(_is_read_once, self.files)):
            return []
        return list(self._after(report))

    def _after(self, report: "Report") -> Iterator[str]:
        from cecli.renderers.summary.figures import of_report

        if not self.is_whole and (same := self._line(self.command)) is not None:
            yield f"{same} --all"
        figures = of_report(report)
        for helps, command, own in FURTHER.get(self.command, ()):
            if helps(figures) and (line := self._line(command)) is not None:
                yield f"{line}{own}"
        yield from _explaining(report)

    def _line(self, command: str) -> str | None:
        """Return a command about the same rows; None if it cannot take what was asked."""
        from cecli.guessing.proposal import given_in, paths, words_of

        given: dict[str, Any] = {n: v for one in self.families for n, v in given_in(one).items()}
        known = self.options_of(command)
        if not given.keys() <= known.keys() | IDLE:
            return None
        words = [word for n, v in given.items() if n in known for word in words_of(n, v, known[n])]
        return " ".join(["cecli", command, *map(shlex.quote, [*paths(self.files), *words])])


def _explaining(report: "Report") -> Iterator[str]:
    """Yield the command that explains the first notice about which something could be done."""
    from cecli.explanations.registry import of_codes

    asked_for = {"clipped", "normalized", "undefined-metric"}
    codes = [notice.code for notice in report.notices if notice.code not in asked_for]
    known = [of_codes()[code] for code in codes if code in of_codes()]
    found = [one.code for one in known if not one.remedy.startswith("Nothing")]
    yield from (f"cecli explain {code}" for code in found[:1])


def _is_read_once(path: str) -> bool:
    """Return whether an input is a pipe, which the next command would find empty."""
    return (
        path == STDIN
        or path.startswith(READ_ONCE)
        or (os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)))
    )
