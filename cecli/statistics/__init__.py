"""Mergeable reductions: what is remembered of the rows that have gone by.

mean - weighted means of scores, with variances and covariances
classes - sums for each class
group_means - sums for each group
first_rows - how many rows have a property, and the first of them
quantiles - quantiles of a score, to a stated error
replicates - sums over the resamples of a bootstrap
"""
