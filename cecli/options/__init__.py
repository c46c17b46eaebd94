"""Options, validated before any file is opened.

declare - the statement of an option, and families of options
reading - the options of the input
groups - the options of groups, clusters and intervals
predictions - the options of predictions
shapes - the options of the shapes that files of predictions have
joining - the options of joined inputs
states - where the states of the rows are saved
keywords - the keywords of Python functions, and command lines
checking - the options of cecli check, and the families that a configuration may set
values - from options to the values that plans are made of
reference - all options of all commands, and the stub file of the package
config_file - finding the configuration file, and the line numbers of its rules
configuration - the defaults that the configuration file sets
schema - the keys of a configuration, and readable errors
scoring - columns, groups and intervals as requested, before the header is known
"""
