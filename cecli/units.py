"""What information is measured in."""

import math
from enum import StrEnum


class Units(StrEnum):
    """What information is measured in."""

    NATS = "nats"
    BITS = "bits"


# How many nats one unit is.
NATS_PER = {Units.NATS: 1.0, Units.BITS: math.log(2.0)}
