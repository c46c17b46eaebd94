"""Receipts: what was evaluated and what came of it, as a document that others verify.

row_digest - a digest of rows in any order
evaluated - the report of predictions, with the digest of their rows and their state
subjects - the files of the rows, with their hashes
rules - rules as receipts state them
document - the JSON of a receipt and of its verification
receipt - a receipt, made from what was evaluated and from rules
attesting - from rows and options to a receipt
reading - reading the receipt of a stranger
verification - a receipt beside what is found
"""
