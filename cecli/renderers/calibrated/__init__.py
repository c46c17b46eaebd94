"""Reports on calibration for people.

bins - the reliability table, with bars
sides - thresholds, groups and models, each beside the others
"""
