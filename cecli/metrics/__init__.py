"""Metrics: one file for each family.

metric - what a metric is, and how its result is computed from states
registry - all metrics, and look-up by name
cross_entropy - cross-entropy, entropy and divergence of predictions
brier - squared error
accuracy - share of correct decisions
skill - cross-entropy relative to that of a constant prediction
base_rate - observed and predicted frequency of the positive class
concentration - share of the loss due to the costliest rows
per_class - metrics of each class
groups - metrics of each group
kl_divergence - divergence of q from p, row by row
over_rows - divergence of q from p, each one distribution over all rows
entropy - entropy of counted values, and of predictions
mutual_information - what one column of values tells about another
"""
