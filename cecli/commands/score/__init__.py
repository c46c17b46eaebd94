"""`cecli score`: how good are these probabilities?

command - its options, the public function and the command line
plan - from options and a header to the plan
scored - what is scored, for the plans of other commands too
binary - predictions of a positive class, in one column
multiclass - predictions of several classes, in one column each
tokens - a language model's tokens
explanation - how the numbers follow from each other, step by step
"""
