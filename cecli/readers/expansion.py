"""From the arguments of a command to the files that they stand for."""

import glob
import os
from collections.abc import Sequence

from cecli.errors import InputError, UsageError, shown, visible
from cecli.readers.locations import ADDRESS, STDIN

LIST_MARK = "@"
WILD = "*?["
# What is taken for data in a directory, compressed or not.
SUFFIXES = (".csv", ".tsv", ".tab", ".parquet", ".arrow", ".feather")
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")


def expanded(arguments: Sequence[str]) -> list[str]:
    """Return the paths that some arguments stand for, in order.

    A file stands for itself, whatever its name; else @FILE for the paths in its lines, a directory
    for the data files in it, and a pattern with *, ? or [ for the files that it matches.

    Raises
    ------
    UsageError
        If nothing is given, or standard input twice.
    InputError
        If a pattern, a list or a directory stands for nothing.
    """
    paths = [path for argument in arguments for path in _paths(argument)]
    if not paths:
        raise UsageError("a FILE is needed", hint="- reads standard input")
    if paths.count(STDIN) > 1:
        raise UsageError("standard input can be read only once")
    return paths


def _paths(argument: str) -> list[str]:
    if not argument:
        raise InputError("the name of the input file is empty")
    if argument == STDIN or ADDRESS.match(argument):
        return [argument]
    if os.path.isdir(argument):
        return _in_directory(argument)
    if os.path.lexists(argument):
        return [argument]
    if argument.startswith(LIST_MARK):
        return _listed(argument[len(LIST_MARK) :])
    if any(character in argument for character in WILD):
        return _matching(argument)
    return [argument]


def _in_directory(path: str) -> list[str]:
    found = sorted(
        entry.path for entry in os.scandir(path) if _is_data(entry.name) and entry.is_file()
    )
    if not found:
        raise InputError(
            "is a directory without any data file",
            visible(path),
            f"files in it are read whose names end in {', '.join(SUFFIXES)}, compressed or not",
        )
    return found


def _is_data(name: str) -> bool:
    folded = name.lower()
    for suffix in COMPRESSED:
        folded = folded.removesuffix(suffix)
    return folded.endswith(SUFFIXES) and not name.startswith(".")


def _matching(pattern: str) -> list[str]:
    found = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
    if not found:
        raise InputError(f"no file matches {shown(pattern)}")
    return found


def _listed(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines = [line.rstrip("\r\n") for line in file]
    except OSError as error:
        raise InputError(f"the list cannot be read: {error.strerror}", visible(path)) from error
    found = [line for line in lines if line.strip() and not line.startswith("#")]
    if not found:
        raise InputError("is a list of no files", visible(path))
    return found
