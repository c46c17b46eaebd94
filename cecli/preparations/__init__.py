"""Preparations change a chunk between reader and statistics.

labels - from labels to targets, and values that are counted
rows - which rows count, and on which scale their numbers are
sums - probabilities that add up to 1, and amounts that become shares
clipping - bounds for infinite losses, on request
"""
