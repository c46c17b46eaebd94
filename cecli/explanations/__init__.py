"""What codes mean: those of notices, of rows, of errors and of exits; and metrics.

explanation - the statement of an explanation, and its JSON
predictions - notices about losses, labels, sums and classes
rows - why rows cannot be used, are left out, or are joined
uncertainty - notices about intervals, groups, comparisons and slices
divergences - notices of drift, and of divergences
fits - notices of fits and checks
inspections - notices of what is in a file
command_lines - errors of command lines
failures - all other errors, and exit codes
registry - all explanations, and look-up by code
"""
