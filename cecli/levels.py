"""What can be the level of an interval, or the confidence of a rule."""


def is_level(level: float) -> bool:
    """Return whether intervals can have this level: so near to 1 that they are infinite, no."""
    return level > 0.0 and (1.0 + level) / 2.0 < 1.0
