"""Delimited text: from blocks of bytes to parsed columns.

csv - the header, and partitions that yield chunks
dialect - the characters that delimit, quote and comment out
blocks - blocks of whole records, in bounded memory
parsed - what is asked of a parser, and what it returns
plain - whether a block is so regular that pandas reads it safely
compiled - the compiled reader of usual files
native - the compiled scanner, or None where it was not built
scanner - the compiled scanner
"""
