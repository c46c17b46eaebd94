"""The data files of a directory, and what the names of folders say about the rows below them.

Folders named KEY=VALUE, as Hive, Spark, DuckDB and pyarrow write them, state the value of a column
that the files below do not have.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import unquote

from cecli.core.errors import InputError, UnreadableError, shown, visible

# Suffixes of data files, compressed or not.
SUFFIXES = (
    ".csv",
    ".tsv",
    ".tab",
    ".parquet",
    ".arrow",
    ".feather",
    ".jsonl",
    ".ndjson",
    ".npy",
    ".npz",
    ".safetensors",
)
# A lone .json file beside others is rather a note about them.
LESS_SURE = (".json",)
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
# What makes a pattern of a path.
WILD = "*?["
# What Hive writes for a missing value.
MISSING = "__HIVE_DEFAULT_PARTITION__"
# What stands before the folders of an address, and after the path of a web page.
SERVER = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://[^/]*")
QUERY = re.compile(r"(https?://[^?#]*).*", re.IGNORECASE | re.DOTALL)


def data_files(path: str) -> list[str]:
    """Return the data files of a directory in order, also those in folders named KEY=VALUE.

    Raises
    ------
    UnreadableError
        If there are none, or it cannot be read.
    """
    try:
        return data_among(_files(path), path)
    except OSError as error:
        what = f"the directory cannot be read: {error.strerror or error}"
        raise UnreadableError(what, visible(str(error.filename or path))) from error


def _files(path: str) -> Iterator[str]:
    for entry in os.scandir(path):
        if entry.is_dir() and is_keyed(entry.name):
            yield from _files(entry.path)
        elif entry.is_file() and not entry.name.startswith("."):
            yield entry.path


def data_among(files: Iterable[str], directory: str) -> list[str]:
    """Return those of a directory's files that have data by their names, in order.

    Raises
    ------
    UnreadableError
        If there are none.
    """
    every = list(files)
    found = sorted(file for file in every if _ends_in(file, SUFFIXES))
    found = found or sorted(file for file in every if _ends_in(file, LESS_SURE))
    if not found:
        raise UnreadableError(
            "is a directory without data files",
            visible(directory),
            f"names of data files end in {', '.join((*SUFFIXES, *LESS_SURE))}, compressed or not",
            "empty-folder",
        )
    return found


def _ends_in(path: str, suffixes: tuple[str, ...]) -> bool:
    folded = path.lower()
    for suffix in COMPRESSED:
        folded = folded.removesuffix(suffix)
    return folded.endswith(suffixes)


def matching(
    pattern: str, found: Iterable[tuple[str, bool]], files_in: Callable[[str], Sequence[str]]
) -> list[str]:
    """Return the files that a pattern stands for, in order.

    Parameters
    ----------
    found : what it matches, and whether that is a directory.
    files_in : the data files of a directory.

    Raises
    ------
    UnreadableError
        If there are none.
    """
    files: set[str] = set()
    for path, is_directory in found:
        if not is_directory:
            files.add(path)
        elif pattern.endswith("/") or is_keyed(os.path.basename(path)):
            files.update(files_in(path))
    if not files:
        what = f"no file matches {shown(pattern)}"
        raise UnreadableError(what, reason="no-match", value=pattern)
    return sorted(files)


def is_keyed(folder: str) -> bool:
    """Return whether the name of a folder has the form KEY=VALUE."""
    return "=" in folder[1:]


def keys_of(path: str) -> dict[str, str]:
    """Return the keys and values in the names of the folders of a path or an address.

    Raises
    ------
    InputError
        If two folders state the same key.

    Examples
    --------
    >>> keys_of("days/dt=2026-01-01/part-0.csv")
    {'dt': '2026-01-01'}
    """
    if "=" not in path:
        return {}
    *folders, _ = SERVER.sub("", QUERY.sub(r"\1", path), count=1).replace(os.sep, "/").split("/")
    found: dict[str, str] = {}
    for folder in filter(is_keyed, folders):
        key, value = folder.split("=", 1)
        key = unquote(key)
        if key in found:
            raise InputError(f"two of its folders state the key {shown(key)}", visible(path))
        found[key] = "" if value == MISSING else unquote(value)
    return found


def keys_of_each(paths: Sequence[str]) -> list[dict[str, str]]:
    """Return the keys and values of some paths, whose keys must be the same.

    Raises
    ------
    InputError
        If a path lacks a key that another has.
    """
    found = [keys_of(path) for path in paths]
    for path, keys in zip(paths, found, strict=True):
        if keys.keys() != found[0].keys():
            is_without = not found[0].keys() <= keys.keys()
            without, of = (path, paths[0]) if is_without else (paths[0], path)
            key = min(keys_of(of).keys() - keys_of(without).keys())
            raise InputError(
                f"no folder of its path states {visible(key)}=…, as one of {visible(of)} does",
                visible(without),
                "files that are read together must be in folders of the same keys; read it on its "
                "own, or from inside its folder, where no path states a key",
            )
    return [{key: keys[key] for key in found[0]} for keys in found]
