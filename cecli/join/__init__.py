"""Two tables put side by side, by position or by key."""
