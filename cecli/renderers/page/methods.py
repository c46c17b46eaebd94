"""What the numbers of a page are: all of them, their formulas, and where these come from."""

from collections.abc import Iterator
from dataclasses import replace

from cecli.metrics.registry import known
from cecli.renderers.formats import Layout
from cecli.renderers.page.content import PageContent
from cecli.renderers.page.figures import title_of
from cecli.renderers.page.sections import Section
from cecli.renderers.page.slices import DIGITS, only
from cecli.renderers.page.tables import Room, folded, table
from cecli.renderers.page.tags import Html, tag, together
from cecli.renderers.reports import sheet_of
from cecli.renderers.sheet import Grid
from cecli.report.report import Report
from cecli.report.result import IntervalScale

HEADINGS = ("metric", "what it is", "formula")
# What a report must have for a source to be named: metrics, or a feature; and the source.
SOURCES: tuple[tuple[frozenset[str], str, str], ...] = (
    (
        frozenset({"cross_entropy", "kl"}),
        "Good, I. J. (1952), Rational decisions, Journal of the Royal Statistical Society B 14",
        "https://doi.org/10.1111/j.2517-6161.1952.tb00104.x",
    ),
    (
        frozenset({"brier"}),
        "Brier, G. W. (1950), Verification of forecasts expressed in terms of probability",
        "https://doi.org/10.1175/1520-0493(1950)078%3C0001:VOFEIT%3E2.0.CO;2",
    ),
    (
        frozenset({"miscalibration"}),
        "Dimitriadis, T., Gneiting, T., Jordan, A. I. (2021), Stable reliability diagrams for "
        "probabilistic classifiers",
        "https://doi.org/10.1073/pnas.2016191118",
    ),
    (
        frozenset({"ecce"}),
        "Arrieta-Ibarra, I., Gujral, P., Tannen, J., Tygert, M., Xu, C. (2022), Metrics of "
        "calibration for probabilistic predictions, Journal of Machine Learning Research 23 (351)",
        "",
    ),
    (
        frozenset({"auc"}),
        "DeLong, E. R., DeLong, D. M., Clarke-Pearson, D. L. (1988), Comparing the areas under two "
        "or more correlated receiver operating characteristic curves",
        "https://doi.org/10.2307/2531595",
    ),
    (
        frozenset({"average_precision"}),
        "Davis, J., Goadrich, M. (2006), The relationship between Precision-Recall and ROC curves",
        "https://doi.org/10.1145/1143844.1143874",
    ),
    (
        frozenset({"smece"}),
        "Błasiok, J., Nakkiran, P. (2024), Smooth ECE: principled reliability diagrams via kernel "
        "smoothing, ICLR",
        "https://arxiv.org/abs/2309.12236",
    ),
    (
        frozenset({"ece"}),
        "Guo, C., Pleiss, G., Sun, Y., Weinberger, K. Q. (2017), On calibration of modern neural "
        "networks",
        "https://arxiv.org/abs/1706.04599",
    ),
    (
        frozenset({"spiegelhalter_z"}),
        "Spiegelhalter, D. J. (1986), Probabilistic prediction in patient management and clinical "
        "trials",
        "https://doi.org/10.1002/sim.4780050506",
    ),
    (
        frozenset({"calibration_chi2"}),
        "Cox, D. R. (1958), Two further applications of a model for binary regression",
        "https://doi.org/10.1093/biomet/45.3-4.562",
    ),
    (
        frozenset({"js_divergence"}),
        "Lin, J. (1991), Divergence measures based on the Shannon entropy",
        "https://doi.org/10.1109/18.61115",
    ),
    (
        frozenset({"interval:share"}),
        "Wilson, E. B. (1927), Probable inference, the law of succession, and statistical "
        "inference",
        "https://doi.org/10.1080/01621459.1927.10502953",
    ),
    (
        frozenset({"interval:bootstrap"}),
        "Efron, B. (1979), Bootstrap methods: another look at the jackknife",
        "https://doi.org/10.1214/aos/1176344552",
    ),
    (
        frozenset({"option:cluster"}),
        "Bell, R. M., McCaffrey, D. F. (2002), Bias reduction in standard errors for linear "
        "regression with multi-stage samples, Survey Methodology 28",
        "",
    ),
    (
        frozenset({"comparisons"}),
        "Holm, S. (1979), A simple sequentially rejective multiple test procedure, Scandinavian "
        "Journal of Statistics 6",
        "https://www.jstor.org/stable/4615733",
    ),
    (
        frozenset({"confidence_set"}),
        "Hansen, P. R., Lunde, A., Nason, J. M. (2011), The model confidence set, Econometrica 79",
        "https://doi.org/10.3982/ECTA5771",
    ),
)


def methods(content: PageContent, room: Room) -> Section:
    """Return all metrics, their formulas, how intervals are found, and the sources."""
    report = content.report
    named = replace(report, columns={**report.columns, "prob": (content.first,)})
    every = sheet_of(only(named, "results", "models"), Layout(digits=DIGITS)).grids[:1]
    parts = [folded("All metrics", table(grid, "All metrics", room)) for grid in every]
    if report.explanation:
        steps = sheet_of(only(report, "explanation"), Layout(digits=DIGITS)).grids
        parts += [folded("Step by step", table(grid, "Step by step", room)) for grid in steps]
    if formulas := list(_formulas(report)):
        grid = Grid(HEADINGS, tuple(formulas), frozenset())
        parts.append(folded("Formulas", table(grid, "Formulas", room)))
    parts += _sources(report)
    return Section("methods", "Methods", tuple(parts), _intervals(report))


def _formulas(report: Report) -> Iterator[tuple[str, ...]]:
    for result in report.results:
        definition = known(result.name)
        if definition is not None:
            yield title_of(result.name), definition.meaning, definition.formula


def _intervals(report: Report) -> str:
    """Return how the intervals were found, in a sentence."""
    found = [each.interval for each in report.results if each.interval is not None]
    if not found:
        return "Sums are exact: the same rows give the same digits on every machine."
    level = f"{100.0 * found[0].level:.3g} %"
    how = "from the spread of the rows, taken as independent"
    if "cluster" in report.columns:
        how = "from the spread of the clusters (CR2), with the degrees of freedom of Student's t"
    if any(interval.method == "bootstrap" for interval in found):
        how = f"from {report.options.get('bootstrap', 'some')} bootstrap replicates"
    return (
        f"Intervals have a level of {level}, and come {how}. Sums are exact: the same rows give "
        "the same digits on every machine."
    )


def _sources(report: Report) -> list[Html]:
    has = _features(report)
    found = [_source(words, address) for needed, words, address in SOURCES if needed & has]
    if not found:
        return []
    return [folded("References", tag("ul", together(found), class_="sources"))]


def _source(words: str, address: str) -> Html:
    return tag("li", words, *([". ", tag("a", address, href=address)] if address else []))


def _features(report: Report) -> set[str]:
    """Return the metrics of a report, and what else sources are about."""
    intervals = [each.interval for each in report.results if each.interval is not None]
    return {
        *(result.name for result in report.results),
        *(f"option:{role}" for role in report.columns),
        *(["comparisons"] if report.comparisons else []),
        *(["confidence_set"] if report.confidence_set else []),
        *(["interval:bootstrap"] if any(i.method == "bootstrap" for i in intervals) else []),
        *(
            ["interval:share"]
            if report.reliability or any(i.scale is IntervalScale.SHARE for i in intervals)
            else []
        ),
    }
