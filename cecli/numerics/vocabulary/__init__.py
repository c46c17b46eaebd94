"""Pairs of distributions over many classes, such as the next tokens of two language models.

encoded - rows of numbers as they are stored
pairs - what one distribution of a row tells of the other
pair_rows - the same, compiled
"""
