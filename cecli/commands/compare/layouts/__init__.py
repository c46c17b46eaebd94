"""Models that are no columns of one input.

two_inputs - each of two models has an input of its own
in_rows - each model has rows of its own in one input
"""
