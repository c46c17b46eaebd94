"""The results of many groups, which have no object each.

table - the results as columns
texts - their JSON
number_texts - numbers between pieces of text, compiled
"""
