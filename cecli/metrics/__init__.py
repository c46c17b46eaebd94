"""Metrics: one file for each family.

metric - a named number about some rows, and how states become its result
registry - every metric, by any of its names
cross_entropy - cross-entropy, entropy and divergence of predictions
brier - squared error
accuracy - the share of right decisions
skill - cross-entropy against that of a constant prediction
base_rate - how often the positive class happens, and is predicted to
concentration - whether a few rows carry the loss
per_class - the rows of each class
groups - the rows of each group
kl_divergence - how far q is from p, in each row
over_rows - how far q is from p, as one distribution over all rows
entropy - the uncertainty of counted values
"""
