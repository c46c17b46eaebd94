"""Confidence intervals: by the delta method, or from replicates."""
