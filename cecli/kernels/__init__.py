"""Compiled passes over a chunk that compute the states of many statistics at once.

The fold selects the worthwhile kernels once; each kernel then decides for each chunk whether it
applies. Its states equal, bit for bit, those that each statistic computes by itself.

binary_pass - statistics of binary predictions, from one pass
one_pass - that pass, compiled
class_pass - the same of predictions of several classes
class_sums - that pass, compiled
group_pass - the same of binary predictions, with the means of each group
group_digits - the sums of groups, and rows that wait for them
group_loops - their pass, compiled
soft_pass - the same of soft labels
soft_sums - that pass, compiled
soft_group_pass - the same of soft labels, with the means of each group
counted_pass - the same of rows with counts
weighted_pass - the same of rows with weights
weighted_sums - that pass, compiled
weighted_group_pass - the same of rows with weights, with the means of each group
paired_pass - the statistics of a comparison of models on the same rows
paired_sums - their pass, compiled
moments - sums of scores and of their squares, as the states of means
logistic_pass - the sums of a logistic fit along the logits, compiled
"""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from cecli.core.chunk import Chunk
from cecli.core.statistic import Kernel, Statistic
from cecli.metrics.cross_entropy import CROSS_ENTROPY, DIVERGENCE


def kernels_for(statistics: Collection[Statistic[Any]]) -> tuple[Kernel, ...]:
    """Return the kernels that save some of these statistics their own passes."""
    if CROSS_ENTROPY not in statistics:
        return ()
    # Imported here and below, because other plans do not need it.
    if any(map(_is_compared, statistics)):
        from cecli.kernels.paired_pass import paired_passes

        return paired_passes(statistics)
    from cecli.kernels.binary_pass import BINARY_PASS

    if not BINARY_PASS.is_worthwhile(statistics):
        return _of_classes(statistics)
    # Those of groups have the roles that make these; without any, nothing of groups is imported.
    groups = tuple(statistic for statistic in statistics if hasattr(statistic, "roles"))
    # Only soft labels have a divergence that is not their loss.
    if DIVERGENCE in statistics:
        from cecli.kernels.soft_pass import SOFT_PASS

        if not SOFT_PASS.is_worthwhile(statistics):
            return ()
        if groups:
            from cecli.kernels.soft_group_pass import soft_passes_of

            return soft_passes_of(groups) or (SOFT_PASS,)
        return (SOFT_PASS,)
    if not groups:
        return (BINARY_PASS, _of_weights)
    from cecli.kernels.group_pass import passes_of

    return (*(passes_of(groups) or (BINARY_PASS,)), partial(_of_weights, groups=groups))


def _is_compared(statistic: Statistic[Any]) -> bool:
    """Return whether a statistic is that of a model beside a baseline."""
    return hasattr(getattr(statistic, "score", None), "baseline")


def _of_classes(statistics: Collection[Statistic[Any]]) -> tuple[Kernel, ...]:
    """Return the pass over predictions of several classes, if it saves something."""
    from cecli.metrics.predicted_variance import SQUARED_ERROR_OF_CLASSES

    if SQUARED_ERROR_OF_CLASSES not in statistics:
        return ()
    from cecli.kernels.class_pass import CLASS_PASS

    return (CLASS_PASS,) if CLASS_PASS.is_worthwhile(statistics) else ()


def _of_weights(
    chunk: Chunk, groups: tuple[Statistic[Any], ...] = ()
) -> Mapping[Statistic[Any], Any]:
    """Return what the passes over rows with weights or counts compute, given those of groups."""
    if chunk.weight is None:
        return {}
    if chunk.count is not None:
        from cecli.kernels.counted_pass import counted_pass

        return counted_pass(chunk)
    if groups:
        from cecli.kernels.weighted_group_pass import weighted_group_pass

        return weighted_group_pass(chunk, groups)
    from cecli.kernels.weighted_pass import weighted_pass

    return weighted_pass(chunk)
