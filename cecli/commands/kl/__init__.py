"""`cecli kl`: how far is q from p?

command - its options, the public function and the command line
plan - distributions in each row, or over the rows
"""
