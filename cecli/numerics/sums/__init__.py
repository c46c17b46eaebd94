"""Exact sums of floating-point numbers."""
