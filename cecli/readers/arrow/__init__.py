"""Parquet and Arrow, by pyarrow (an extra).

files - how such a file begins
arrow - files, and whatever hands out Arrow data
values - the values of an Arrow array
"""
