"""Sheets as lines of text, in any width.

widths - how wide text is, and how it is shortened and wrapped
fitting - a grid that fits into a width
lines - a sheet as lines of pieces with a style each
"""
