"""`cecli kl`: how far is q from p?"""
