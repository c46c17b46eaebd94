"""Exact sums of floating-point numbers.

exact - sums of numbers and of products, as integers
accumulator - the same, compiled
roots - square roots of quotients of exact sums
digits - sums of many bins at once
levels - the digits of which they are made
digit_loops - the same, compiled
quotients - their products, totals and rounded quotients
pairs - exact numbers as pairs of floats, many at once
pair_loops - their arithmetic, compiled
pieces - numbers as multiples of a few quanta
"""
