"""The options of `cecli check`, and all that a configuration may have defaults of."""

from collections.abc import Sequence
from typing import Annotated, Literal

from cecli.core.errors import UsageError
from cecli.options.declare import OUTPUT, Family, Option
from cecli.options.families import (
    SHARE,
    GroupOptions,
    ReadingOptions,
    ReplicateOptions,
    ScoreOptions,
)

RULES, BASELINE, NOISE = "Rules", "Baseline", "Noise"
OF_METRIC, OF_CHANGE = "METRIC[@COL]=X", "METRIC[@COL]=X|X%"


class CheckedInputs(Family):
    """What is checked."""

    files: Annotated[
        Sequence[str],
        Option(
            "Predictions, as for cecli score; or one report, as --json writes it; - is stdin. "
            "Default: those of the configuration.",
            metavar="[FILE]…",
            is_argument=True,
            is_path=True,
        ),
    ] = ()


class RuleOptions(Family):
    """What must hold."""

    max: Annotated[
        Sequence[str],
        Option("At most X; with @COL in each group of a column.", RULES, OF_METRIC,
               configurable=False),
    ] = ()  # fmt: skip
    min: Annotated[
        Sequence[str], Option("At least X.", RULES, OF_METRIC, configurable=False)
    ] = ()  # fmt: skip
    require_rows: Annotated[
        int | None, Option("At least N rows.", RULES, "N", min=1, limits={"ge": 1})
    ] = None  # fmt: skip
    max_skipped: Annotated[
        str | None,
        Option("No more rows may have been skipped.", RULES, "N|N%", schema=str | int),
    ] = None


class BaselineOptions(Family):
    """What changes are from: a stored report, or predictions, whose rows may have a key."""

    baseline: Annotated[
        str | None,
        Option("The report that changes are from, as --json writes it.", BASELINE, "REPORT",
               is_path=True),
    ] = None  # fmt: skip
    baseline_file: Annotated[
        str | None,
        Option(
            "Instead, the predictions that changes are from: cross_entropy changes row by row, "
            "whose noise is far less.",
            BASELINE,
            "FILE",
            is_path=True,
        ),
    ] = None
    id: Annotated[
        str | None,
        Option("Column that tells which rows of both belong together; default: their position.",
               BASELINE, "COL"),
    ] = None  # fmt: skip

    def __post_init__(self) -> None:
        if self.baseline is not None and self.baseline_file is not None:
            raise UsageError("--baseline and --baseline-file exclude each other")
        if self.id is not None and self.baseline_file is None:
            raise UsageError("--id goes with --baseline-file: it tells which rows belong together")


class ChangeOptions(Family):
    """How much may change from the baseline."""

    max_increase: Annotated[
        Sequence[str],
        Option("The metric may rise by so much, or such a share.", BASELINE, OF_CHANGE,
               configurable=False),
    ] = ()  # fmt: skip
    max_decrease: Annotated[
        Sequence[str],
        Option("The metric may fall by so much.", BASELINE, OF_CHANGE, configurable=False),
    ] = ()
    max_worsening: Annotated[
        Sequence[str],
        Option("The same in the direction that is worse: cecli metrics has it.", BASELINE,
               OF_CHANGE, configurable=False),
    ] = ()  # fmt: skip


class NoiseOptions(Family):
    """How sure a verdict has to be."""

    confidence: Annotated[
        float | None,
        Option("Compare the interval of this confidence, 0.95 say, not the value itself.", NOISE,
               "C", limits=SHARE),
    ] = None  # fmt: skip
    undecided: Annotated[
        Literal["fail", "pass"] | None,
        Option("What becomes of a rule whose limit is inside the interval; default: fail.", NOISE),
    ] = None


class ExportOptions(Family):
    """What else is written."""

    export: Annotated[
        Sequence[str],
        Option("Write the verdicts in this format as well; - is standard output.", OUTPUT,
               "FORMAT=PATH"),
    ] = ()  # fmt: skip


# All that a configuration may have defaults of.
CONFIGURABLE = (
    ScoreOptions, GroupOptions, ReplicateOptions, ReadingOptions,
    CheckedInputs, BaselineOptions, NoiseOptions, RuleOptions, ExportOptions,
)  # fmt: skip
