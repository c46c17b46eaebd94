"""Bytes: where they are, and how they are decompressed and decoded."""
