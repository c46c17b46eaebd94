"""How the compiled parts tell an exact sum: as an integer, in units of 2**LOWEST_EXPONENT."""

cdef extern from "accumulator.hpp" namespace "cecli" nogil:
    const int LIMBS

    cppclass Accumulator:
        void write(unsigned char* data) noexcept


cdef object written(Accumulator& total):
    cdef unsigned char data[4 * LIMBS]
    total.write(data)
    return int.from_bytes(data[: 4 * LIMBS], "little", signed=True)
