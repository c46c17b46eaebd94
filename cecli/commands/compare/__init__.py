"""`cecli compare`: which model is better, on the same rows?"""
