"""How a column's numbers state a probability."""

from enum import StrEnum


class Scale(StrEnum):
    """What `--from` takes: the scale on which predictions are written."""

    PROBABILITY = "probability"
    PERCENT = "percent"
    LOGIT = "logit"
    LOG_PROBABILITY = "log-probability"
