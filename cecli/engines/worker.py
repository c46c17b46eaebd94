"""What a worker of a cluster does: it applies a function to a partition that was described."""

import pickle
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from cecli import __version__
from cecli.core.errors import CecliError, MissingExtraError, UnreadableError, UsageError
from cecli.engines.identities import received, returned


class Done(NamedTuple):
    """What became of a partition.

    Attributes
    ----------
    value : what the function returned; None if it raised an error.
    error : the error for the user, if there is one.
    worker : the address of the worker that raised it.
    """

    value: Any = None
    error: CecliError | None = None
    worker: str = ""


SHARED = (
    "each worker reads for itself: give files in a folder that all machines share, or an address "
    "such as s3://bucket/key"
)


def applied(content: bytes, partition: bytes, version: str) -> bytes:
    """Return what a function makes of a partition; all of it is pickled.

    Parameters
    ----------
    content : the function.
    version : of the cecli that asks.
    """
    objects: Sequence[Any] = ()
    try:
        if version != __version__:
            raise other_version({_address(): __version__}, version)
        function, objects = received(content)
        done = Done(function(pickle.loads(partition)))
    except CecliError as error:
        done = Done(error=error, worker=_address())
    return returned(done, objects)


def other_version(found: dict[str, str], version: str) -> UsageError:
    """Return the error of workers that have another cecli, which could compute something else.

    Parameters
    ----------
    found : what workers have, by their addresses; empty if they have none.
    version : of the cecli that asks.
    """
    worker, theirs = next(iter(found.items()))
    others = f", and {len(found) - 1} others do not have it, either" * (len(found) > 1)
    return UsageError(
        f"the worker {worker} has {f'cecli {theirs}' if theirs else 'no cecli'}, but this is "
        f"cecli {version}{others}",
        hint=f"pip install cecli=={version}, on all workers",
    )


def located(error: CecliError, worker: str) -> CecliError:
    """Return an error that says on which machine it is, if it need not be on another."""
    if not isinstance(error, UnreadableError | MissingExtraError):
        return error
    what = f"{error.what}, on the worker {worker}"
    # A file that this machine has is not misspelt.
    is_elsewhere = not error.hint or error.reason == "no-such-file"
    return replace(error, what=what, hint=SHARED if is_elsewhere else error.hint)


def _address() -> str:
    from distributed import get_worker

    return str(get_worker().address)
