"""How good are these probabilities? One column is about a positive class, several have one each."""

from collections.abc import Sequence

from cecli.columns.roles import choose_prob
from cecli.core.evaluate import Question
from cecli.core.table import Table
from cecli.options.predictions import Scoring


def prob_columns(table: Table, scoring: Scoring) -> list[tuple[str, str]]:
    """Return the (class, column) names of the predictions; one only for binary ones."""
    return choose_prob(table.header, scoring.prob, scoring.taken, table.name, scoring.tell)


def predictions(table: Table, scoring: Scoring, prob: Sequence[tuple[str, str]]) -> Question:
    """Return the question about predictions in these columns."""
    # The other of the two is not waited for.
    if len(prob) == 1:
        from cecli.commands.score.binary import binary

        return binary(table, scoring, prob[0])
    from cecli.commands.score.multiclass import multiclass

    return multiclass(table, scoring, prob)
