"""Joining two tables, by position or by key.

sides - one of two inputs, and pairs of rows
by_position - the join by position
index - the places of keys, found by their bytes
key_table - the same, compiled
keys - the keys of two inputs, and the rows that share one
columns - rows without their keys, in narrow columns
weightless - rows of weight 0, which keep their keys
by_key - the join by key
memory - the second input in memory
disk - the join of inputs that do not fit in memory
parts - rows that share a key in files of the same number
spill - temporary files
labels - predictions with the labels of another input
models - the rows of several models in one input
places - where rows of distributions are in a text
vocabulary - two models' distributions of the same tokens
"""
