"""`cecli apply`: what do predictions become by a fit?

command - the command line
function - the public function
plan - the columns that are read, and the new values of each chunk
addition - columns that are computed from others, row by row
text - delimited text with these columns added or replaced
parquet - Parquet files with these columns added or replaced
"""
