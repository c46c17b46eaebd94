"""Mergeable reductions: what is remembered of the rows that have gone by."""
