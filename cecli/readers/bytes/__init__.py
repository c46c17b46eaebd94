"""Bytes: where they are, and how they are decompressed and decoded.

locations - files, addresses and standard input, from the arguments of a command
streams - streams of bytes, built from other streams
compression - decompression in bounded memory
sources - the text at a location
"""
