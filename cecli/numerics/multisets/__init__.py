"""Hashes of multisets: the same rows in any order have the same hash.

muhash - a product modulo a prime, and why it is no sum
muhash_pass - the same products, compiled
"""
