"""Engines choose where partitions are folded, never what is computed.

serial - one partition after the other
threads - several threads of this process
"""
