"""Distributions, one per row, and scores computed from them.

logarithm - natural logarithms with the same bits on every machine
exponential - exponentials with the same bits on every machine
elementary - the same, and terms of divergences, compiled
distributions - the interface of distributions, and certain ones
bernoulli - distributions over two classes
categorical - distributions over several classes
divergences - cross-entropy, divergences and other scores of two distributions
partitions - lower bounds of divergences, from classes that are known of both
shares - sums over the classes of a row, and shares of a total
log_ratios - how far two predictions are apart, before the outcome is known
class_loops - sums over classes and those moments, compiled
"""
