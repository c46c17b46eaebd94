"""What each command asks, and of which columns: one file a kind of question.

Each has a function that turns a request, the options as the user gave them, and a table, whose
header is known, into a `cecli.answer.Question`.
"""
