"""`cecli inspect`: what is in the file?"""
