"""The plan of the program: chunks, statistics, the fold over partitions, and the report.

dataclasses - dataclasses that are made quickly
contract - how dataclasses state and write JSON documents
json_text - their text, a piece at a time
errors - every deliberate error, and its exit code
chunk - the checked arrays of some consecutive rows
texts - texts most of which differ, as those of keys do
statistic - statistics that summarize a chunk into a state, and states that merge
table - input as partitions that yield chunks
remarks - remarks on lines by readers and preparations, and the notices made from them
plan - what a command reads, prepares and finds, given its options and a header
fold - the statistics folded over the partitions
evaluate - the evaluation of a plan on a table, which builds its report
files - what is said of files that are not there; files that are written whole or not at all
pipes - pipes that are named by a path
state_file - how a saved state begins
"""
