"""The short view of a report: the headline, what matters in sentences, and few numbers.

matter - the metrics that matter, what they are called, and remarks on them
cells - a result in words: digits that mean something
headline - the input, the rates of its classes, its columns and options
grids - the tables of metrics, models, classes and groups
llama - the report of llama.cpp, with its digits
"""

from cecli.core.errors import visible
from cecli.renderers.formats import Layout
from cecli.renderers.sheet import Sheet, sentence
from cecli.report.report import Report


def sheet_of(report: Report, layout: Layout) -> Sheet:
    """Return the short view of a report as a sheet."""
    from cecli.renderers.short import grids, headline
    from cecli.renderers.summary import sentences

    said, notices = sentences(report), grids.notices(report, layout)
    title, facts = headline.title(report), headline.facts(report)
    if report.comparisons and report.command == "compare":
        from cecli.renderers.comparisons import verdicts

        # Their conclusions are what was asked for.
        title, facts, said = verdicts(report), f"{title} · {facts}", []
    return Sheet(
        visible(title),
        visible(facts),
        tuple(grids.of_report(report, layout)),
        (*map(visible, map(sentence, notices)), *grids.absent(report, layout)),
        tuple(said),
        tuple(layout.steps),
        is_brief=True,
    )
