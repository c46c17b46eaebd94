"""Guessing what a file is: which columns, read as what, and the commands that score it.

FirstSight is looked at first; rules are tables; what is proposed follows from both. A guess that
leaves a doubt is proposed, and not taken.

names - what the name of a column suggests
profile - the values of one column
evidence - the header, and the values of the first rows
relations - what columns are to each other
roles - what each column may be
positives - which of two labels is the positive one
classes - columns of one class each
case - a file as the rules see it, given what the user named
proposal - a complete set of options, and its command
layouts - rules for the less usual layouts of predictions
shapes - the table of all rules that propose something
refusals - the table of rules that say why nothing is certain
guess - what is proposed, and what may be taken
matching - labels in an input of their own: how it is read, and its keys
completing - the columns that the user did not name
"""
