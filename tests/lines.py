"""Whether points are near a line, for tests of lines that say how near."""

import numpy as np


def are_near(line, x, y, slack=1e-6):
    """Return for each point whether the line passes through the box around it that the line states.

    Parameters
    ----------
    line : has x, y, within_x and within_y.
    slack : half the width of the box is larger by this.
    """
    low, high = np.zeros((len(x), 1)), np.ones((len(x), 1))
    for values, at, by in ((line.x, x, line.within_x), (line.y, y, line.within_y)):
        values = np.append(values, values[-1])  # one point is a segment, too
        start, step = values[:-1] - np.asarray(at)[:, None], np.diff(values)
        flat = np.broadcast_to(step == 0.0, start.shape)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            one, other = (-by - slack - start) / step, (by + slack - start) / step
        inside = np.where(np.abs(start) <= by + slack, 0.0, 2.0)
        low = np.maximum(low, np.where(flat, inside, np.minimum(one, other)))
        high = np.minimum(high, np.where(flat, 1.0, np.maximum(one, other)))
    return (low <= high).any(axis=1)
