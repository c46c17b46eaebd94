"""Reliability in bins and at thresholds, from the cells of the predictions.

divided - cells that are divided at edges and thresholds, and sums over consecutive cells
bins - the reliability table, and the errors of calibration that depend on its bins
smooth - the smooth calibration error, which needs no bins
curves - the isotonic curve, ROC, precision and recall, cumulative differences, the histogram
flipped_signs - tests of calibration between clusters
seen_by - statistics of the rows as a view shows them: to one class, to one model, recalibrated
class_wise - each of several classes against the others
placements - the placements of rows among those of the other class
paired_auc - the difference of two AUCs on the same rows
clustered_auc - the error of an AUC between clusters
stretches - what is summed over clusters for these tests
thresholds - what follows from a threshold
by_group - calibration of each group, with a p-value for all of them
"""
