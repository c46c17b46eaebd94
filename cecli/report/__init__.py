"""What an evaluation found: plain frozen values, and the JSON that they are written as.

result - what every report holds: results, their intervals and units, groups, notices
parts - what only some documents hold: rows, derivations, comparisons, verdicts
fit - a fitted model
document - the JSON of reports and errors, where it differs from their values
definitions - the JSON of the definitions of metrics
report - a report
inspection - what was found in a file
reading - a stored report, read back strictly; the JSON Schema of a document
"""
