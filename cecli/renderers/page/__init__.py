"""The page of `cecli report`: one file with a verdict, charts and tables, for people.

Each section is made from what a report has, and is left out where that is missing.

tags - elements of HTML; text is escaped when it becomes part of one
content - what a page shows
figures - values, intervals and changes in words
sections - a section: its heading and its parts
tables - tables, of as many rows as there is room for
charts - pictures with their numbers
cards - the metrics that matter most
drift - columns beside a reference
loss - the parts of the loss, and its concentration
calibration - the reliability diagram, and curves of ranking
slices - groups, classes and compared models
data - counts of rows, notices, verdicts of rules, worst rows
methods - all metrics, formulas and sources
source - the command, and the report's JSON
whole - the page
"""
