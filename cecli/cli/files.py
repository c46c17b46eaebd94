"""Writing a report to a file so that it is whole, or as it was before."""

from cecli.writers.whole import check_destination as check_destination
from cecli.writers.whole import whole_file


def write_whole(path: str, text: str) -> None:
    """Write text to a file in one go.

    Raises
    ------
    InputError
        If it cannot be written; nothing is left behind, and what was there stays.
    """
    with whole_file(path) as file:
        file.write(text.encode("utf-8"))
