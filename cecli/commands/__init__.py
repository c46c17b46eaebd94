"""Commands: one folder or file for each."""
