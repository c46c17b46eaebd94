"""`cecli entropy`: how uncertain is it?"""
