"""Distributions, one a row, and what is computed of them."""
