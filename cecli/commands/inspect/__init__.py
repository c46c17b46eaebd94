"""`cecli inspect`: what is in the file?

command - the command line
function - the public function
survey - the columns, their values, what they could be, and what is wrong with the rows
"""
