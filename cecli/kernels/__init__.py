"""Compiled passes over a chunk that compute the states of many statistics at once."""
