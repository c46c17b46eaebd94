"""Distributions of test statistics, resampling, and isotonic regression."""
