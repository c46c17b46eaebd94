"""What an evaluation found: plain frozen values, and the JSON that they are written as.

result - the value of a metric, its definition, interval and units
report - a report, and how it is made of parts
parts - what only some documents hold: rows, a derivation, comparisons, verdicts
fit - a fitted model
inspection - what was found in a file
document - the JSON of reports and errors, where it differs from their values
reading - a stored report, read back strictly; the JSON Schema of a document
"""
