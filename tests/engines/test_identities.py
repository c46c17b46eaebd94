"""What is told apart by identity: it stays the same object, to a worker and back."""

import numpy as np

from cecli.engines.identities import recalled, received, returned, sendable
from cecli.metrics.reliability.clustered_auc import PlacedBeyond
from cecli.metrics.reliability.placements import Placements
from cecli.statistics.mean import Mean


class Naming:
    """A function that returns its statistics, as states do that name them."""

    def __init__(self, *statistics):
        self.statistics = statistics

    def __call__(self, partition):
        return {"of": partition, "statistics": self.statistics, "first": self.statistics[0]}


def placed(size=1):
    places = np.zeros(size)
    return PlacedBeyond(Placements(places, places, places, 0.5), of_events=True)


def test_a_result_names_the_objects_of_its_function():
    one, other = Mean(placed()), Mean(placed())
    assert one != other
    content, objects = sendable(Naming(one, other, one))
    function, copies = received(content)
    result = function("a.csv")
    assert result["first"] != one
    again = recalled(returned(result, copies), objects)
    assert again == {"of": "a.csv", "statistics": (one, other, one), "first": one}
    assert again["statistics"][0].score is one.score


def test_what_was_sent_is_not_sent_back():
    content, _ = sendable(Naming(Mean(placed(100_000))))
    function, copies = received(content)
    assert len(content) > 100_000
    assert len(returned(function("a.csv"), copies)) < 1000


def test_functions_of_one_pass_are_read_once():
    content, _ = sendable(Naming(Mean(placed())))
    assert received(content) is received(bytes(bytearray(content)))
