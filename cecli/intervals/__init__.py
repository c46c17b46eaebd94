"""Confidence intervals: by the delta method, or from replicates.

sampling - how rows were sampled, and the intervals that follow
delta - standard errors of smooth functions of means, for independent rows
weighted - the same for rows with weights
clusters - the same for clusters of rows that may depend on each other
by_row - the same for several events a row
inside - the draws, or the sampling, inside of each group of rows
scales - the ends of an interval, from a value and its standard error
formula - intervals by formula
columns - the same of many groups at once
bootstrap - intervals from replicates of the rows or clusters
"""
