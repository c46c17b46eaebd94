"""Readers turn input into tables, whose partitions yield checked chunks.

opening - the reader for what the user has
bytes/ - where bytes are, and how they are decoded
text/ - delimited text
arrow/ - Parquet and Arrow
arrays - arrays in memory, by the rules that hold for text
in_memory - DataFrames, mappings of arrays, and iterables of such
views - tables made of tables
"""
