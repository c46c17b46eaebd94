"""What to do about a cell that is not what its column needs, where the cell itself tells."""

import re
import shlex

from cecli.columns.numbers import BLANKS, number

# What programs write for a missing value, folded.
MISSING_WORDS = frozenset({"na", "n/a", "#n/a", "<na>", "nat", "none", "null", "nil", "\\n"})
# These may also name a class.
DOUBTFUL_WORDS = frozenset({"missing", "unknown", "-", "--", "?", "."})
TRUTH = frozenset({"true", "false", "yes", "no"})

# Texts, since most runs meet no such cell, and need not wait for these to be compiled.
_PERCENT = r"[+-]?[\d.,]+\s*%"
_DECIMAL_COMMA = r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?"
# No number with separated thousands begins with a zero.
BELOW_1 = re.compile(r"[+-]?0?,\d+")
_SEPARATED = r"[+-]?\d{1,3}(?:[ ,'_.’\u00a0\u202f]\d{3})+(?:[.,]\d+)?"
_LIST = re.compile(r"[\[({].*|(?:tensor|array|np\.)\S*\(.*")
# Numbers that files have in place of a missing value: far below all probabilities, and whole.
_CODE = r"-\d+(?:\.0*)?"


def missing_hint(text: str) -> str:
    """Return what to do if a cell stands for a missing value; empty if it hardly does."""
    stripped = text.strip(BLANKS)
    if stripped.casefold() not in MISSING_WORDS | DOUBTFUL_WORDS:
        return ""
    return skipping(stripped)


def skipping(token: str) -> str:
    """Return what to do about a token that stands for a missing value."""
    return (
        f"a missing value? --missing {shlex.quote(token)} --missing skip leaves out and counts "
        "such rows"
    )


def number_hint(text: str) -> str:
    """Return what to do about a cell that is no valid number; empty if it does not tell."""
    stripped = text.strip(BLANKS)
    if hint := missing_hint(stripped):
        return hint
    if number(stripped) is not None:
        return skipping(stripped) if re.fullmatch(_CODE, stripped) else ""
    if re.fullmatch(_PERCENT, stripped):
        return (
            "a percentage? leave out the percent signs, as sed 's/%//g' does, and give "
            "--from percent"
        )
    if re.fullmatch(_DECIMAL_COMMA, stripped):
        return "a decimal comma? --decimal , reads 0,5 as 0.5"
    if re.fullmatch(_SEPARATED, stripped):
        return "thousands? write the digits without separators: 1000"
    if stripped.casefold() in TRUTH:
        return "a decision? it has no probability: save those that the model gives"
    if _LIST.fullmatch(stripped):
        return "several numbers? write each into a column of its own"
    return ""
