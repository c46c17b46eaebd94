"""Renderers turn a document into text; none of them prints.

Each format has a renderer, whose function `render(document, layout)` returns the text. What people
read is first put in words, as a sheet.

formats - the table of formats
sheet - the words and numbers of a document, before any layout
sheets - the function that makes the sheet of each kind of document
reports - the sheet of a report
comparisons - the part of it about comparisons
verdicts - the sheet of the verdicts of a check
table - a sheet as aligned text, or drawn for a terminal
terminal - a sheet drawn with rich
markdown - a sheet as Markdown
json - any document as JSON, or as one line of it
csv - a report as CSV
junit - verdicts as JUnit XML
github - verdicts as annotations on GitHub
tracker - metrics as the list that benchmark trackers read
"""
