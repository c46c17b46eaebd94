"""Small files as people have them, each with the number that is right: a table of cases.

making - what a case is, latent data, and how files are written
names - binary predictions: what labels and columns are called
formats - binary predictions: delimiters, headers, indices, compression, scales
classes - several classes: columns, codes, lists in a cell, pairs of names and probabilities
models - several models, as columns or as rows
rows - several events a row, a candidate of a race, a quantity
happened - the probability of what happened, alone; and of what was predicted, if it is right
beside - JSON and Parquet, and files whose truth is in another file
labels_that_are_none - traps: decisions, attributes and rivals that are not the truth
classes_that_are_others - traps: probabilities of another class than it seems, or of several models
numbers_that_are_none - traps: numbers that are no probabilities
rows_that_are_none - traps: tables without predictions, and rows too few to stand for all
attempts - what a user does with a file, and what became of it

A case is a function that draws latent data, and returns the files and the numbers that follow from
those data. To add one, write such a function, and name its shape.
"""
