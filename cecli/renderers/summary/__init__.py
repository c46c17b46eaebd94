"""The one to three sentences that say what matters in a report.

Each question has rules, and the first that applies answers it. A rule claims what the intervals and
tests of the report bear, and nothing more.

numbers - numbers as people read them
figures - the figures of a report, from a report or from its JSON
loss - what predictions lose
calibrated - whether predictions mean what they say
others - divergences, drift, entropies, fits, groups, worst rows
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cecli.core.errors import visible
from cecli.renderers.summary import calibrated, loss, others
from cecli.renderers.summary.figures import KeyFigures, of_json, of_report

if TYPE_CHECKING:
    from cecli.report.report import Report

# Answers a question; None if it does not apply.
Rule = Callable[[KeyFigures], str | None]
MOST = 3

LOSS = (
    loss.infinite, loss.tokens, loss.better, loss.worse, loss.unsure, loss.open_question,
    loss.no_better, loss.one_class, loss.alone,
)  # fmt: skip
CALIBRATED = (calibrated.miscalibrated, calibrated.hinted, calibrated.no_sign)
# The questions of each command, in the order of their sentences.
QUESTIONS: Mapping[str, tuple[tuple[Rule, ...], ...]] = {
    "score": (LOSS, (loss.unavoidable,), CALIBRATED, (others.costliest_group,)),
    "calibration": (LOSS, CALIBRATED, (calibrated.groups, calibrated.classes, calibrated.ranking)),
    "report": (LOSS, CALIBRATED, (others.costliest_group, calibrated.ranking)),
    "drift": ((others.moved, others.not_shown, others.untested), (others.change_of_loss,)),
    "kl": (
        (others.equal, others.divergent, others.of_tokens, others.of_likeliest, others.excess),
        (others.by_chance, others.perplexities),
    ),
    "entropy": ((others.uncertain, others.disagreeing), (others.informed,)),
    "fit": (LOSS, (others.wins_on_new_rows, others.wins)),
    "worst": (LOSS, (others.share_of_worst,)),
    "slices": ((others.worst_slice, others.no_slice), (others.slice_that_is_off,)),
}


def sentences(document: "Report | Mapping[str, Any]") -> list[str]:
    """Return one to three sentences that say what matters in a report.

    Parameters
    ----------
    document : a report, or its JSON as `Report.to_dict` returns it.

    Returns
    -------
    list of str
        Plain text, in which what comes from the input is escaped; empty for other documents.

    Examples
    --------
    >>> from cecli import score
    >>> sentences(score({"y": [0, 1], "p": [0.5, 0.5]}))[0]
    'Loses 0.6931 nats a row: no better than always saying 50 %, as far as these rows tell.'
    """
    figures = of_json(document) if isinstance(document, Mapping) else of_report(document)
    if figures.command == "compare" or (figures.conclusions and figures.command == "report"):
        return list(map(visible, figures.conclusions[:MOST]))
    answers = (answer(rules, figures) for rules in QUESTIONS.get(figures.command, ()))
    return [answer for answer in answers if answer is not None][:MOST]


def answer(rules: tuple[Rule, ...], figures: KeyFigures) -> str | None:
    """Return what the first of some rules that applies says."""
    return next((found for rule in rules if (found := rule(figures)) is not None), None)
