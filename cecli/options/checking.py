"""The options of `cecli check`, and the families that a configuration may set."""

from collections.abc import Sequence
from typing import Annotated, Literal

from cecli.core.errors import UsageError
from cecli.options.declare import OUTPUT, Family, Option
from cecli.options.groups import SHARE, AverageOptions, GroupOptions, ReplicateOptions
from cecli.options.joining import LabelOptions
from cecli.options.predictions import ScoreOptions, Tokens
from cecli.options.reading import ScoredReadingOptions
from cecli.options.shapes import ModelOptions, ShapeOptions

RULES, BASELINE, NOISE = "Rules", "Baseline", "Noise"
OF_METRIC, OF_CHANGE = "METRIC[@COL]=X[:warn]", "METRIC[@COL]=X|X%[:warn]"


class CheckedInputs(Family):
    """The input that is checked."""

    files: Annotated[
        Sequence[str],
        Option(
            "Predictions, as for cecli score; or one report written by --json; - is stdin. "
            "Default: the files in the configuration.",
            metavar="[FILE]…",
            is_argument=True,
            is_path=True,
        ),
    ] = ()


class RuleOptions(Family):
    """Rules on the report itself."""

    max: Annotated[
        Sequence[str],
        Option(
            "Require at most X; with @COL, in each group of that column. A rule that ends in :warn "
            "is told where it does not hold, and fails no run.",
            RULES,
            OF_METRIC,
            configurable=False,
        ),
    ] = ()
    min: Annotated[
        Sequence[str], Option("Require at least X.", RULES, OF_METRIC, configurable=False)
    ] = ()  # fmt: skip
    require_rows: Annotated[
        int | None, Option("Require at least N rows.", RULES, "N", min=1, limits={"ge": 1})
    ] = None  # fmt: skip
    max_skipped: Annotated[
        str | None,
        Option(
            "Allow at most this many skipped rows, as a number or a share.",
            RULES,
            "N|N%[:warn]",
            schema=str | int,
        ),
    ] = None


class BaselineOptions(Family):
    """The baseline of changes: a stored report, or predictions."""

    baseline: Annotated[
        str | None,
        Option("Baseline report, written by --json.", BASELINE, "REPORT",
               is_path=True),
    ] = None  # fmt: skip
    baseline_file: Annotated[
        str | None,
        Option(
            "Baseline predictions, instead of a report: cross_entropy is compared row by row, with "
            "far less noise. Or distributions of a language model, from which cecli kl measures.",
            BASELINE,
            "FILE",
            is_path=True,
        ),
    ] = None

    tokens: Tokens = None
    reference: Annotated[
        str | None,
        Option(
            "Check the drift of columns from this input, or from a state of cecli drift, by rules "
            "such as psi=0.1, or psi@age=0.1 for the column age.",
            BASELINE,
            "FILE",
            is_path=True,
        ),
    ] = None

    def __post_init__(self) -> None:
        others = self.baseline is not None or self.baseline_file is not None
        if self.reference is not None and others:
            raise UsageError(
                "--reference and a baseline exclude each other: drift is a comparison already"
            )
        if self.baseline is not None and self.baseline_file is not None:
            raise UsageError("--baseline and --baseline-file exclude each other")

    def refuse_tokens(self) -> None:
        """Raise a UsageError if there are tokens, and no distributions over a vocabulary."""
        if self.tokens is not None:
            raise UsageError(
                "--tokens applies to distributions over a vocabulary, of which there are none",
                hint="cecli check q.npy --baseline-file p.npy --from logit --tokens tokens.npy",
            )


class ChangeOptions(Family):
    """Rules on changes from the baseline."""

    max_increase: Annotated[
        Sequence[str],
        Option(
            "Allow a metric to rise by at most X, or by X% of the baseline.",
            BASELINE,
            OF_CHANGE,
            configurable=False,
        ),
    ] = ()
    max_decrease: Annotated[
        Sequence[str],
        Option("Allow a metric to fall by at most X.", BASELINE, OF_CHANGE, configurable=False),
    ] = ()
    max_worsening: Annotated[
        Sequence[str],
        Option(
            "Allow a metric to get worse by at most X; see cecli metrics for the direction.",
            BASELINE,
            OF_CHANGE,
            configurable=False,
        ),
    ] = ()
    rows_within: Annotated[
        str | None,
        Option(
            "Allow the number of rows to differ from the baseline's by at most this.",
            BASELINE,
            "N|N%[:warn]",
            schema=str | int,
        ),
    ] = None


class NoiseOptions(Family):
    """How noise affects verdicts."""

    confidence: Annotated[
        float | None,
        Option(
            "Compare the interval of this confidence, such as 0.95, not the value itself.",
            NOISE,
            "C",
            limits=SHARE,
        ),
    ] = None
    undecided: Annotated[
        Literal["fail", "pass"] | None,
        Option("Verdict when the limit lies inside the interval; default: fail.", NOISE),
    ] = None


class ExportOptions(Family):
    """Further files to write."""

    export: Annotated[
        Sequence[str],
        Option("Also write the verdicts in this format; - is stdout.", OUTPUT,
               "FORMAT=PATH"),
    ] = ()  # fmt: skip


# The families that a configuration may set.
CONFIGURABLE = (
    ScoreOptions, ShapeOptions, ModelOptions, GroupOptions, AverageOptions, ReplicateOptions,
    LabelOptions,
    ScoredReadingOptions, CheckedInputs, BaselineOptions, ChangeOptions, NoiseOptions, RuleOptions,
    ExportOptions,
)  # fmt: skip
