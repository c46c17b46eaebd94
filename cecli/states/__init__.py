"""States in files: saved, merged, taken away, and reported without the rows.

forms - what saved sums are made of: numbers, and numbers by key
parts - what is known of single inputs and cannot be added up
numbers - integers as bytes
written - sums as bytes
state - a saved state, and its file
cells - the rows in cells of the prediction, as text
group_cells - the same for each group
names - names of statistics that stay the same
saved - a state as it is saved, and what a file has of one
grouped - how sums by group and by replicate are saved
codecs - how the state of each statistic is saved
columns/ - the columns of a reference
table - a table of which only the states are left
rebuilding - from a saved state to the report of its rows
reading - reading saved states, and adding them up
saving - saving the states of an evaluation
"""
