"""Options: what a user asks, valid before any file is opened.

declare - how an option is stated, and what follows from that
families - the options that several commands take
output - the options about what is written
predictions - what is asked of predictions, before the header is known
intervals - which rows belong together, and what intervals rest on
values - what options mean: the values that plans are made of
defaults - defaults from the configuration file
configuration - the configuration file, and the lines of its rules
schema - the keys that a configuration may have, or an error for people
"""
