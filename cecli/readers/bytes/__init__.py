"""Bytes: where they are, and how they are decompressed and decoded.

locations - files, addresses and standard input, from the arguments of a command
streams - streams of bytes, made from streams of bytes
compression - decompression in bounded memory
sources - the text at a location
"""
