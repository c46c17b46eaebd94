"""The rows in narrow cells of the prediction: one state for ranking and for calibration.

prediction_cells - the statistic, with the cells of a grid
group_cells - the same for each group
number_cells - the numbers of a column in cells as narrow as memory allows
weighed - its sums for rows of any weight, and soft labels
"""
