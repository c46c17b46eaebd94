"""Joining two tables, by position or by key.

sides - one of two inputs, pairs of rows, and the join by position
keys - the keys of two inputs, and the rows that share one
by_key - the join by key
memory - the second input in memory, found by hashes of its keys
disk - the join of inputs that do not fit in memory
database - the database of that join
labels - predictions with the labels of another input
models - the rows of several models in one input
vocabulary - two models' distributions of the same tokens
"""
