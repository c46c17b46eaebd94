"""The report of `kl --like llama.cpp`: its rows, with its digits."""

from cecli.core.errors import visible
from cecli.renderers.formats import Layout
from cecli.renderers.sheet import Grid, Sheet, sentence
from cecli.renderers.short import headline
from cecli.report.report import Report
from cecli.report.result import Result

HEADINGS = ("llama.cpp", "", "±")
UNKNOWN = "-"
# What names contain, and how llama.cpp writes their numbers: the factor, the format and the unit.
WRITTEN = (
    ("Cor(", (100.0, ".2f", " %")),
    ("Δp", (100.0, ".3f", " %")),
    ("Same top p", (100.0, ".3f", " %")),
    ("", (1.0, ".6f", "")),
)


def sheet_of(report: Report, layout: Layout) -> Sheet:
    """Return the report as a sheet."""
    rows = tuple(map(_row, report.results))
    return Sheet(
        visible(headline.title(report)),
        visible(headline.facts(report)),
        (Grid(HEADINGS, rows, frozenset({1, 2})),),
        tuple(visible(sentence(notice)) for notice in report.notices),
        steps=tuple(layout.steps),
        is_brief=True,
    )


def is_like_llama(report: Report) -> bool:
    """Return whether a report has the definitions of llama.cpp."""
    return report.task == "vocabulary" and report.options.get("like") == "llama.cpp"


def _row(result: Result) -> tuple[str, str, str]:
    factor, digits, unit = next(how for part, how in WRITTEN if part in result.name)
    se = None if result.interval is None else result.interval.se

    def written(value: float | None) -> str:
        return UNKNOWN if value is None else f"{factor * value:{digits}}{unit}"

    return result.name, written(result.value), "" if se is None else written(se)
