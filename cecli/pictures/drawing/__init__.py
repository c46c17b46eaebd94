"""From the units of the data to pixels, and to elements of SVG.

text - how wide text is, and what of it fits
ticks - where ticks are, and numbers as labels
palette - colours, dashes, markers and the style sheet
thinning - fewer points for the same line
elements - elements of SVG as text
frame - a plot's rectangle with its axes
marks - marks as elements
names - names beside lines
panels - a panel as elements
span_rows - bars from one value to another
forest_rows - a forest plot as elements
"""
