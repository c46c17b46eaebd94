"""Preparations: changes to a chunk between reader and statistics.

order - the order of preparations that all commands share
labels - targets from labels, and values to count
one_class - one class or one model at a time
as_read - numbers as they were read, beside those made of them
rows - which rows count, which are bad, and the scale of their numbers
same_tokens - rows of two language models that must be of the same token
sums - probabilities that add up to 1, and shares from amounts
"""
