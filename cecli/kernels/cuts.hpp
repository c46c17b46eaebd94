// Sums of values and of their squares, in multiples of a few fixed units.
//
// A value is cut into multiples of the units, and its square, too: a product is the rounded one and
// its error. The multiples are whole numbers, so that their sums have no error.

#pragma once

#include "registers.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace cecli {

// The units, as powers of two: two of a value, then four of its square.
constexpr int CUTS = 6, UNITS[CUTS] = {-40, -90, -31, -82, -133, -184};
// Nothing remains of values between these.
constexpr double LEAST_CUT = 0x1p-38, LARGEST_CUT = 0x1p9;
__extension__ using CutSum = __int128;

// Whether a value, which is not negative, can surely be cut.
inline bool has_cuts(double value) {
    return value == 0.0 || (value >= LEAST_CUT && value <= LARGEST_CUT);
}

// Numbers next to the origin of a cut have its exponent, so that their bits are multiples of the unit.
CECLI_INLINE double origin(int k) {
    return bits_as<double>(static_cast<std::int64_t>(UNITS[k] + 52 + 1023) << 52 |
                           std::int64_t{1} << 51);
}

// Moves what a cut takes of the rest to its total, and returns the bits that are added.
template <class Doubles, class Bits>
CECLI_INLINE Bits move(Doubles& rest, const Doubles& from, Bits& total) {
    const Doubles moved = rest + from;
    total += bits_as<Bits>(moved);
    rest -= moved - from;
    return bits_as<Bits>(moved);
}

// The bits that any lane has.
template <int LANES>
CECLI_INLINE std::uint64_t in_any(const typename Registers<LANES>::Bits& bits) {
    std::uint64_t lanes[LANES], found = 0;
    std::memcpy(lanes, &bits, sizeof lanes);
    for (const std::uint64_t lane : lanes) found |= lane;
    return found;
}

// Adds the cuts of some values, at most 2048, to the sums; returns false, and adds nothing, if one
// of them is too small or too large.
template <int LANES>
CECLI_INLINE bool cut(const double* values, std::ptrdiff_t size, CutSum* sums) {
    using Doubles = typename Registers<LANES>::Doubles;
    using Bits = typename Registers<LANES>::Bits;
    const Doubles zero = {};
    const Doubles x1 = zero + origin(0), x2 = zero + origin(1), s1 = zero + origin(2),
                  s2 = zero + origin(3), s3 = zero + origin(4), s4 = zero + origin(5);
    Bits totals[CUTS] = {}, left = {}, moved_squares = {};
    std::uint64_t steps = 0;
    for (std::ptrdiff_t i = 0; i < size; i += LANES, ++steps) {
        Doubles x = zero;
        if (i + LANES <= size) {
            load(x, values + i);
        } else {
            std::memcpy(&x, values + i, (size - i) * sizeof(double));
        }
        Doubles square = x * x, lost;
        if constexpr (LANES == 1) {
            lost = __builtin_fma(x, x, -square);
        } else {
            for (int k = 0; k < LANES; ++k) lost[k] = __builtin_fma(x[k], x[k], -square[k]);
        }
        move(x, x1, totals[0]);
        move(x, x2, totals[1]);
        moved_squares |= move(square, s1, totals[2]);
        move(square, s2, totals[3]);
        move(lost, s2, totals[3]);
        move(square, s3, totals[4]);
        move(lost, s3, totals[4]);
        move(lost, s4, totals[5]);
        left |= bits_as<Bits>(x) | bits_as<Bits>(square) | bits_as<Bits>(lost);
    }
    constexpr std::uint64_t TAKEN[CUTS] = {1, 1, 1, 2, 2, 1};
    if (in_any<LANES>(left) << 1 != 0) return false;  // the sign of a zero does not count
    // That of 2^10 or more has a larger exponent when it is moved, and so a bit that the others lack.
    if (in_any<LANES>(moved_squares) >> 52 != bits_as<std::uint64_t>(origin(2)) >> 52) return false;
    std::uint64_t lanes[LANES];
    for (int k = 0; k < CUTS; ++k) {
        std::uint64_t sum = 0;
        std::memcpy(lanes, &totals[k], sizeof lanes);
        for (const std::uint64_t lane : lanes) sum += lane;
        sum -= steps * LANES * TAKEN[k] * bits_as<std::uint64_t>(origin(k));
        sums[k] += static_cast<std::int64_t>(sum);
    }
    return true;
}

}  // namespace cecli
