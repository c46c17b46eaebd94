"""What the passes take beside rows: see `cecli.kernels.binary_pass.Limits`."""

from libc.stdint cimport int64_t


cdef extern from "one_pass.hpp" namespace "cecli" nogil:
    struct Bins:
        int64_t* counts
        int64_t first, size
        int shift


cdef struct Limits:
    double low, high
    Bins bins


cdef Limits limits_of(object limits) except *:
    """Return the limits, with bins that have no counts yet."""
    low, high, mantissa_bits, first_bin, bins = limits
    return Limits(low, high, Bins(NULL, first_bin, bins, 52 - mantissa_bits))
