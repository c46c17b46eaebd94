"""Bytes: where they are, and how they are decompressed and decoded.

folders - the data files of a directory, and the keys in the names of its folders
locations - files and standard input, from the arguments of a command
web - files behind http and https
remote - objects in other storage, by fsspec (an extra)
streams - streams of bytes, built from other streams
compression - decompression in bounded memory
sources - the text at a location
"""
