"""Renderers turn a report into text; none of them prints.

Each has a function `render(report, …)`, whose other arguments say how numbers and lines are laid
out, and which returns the text with its last newline.
"""
