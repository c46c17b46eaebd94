"""Rules that a report must obey, and whether it does: fail closed, and aware of the noise."""
