"""The data files of a directory, and what the names of its folders say about their rows.

Folders named KEY=VALUE, as Hive, Spark, DuckDB and pyarrow write them, state the value of a column
that the files below do not have.
"""

import os
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from cecli.core.errors import InputError, UnreadableError, visible

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
# What Hive writes for a missing value.
MISSING = "__HIVE_DEFAULT_PARTITION__"


def data_files(path: str) -> list[str]:
    """Return the data files of a directory in order, also those in folders named KEY=VALUE.

    Raises
    ------
    UnreadableError
        If there are none.
    InputError
        If they are in folders of different keys.
    """
    every = list(_files(path))
    found = sorted(file for file in every if _ends_in(file, SUFFIXES))
    found = found or sorted(file for file in every if _ends_in(file, LESS_SURE))
    if not found:
        raise UnreadableError(
            "is a directory without data files",
            visible(path),
            f"names of data files end in {', '.join((*SUFFIXES, *LESS_SURE))}, compressed or not",
        )
    for file in found[1:]:
        first, keys = (_keys(some, path) for some in (found[0], file))
        if first != keys:
            raise InputError(
                f"is in folders of {keys}, but {visible(found[0])} in folders of {first}",
                visible(file),
                "give the directories one by one, or a pattern",
            )
    return found


def _files(path: str) -> Iterator[str]:
    for entry in os.scandir(path):
        if entry.is_dir() and "=" in entry.name:
            yield from _files(entry.path)
        elif entry.is_file() and not entry.name.startswith("."):
            yield entry.path


def _ends_in(path: str, suffixes: tuple[str, ...]) -> bool:
    folded = path.lower()
    for suffix in COMPRESSED:
        folded = folded.removesuffix(suffix)
    return folded.endswith(suffixes)


def _keys(path: str, directory: str) -> str:
    keys = [visible(key) for key, _ in values_of(path, [directory])]
    return ", ".join(f"{key}=…" for key in keys) or "no key"


def values_of(path: str, directories: Sequence[str]) -> list[tuple[str, str]]:
    """Return the keys and values in the names of the folders between a file and a directory.

    Examples
    --------
    >>> values_of("data/dt=2026-01-01/part-0.csv", ["data"])
    [('dt', '2026-01-01')]
    """
    for directory in directories:
        below = path.removeprefix(os.path.join(directory, ""))
        if below != path:
            *folders, _ = below.split(os.sep)
            pairs = [tuple(map(unquote, folder.split("=", 1))) for folder in folders]
            return [(key, "" if value == MISSING else value) for key, value in pairs]
    return []
