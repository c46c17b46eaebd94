"""`cecli compare`: which model is better, on the same rows?

command - its options, the public function and the command line
comparing - what the user asks, before the headers are known
plan - columns, preparations and findings, once the headers are known
evidence - the losses of two models on the same rows, and their differences
inference - what the mean difference of some rows says of all rows like them
conclusion - from p-values to a conclusion, and its sentence
findings - the comparisons of a report, from the states
definitions - what the metrics of a comparison are
notices - infinite losses, rows without a partner, and too few clusters
"""
