"""The plan of the program: chunks, statistics, the fold over partitions, and the report."""
