"""Options: what a user asks, valid before any file is opened.

declare - how an option is stated, and what follows from that
families - the options that several commands take
keywords - the keywords of Python functions, and command lines
checking - the options of cecli check that a configuration has
values - what options mean: the values that plans are made of
reference - all options of all commands, and the stub of the package
config_file - the configuration file, and the lines of its rules
configuration - the defaults of options that it gives
schema - the keys that a configuration may have, or an error for people
scoring - what is asked of predictions, before the header is known: columns, groups and intervals
"""
