"""Pairs of distributions over many classes, such as the next tokens of two language models.

encoded - rows of numbers as they are stored
tabled - exponentials and logarithms of weights
pairs - what one distribution of a row tells of the other
pair_rows - the same, compiled
"""
