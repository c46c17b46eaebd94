"""The whole program on one screen: fold the statistics over the partitions."""

from collections.abc import Iterable, Sequence
from functools import partial, reduce
from typing import Any

from cecli.engines import Engine
from cecli.engines.serial import serial
from cecli.preparations import Preparation
from cecli.readers import Partition
from cecli.statistics import States, Statistic


def evaluate(
    partitions: Sequence[Partition],
    statistics: Iterable[Statistic[Any]],
    preparations: Sequence[Preparation] = (),
    engine: Engine = serial,
) -> States:
    """Return the states of the statistics over all rows.

    Parameters
    ----------
    partitions : the rows, in order.
    statistics : what to remember of them; equal ones are computed once.
    preparations : applied in turn to each chunk as it is read.
    engine : where the partitions are folded.

    Raises
    ------
    InputError
        At the first defect in the order of the rows.
    """
    distinct = tuple(dict.fromkeys(statistics))
    folded = engine(partial(fold, distinct, tuple(preparations)), partitions)
    return reduce(States.merge, folded, States.empty(distinct))


def fold(
    statistics: Sequence[Statistic[Any]],
    preparations: Sequence[Preparation],
    partition: Partition,
) -> States:
    """Return the states of the statistics over one partition.

    The rows before a defect are counted before it is raised: what a statistic refuses in one of
    them comes first, however the rows are cut into chunks.
    """
    states = States.empty(statistics)
    for chunk in partition.chunks():
        for prepare in preparations:
            chunk = prepare(chunk)
        states = states.update(chunk)
        if chunk.defect is not None:
            raise chunk.defect
    return states
