"""The plan of the program: chunks, statistics, the fold over partitions, and the report.

contract - how dataclasses state JSON documents, and how they are written
errors - every deliberate error, and its exit code
chunk - the checked arrays of some consecutive rows
statistic - what summarizes a chunk into a state, and states that merge
table - input as partitions that yield chunks
remarks - what readers and preparations remark on lines, and the notices of it
plan - what a command makes of its options and a header
fold - the statistics folded over the partitions
evaluate - from a plan for a table to its report
files - files that are written whole or not at all
"""
