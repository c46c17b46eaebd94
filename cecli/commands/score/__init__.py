"""`cecli score`: how good are these probabilities?

command - its options, the public function and the command line
predictions - which of the next three a question is about
binary - the metrics of predictions for two classes
multiclass - the metrics of predictions for several classes
tokens - the metrics of a language model's tokens
explanation - how the numbers follow from each other, step by step
"""
