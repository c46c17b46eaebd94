"""`cecli entropy`: how uncertain is it?

command - its options, the public function and the command line
plan - the uncertainty of a column's values, or of predictions
"""
