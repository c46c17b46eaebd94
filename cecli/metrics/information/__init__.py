"""Metrics of distributions alone: entropies, divergences, and what one column tells of another.

entropy - entropy of counted values
mutual_information - mutual information of two columns, and a test of independence
ensembles - entropy of an ensemble's mean, of its members, and their disagreement
kl_divergence - divergence of q from p, row by row
over_rows - divergence of q from p, each one distribution over all rows
categories - divergence of the values of one column from those of another
signed - quantiles and extremes of a score that may be negative
observed_tokens - what two language models tell of the tokens that were observed
tokens - two language models' distributions of the same tokens
top_lists - bounds of divergences, from the likeliest tokens of two language models
"""
