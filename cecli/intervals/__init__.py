"""Confidence intervals: by the delta method, or from replicates.

sampling - how rows were sampled, and what intervals follow from it
delta - intervals of metrics that are smooth functions of means
bootstrap - intervals from replicates of the rows or clusters
"""
