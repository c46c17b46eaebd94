"""The columns of a reference in files.

numbers - the numbers of a column in cells, as text
saved_columns - how numbers and categories of columns are saved
"""
