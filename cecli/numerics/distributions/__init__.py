"""Distributions, one a row, and what is computed of them.

logarithm - natural logarithms with the same bits on every machine
quick_log - the same, compiled
distributions - what a distribution is, and those that are certain of a class
bernoulli - distributions over two classes
categorical - distributions over several classes
divergences - how much two distributions differ
shares - sums over the classes of a row, and shares of a total
"""
