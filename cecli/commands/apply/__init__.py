"""`cecli apply`: what do predictions become by a fit?"""
