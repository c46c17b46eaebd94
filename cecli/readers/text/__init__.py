"""Delimited text: from blocks of bytes to parsed columns.

csv - the header, and partitions that yield chunks
dialect - the characters that delimit, quote and comment out
blocks - blocks of whole records, in bounded memory
parsed - the request to a parser, its result, and the general parser
plain - the check that a block is regular enough for pandas, and its parser
compiled - the compiled reader of usual files
sniffing - the options that the first lines of a text show
native - the compiled scanner, or None where it was not built
scanner - the compiled scanner
"""
