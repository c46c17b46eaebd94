"""Readers turn input into tables, whose partitions yield checked chunks."""
