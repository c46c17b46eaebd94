"""Language models compared on the tokens of texts.

perplexity - perplexities, their ratio, and bits a byte, from the losses of two models
averages - each text, or group, counts the same
plan - the tokens of two or more models: their columns, in one input or in two
"""
