"""Pictures of reports, in the formats of pictures.

models - the models and classes of a report on calibration: their names and their results
reliability - the reliability diagram of a report on calibration
curves - its ROC curve, precision by recall, and cumulative differences
drift - the histograms of the columns of a report on drift
forests - the forest plot of a report
plots - all pictures of a report by their names
files - a report's pictures as SVG, PNG and Vega-Lite
"""
