"""`cecli inspect`: what is in the file?

command - its options, the public function and the command line
survey - the columns, their values, what they could be, and what is wrong with the rows
"""
