"""What an evaluation found: plain frozen values, and the JSON that they are written as.

result - the value of a metric, its interval and units
report - a report: results, groups, rows, notices
comparison - what a comparison of two models found
fit - a fitted model
inspection - what was found in a file
document - the JSON of all of them, as models
reading - a stored report, read back strictly
"""
