"""`cecli inspect`: what is in the file?

command - its options, the public function and the command line
profile - what kind of values a column has
survey - the columns, what they could be, and what is wrong with the rows
"""
