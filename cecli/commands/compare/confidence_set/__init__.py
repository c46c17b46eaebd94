"""The models that may be the best of three or more: a model confidence set.

pairs - by the tests of all pairs of models
replicates - by bootstrap replicates of all losses
choosing - which of the two, by what is asked and the number of models
finding - the part of the report, and its sentence
"""
