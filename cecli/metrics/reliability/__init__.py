"""Reliability in bins and at thresholds, from the cells of the predictions.

divided - cells that are divided at edges and thresholds, and sums over consecutive cells
bins - the reliability table, and the errors of calibration that depend on its bins
smooth - the smooth calibration error, which needs no bins
curves - the isotonic curve, ROC, precision and recall, cumulative differences, the histogram
class_wise - each of several classes against the others
paired_auc - the difference of two AUCs on the same rows
thresholds - what follows from a threshold
by_group - calibration of each group, with a p-value for all of them
"""
