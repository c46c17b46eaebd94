"""Confidence intervals: by the delta method, or from replicates.

sampling - how rows were sampled, and the intervals that follow
delta - intervals of metrics that are smooth functions of means
bootstrap - intervals from replicates of the rows or clusters
"""
