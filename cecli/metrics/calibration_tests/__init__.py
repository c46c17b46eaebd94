"""Tests of the hypothesis that every outcome has the predicted probability.

skewness - the skewness that the predictions imply, and how many of the rarer outcome they expect
of_line - the score test of a calibration slope of 1 and an intercept of 0
of_scores - the loss and the Brier score against their expectations, and all tests that are reported
"""
