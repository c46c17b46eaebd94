"""Columns: names, roles, labels, and what the text of a cell means."""
