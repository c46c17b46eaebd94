"""How the process of the command line uses the machine: set once, before the work begins.

A library must not decide this for the program that imports it; a command may.
"""

import os

# Parameters of glibc's mallopt(), from malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
KEPT_BYTES = 1 << 30


def keep_libraries_idle() -> None:
    """Have numpy start no threads of its own: cecli solves no linear systems, and they spin."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def keep_memory() -> None:
    """Keep what arrays leave behind for the next ones, where the C library can be told so.

    Given back to the system and asked for again with each chunk, it took a fifth of the time.
    """
    import ctypes

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):  # not glibc
        return
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES)
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
    # The threads share what there is.
    mallopt(M_ARENA_MAX, 1)
