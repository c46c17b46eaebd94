"""Metrics of the order of predictions, from the rows in their cells.

bracket - metrics within certain bounds
delong - the error of an AUC, or of a difference of two
ranking - how well events are ranked above non-events
cumulative - calibration by cumulative differences
decomposition - miscalibration, discrimination and uncertainty, by isotonic regression
recalibrated - calibration before and after a recalibration
"""
