"""Delimited text: from blocks of bytes to parsed columns."""
