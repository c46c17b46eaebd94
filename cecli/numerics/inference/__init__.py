"""Distributions of test statistics, resampling, and isotonic regression.

tails - Student's t and the chi-squared distribution
anytime - a bound on sums that holds at all times at once
resampling - the random weights of a bootstrap
resampler - the sums of a bootstrap, compiled
isotonic - the non-decreasing function of greatest likelihood
"""
