"""Pictures: charts as plain values, and how they are drawn. Nothing here computes a statistic.

axis - bounds, and where values are between them
picture - panels and marks, in the units of the data
spans - horizontal bars under each other
forest - estimates with their intervals under each other
calibration - the reliability diagram, and the cumulative difference
ranking - the ROC curve, and precision by recall
drawing/ - how panels are drawn
svg - a picture as SVG
vega - a picture as Vega-Lite
"""
