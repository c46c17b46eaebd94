"""Notices: what a report says about the data, beside its numbers.

loss - losses that are infinite or concentrated in a few rows, and few events
decisions - labels that say no more than the predictions
draws - standard errors that rest on few independent rows or clusters
order - ordered classes whose order is doubtful
rare - values and pairs that occur too rarely
sums - probabilities that do not add up to 1, and infinite divergences
texts - tokens of one text, which depend on each other
units - rows of one unit, such as a patient, which depend on each other
"""
