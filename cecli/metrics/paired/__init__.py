"""What is known of two models on the same rows.

losses - the losses of both, their differences, and what their predictions say of these
neighbours - how like each other the scores of neighbouring rows are
few_values - the values of a score that are not 0, if these are few
"""
