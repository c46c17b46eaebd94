"""`cecli inspect`: what is in the file?

command - the command line
function - the public function
profile - what kind of values a column has
survey - the columns, what they could be, and what is wrong with the rows
"""
