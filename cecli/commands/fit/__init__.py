"""`cecli fit`: how are these probabilities to be recalibrated?"""
