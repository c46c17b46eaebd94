"""Renderers turn a document into text or a picture; none of them prints.

Each format has a renderer, whose function `render(document, layout)` returns it. Formats for
people first put the document into words and numbers, as a sheet.

formats - the table of formats
sheet - the words and numbers of a document, before any layout
sheets - from each kind of document to its sheet
summary/ - the sentences that say what matters in a report
short/ - the short view of a report: what matters, and few numbers
reports - the sheet of a whole report
rows - rows of the input in the sheet of a report
comparisons - comparisons and groups in the sheet of a report
calibrated/ - tables of a report on calibration, and on drift
verdicts - the sheet of the verdicts of a check
laid_out/ - sheets as lines of text, in any width
table - a sheet as plain text, or drawn for a terminal
markdown - a sheet as Markdown
page/ - a report as a page with a verdict, charts and tables
html - a sheet as a page, with the picture of the document
pictured/ - pictures of reports
json - any document as JSON, indented or on one line
csv - a report as CSV
junit - verdicts as JUnit XML
github - verdicts as annotations on GitHub
tracker - metrics as the list that benchmark trackers read
"""
