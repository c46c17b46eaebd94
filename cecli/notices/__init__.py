"""Notices: what a report says of the data beside its numbers.

loss - losses that are infinite, concentrated, or rest on few events
sums - probabilities that do not add up to 1, and infinite divergences
"""
