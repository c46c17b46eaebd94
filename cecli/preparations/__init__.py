"""Preparations change a chunk between reader and statistics."""
