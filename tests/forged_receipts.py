"""A receipt, and others that say something else in one place."""

import copy
from typing import Any

from cecli import attest

ROWS = {"y": [1, 0, 1, 1], "p": [0.75, 0.25, 0.5, 0.9], "g": ["a", "a", "b", "b"]}
RECEIPT = attest(ROWS, label="y", prob="p", by="g", max={"brier": 0.5, "brier@g": 0.5}).to_dict()
# Where cecli's own part is.
OWN = ("predicate", "cecli")


def changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """Return the receipt with another value, and the rest as it was."""
    receipt = copy.deepcopy(RECEIPT)
    place: Any = receipt
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return receipt
