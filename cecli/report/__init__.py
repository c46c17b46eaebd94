"""The findings of an evaluation: plain frozen values, and their JSON.

result - the value of a metric, its definition, interval and units
grouped/ - the results of many groups
undefined - the notices of metrics that are undefined
report - a report, and how it is built from parts
rarer - the fields that few reports have
curves - curves of calibration and ranking, in reports and for pictures
parts - parts that only some documents have: rows, derivations, comparisons, verdicts
reliability - tables of bins: of calibration, with thresholds, and of drift
fit - a fitted model
inspection - the findings about a file
checks - the JSON of the outcome of a rule
frames - results as DataFrames
document - the JSON of reports and errors, if it differs in shape from their values
definitions - the definitions of metrics, and their JSON
plots - the pictures of a report in Python, and in notebooks
reading - strict reading of stored reports, and the JSON Schema of a document
"""
