"""Options: what a user asks, valid before any file is opened.

values - options as callers give them, and as the program has them
shared - the options that commands share
columns - the options that name labels and predictions
predictions - what is asked of predictions, before the header is known
intervals - which rows belong together, and what intervals rest on
defaults - defaults from the configuration file
configuration - the configuration file, and the lines of its rules
validation - a configuration without mistakes, or an error for people
schema - the keys that a configuration may have
"""
