"""How far the distribution of a column is from that of a reference, and what chance explains of it.

definitions - the definitions of all metrics of drift
binned - the bins of a reference, and the weight in them of two samples
differences - divergences of two samples in bins, and the largest difference of their distributions
chance - what drift is expected by chance, and p-values
loss - the change of the loss: population, calibration, refinement
"""
