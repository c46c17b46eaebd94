"""`cecli score`: how good are these probabilities?"""
