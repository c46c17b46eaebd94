"""`cecli apply`: what do predictions become by a fit?

command - its options, the public function and the command line
copying - a table with what a fit adds, written or returned
plan - the columns that are read, and the new values of each chunk
addition - columns that are computed from others, row by row
text - delimited text with these columns added or replaced
parquet - Parquet files with these columns added or replaced
"""
