"""Data frames of CSV files, with each number the float64 nearest to its text."""

import pandas as pd

# The default of pandas 2 is off by an ulp; from version 3 on it is exact, and the option is gone.
EXACT = {"float_precision": "round_trip"} if pd.__version__ < "3" else {}


def exact_frame(path, **options):
    """Return the frame of a CSV file."""
    return pd.read_csv(path, **EXACT, **options)
