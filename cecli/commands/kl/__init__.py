"""`cecli kl`: how far is q from p?

command - the command line
function - the public function
plan - distributions in each row, or over the rows
"""
