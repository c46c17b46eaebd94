"""Two tables put side by side, by position or by key.

sides - one of two inputs, and what a row of both has
keys - the keys of two inputs, and the rows that share one
by_key - rows that are paired by a key
memory - the second input in memory, found by hashes of its keys
disk - chunks that are set aside in a file
database - the join of inputs that do not fit in memory
"""
