"""The losses of other tools, under names of their own.

losses - the loss of a row as a tool computes it
tools - what each tool does with which predictions
definitions - their names and formulas
absent - metrics of other tools, and what stands in their place
"""
