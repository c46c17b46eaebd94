"""Hostile input for everything that reads bytes of others, and what must hold of the answers.

target - what input goes through, and the input that it starts from
mutation - what becomes of an input: bytes, lines, values of JSON
rows - what a reader makes of bytes, and the ways to it, which must not matter
texts - targets: CSV, JSON, logs of tokens, compressed text
containers - targets: arrays in files, Parquet and Arrow
runs - a run of the command inside this process, and what holds of every run
samples - small files of every kind that cecli writes or reads
documents - targets: states, receipts, reports, fits, configurations
arguments - targets: options with any values, addresses and names of files
registry - all targets

`python -m fuzzing`, in the folder of the tests, mutates input, by count or by time. What was
wrong once is kept in tests/corpus, in a folder for each target, and run by tests/test_fuzzing.py.
"""
