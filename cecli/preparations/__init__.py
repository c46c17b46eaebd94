"""Preparations change a chunk between reader and statistics.

order - what rows go through, in the one order that all commands share
labels - from labels to targets, and values that are counted
rows - which rows count and which are bad, and on which scale their numbers are
sums - probabilities that add up to 1, and amounts that become shares
"""
