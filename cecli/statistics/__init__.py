"""Statistics: mergeable summaries of rows.

mean - weighted means of scores, with variances and covariances
classes - sums for each class
counts - how much each value, or pair of values, counts
group_means - means for each group
group_columns - the states of all groups at once, as arrays
group_totals - totals for each group, as arrays
group_sums - the exact sums that both are made of
group_rows - rows before they are summed, and what is summed over them
row_totals - sums over the events of each row of a file
keys - what the rows of a group have in common
texts - distinct texts in arrays, found by their hashes
text_loops - the same, compiled
first_rows - number of rows with a property, and the first of them
quantiles - quantiles of a score, within a stated error
cells/ - rows in narrow cells of the prediction
replicates - sums over the resamples of a bootstrap
group_replicates - these sums for each group
"""
