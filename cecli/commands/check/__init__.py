"""`cecli check`: is it good enough?"""
