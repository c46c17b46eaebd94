"""Options: what a user asks, valid before any file is opened."""
