"""Renderers turn a report into text; none of them prints."""
