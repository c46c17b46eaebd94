"""Notices: what a report says of the data beside its numbers."""
