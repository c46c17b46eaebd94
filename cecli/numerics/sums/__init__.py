"""Exact sums of floating-point numbers.

exact - sums of numbers and of products, as integers
accumulator - the same, compiled
grouped - sums of consecutive parts of an array
digits - sums of many bins at once
quotients - their products, totals and rounded quotients
pieces - numbers as multiples of a few quanta
"""
