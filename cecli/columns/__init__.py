"""Columns: names, roles, labels, and what the text of a cell means.

numbers - the scales on which a column states a probability
column - a column's name and domain, and how it is found in a header
bad_rows - why a row cannot be used, and what is done with it
labels - the classes that labels name, and which of them is the positive one
roles - which column plays which role: named by the user, or guessed
"""
