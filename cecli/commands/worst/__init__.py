"""`cecli worst`: which rows cost the most?

command - its options, the public function and the command line
plan - the columns that are read, and those that are shown
largest_rows - the rows with the largest values of a score
rows - what is said of a row
lines - every row and its loss, written as delimited text
"""
