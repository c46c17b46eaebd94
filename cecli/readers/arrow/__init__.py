"""Parquet and Arrow, by pyarrow (an extra)."""
