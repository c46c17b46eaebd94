"""Logs of tools that run language models: rows of tokens, and of choices, from their records.

layouts - what each tool writes, and where it is in a record
likeliest - what is known of a token and of the likeliest ones, as texts
tokens - the tokens of one record
native - the compiled reader of tokens, or None where it was not built
token_rows - the compiled reader of tokens
choices - what lm-evaluation-harness writes of a document
rows - the rows of a block of records
samples - the samples inside of a log of inspect_ai
table - the table
"""
