"""Columns: names, roles, labels, and the meaning of a cell's text.

numbers - numbers in text, and the scales of probabilities
column - a column's name and domain, and the search for it in a header
hints - what to do about a cell that tells its mistake
bad_rows - why a row cannot be used, and what to do with it
labels - the classes that labels name, and which of them is positive
codes - classes that have codes, and the names of these
roles - the column of each role: named by the user, or guessed
"""
