"""How good are these probabilities? One column is about a positive class, several have one each."""

from collections.abc import Sequence

from cecli.answer import Question
from cecli.questions.scoring import Scoring
from cecli.readers import Table
from cecli.roles import choose_prob


def prob_columns(table: Table, scoring: Scoring) -> list[tuple[str, str]]:
    """Return the (class, column) names of the predictions; one only for binary ones."""
    return choose_prob(table.header, scoring.prob, scoring.taken, table.name, scoring.tell)


def predictions(table: Table, scoring: Scoring, prob: Sequence[tuple[str, str]]) -> Question:
    """Return the question about predictions in these columns."""
    # The other of the two is not waited for.
    if len(prob) == 1:
        from cecli.questions.binary import binary

        return binary(table, scoring, prob[0])
    from cecli.questions.multiclass import multiclass

    return multiclass(table, scoring, prob)
