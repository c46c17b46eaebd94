"""Predictions in narrow cells, and isotonic regression over the cells.

keys - predictions as integers in the same order, and the cells that they fall into
real_keys - any numbers as integers in the same order
ranges - ranges of keys that are divided into finer cells
tables - the counts of rows and events in cells, for equally weighted rows of two classes
ordered - cells in ascending order, with sums of weights as integers
borders - cells that some predictions divide
pools - isotonic regression over cells, and which cells could still change it
histogram - the distribution of predictions in bins of equal width
flips - labels drawn for cells, and an order of their rows at random
flip_loops - the same, compiled
cell_loops - the loops over rows and cells, compiled
weighed_loops - the sums of rows of any weight in cells, compiled
"""
