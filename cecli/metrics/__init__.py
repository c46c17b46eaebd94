"""Metrics: one file for each family.

metric - what a metric is, and how its result is computed from states
registry - all metrics, and look-up by name
cross_entropy - cross-entropy, entropy and divergence of predictions
brier - squared error
accuracy - share of correct decisions
balanced - cross-entropy in which every class counts alike
skill - cross-entropy relative to that of a constant prediction
skill_of_classes - the variance of skill with one column per class
base_rate - observed and predicted frequency of the positive class
predicted_variance - the variance that the predictions imply, a floor under that of the rows
concentration - share of the loss due to the costliest rows
per_class - metrics of each class
groups - metrics of each group
suppressed - small groups, counted together
calibration_tests/ - whether the outcomes have the predicted probabilities
cells/ - ranking and calibration, from the order of the predictions
many/ - the same of many groups at once
paired/ - two models on the same rows
drift/ - how far a column is from a reference, and what chance explains of it
reliability/ - bins and thresholds, and calibration of groups
elsewhere/ - the losses of other tools, and what stands in the place of their metrics
information/ - entropies and divergences of distributions alone
"""
