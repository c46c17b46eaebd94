"""`cecli entropy`: how uncertain is it?

command - the command line
function - the public function
plan - the uncertainty of a column's values, or of predictions
"""
