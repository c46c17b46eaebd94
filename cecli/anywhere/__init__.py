"""An evaluation whose rows are summarized anywhere: on threads, machines, or another engine.

evaluation - the plan of a command, and the states of its rows as bytes
without_lines - the states of rows that have no lines
failed - an error in the place of a state
"""
