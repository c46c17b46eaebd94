"""Renderers turn a report into text; none of them prints.

sheet - the words and numbers of a report, before any layout
comparisons - the sheet of a comparison
rows - rows of the input in words
inspection - the sheet of an inspection
definitions - the sheet of what metrics mean
plain - a sheet as aligned text
terminal - a sheet as tables for a terminal
markdown - a sheet as Markdown
csv - a report as CSV
verdicts - the verdicts of a check as a table, and as Markdown
junit - the verdicts as JUnit XML
github - the verdicts as annotations on GitHub
tracker - the metrics as the list that benchmark trackers read
"""
