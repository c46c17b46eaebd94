"""Metrics of many groups at once, with the bits that each group has alone.

results - values and intervals; what is no usual case is computed group by group
shares - of the loss, and of the gap to the best group
predicted - the variance that the predictions of each group imply
averages - means over groups, each of which counts the same
"""
