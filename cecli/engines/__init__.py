"""Engines choose where partitions are folded, never what is computed."""
