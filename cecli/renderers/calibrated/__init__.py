"""Reports on calibration, and on drift, for people.

bins - the reliability table, with bars
sides - thresholds, groups and models, each beside the others
drift - the columns beside a reference
"""
