"""Sheets as lines of text, in any width.

widths - how wide text is, and how it is shortened and wrapped
fitting - a grid that fits into a width
sections - a sheet as sections: lines of pieces with a style each, and tables that fit
aligned - sections as plain lines, whose tables are aligned by blanks
drawn - sections as rich draws them on a terminal
"""
