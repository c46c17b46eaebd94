"""Readers turn input into tables, whose partitions yield checked chunks.

opening - the choice of a reader for the user's input
bytes/ - where bytes are, and how they are decoded
text/ - delimited text
json/ - JSON lines, and arrays of records
logs/ - logs of tools that run language models
arrow/ - Parquet and Arrow
tensors/ - NumPy's files, and safetensors
arrays - arrays in memory, read by the same rules as text
in_memory - DataFrames, mappings of arrays, and iterables of them
views - tables built from other tables
in_folders - tables with columns that the names of their folders state
"""
