// Exact sums of products of up to five doubles, by matrix products of their slices.
//
// A number is cut into slices of 22 bits: whole multiples of decreasing powers of two. Products of
// two slices, and sums of those of a block of rows, are then exact in doubles, and what products have
// the same size is added up in one register (Ozaki, Ogita, Oishi, Rump 2012, Error-free
// transformations of matrix multiplication by using fast routines of matrix multiplication and its
// applications. doi:10.1007/s11075-011-9478-1).

#pragma once

#include "accumulator.hpp"

#include <cstddef>
#include <cstdint>

namespace cecli {

constexpr std::ptrdiff_t SLICED = 128;  // rows of a block, whose slices fit the first cache
constexpr int SLICE_BITS = 22;
// Slices are cut and multiplied three at a time.
constexpr int SLICES_AT_ONCE = 3, MOST_SLICES = 15;
// No product of five doubles below 2^100, whose lowest bits are above 2^-150, leaves the doubles.
constexpr int LARGEST_ANCHOR = 100, LEAST_ANCHOR = -40;

// A block of numbers below 2^anchor: slice k has multiples of 2^(anchor - 22 (k + 1)), and each has at
// most 2^23 of them.
struct Slices {
    alignas(64) double values[MOST_SLICES][SLICED];
    int count = 0, anchor = 0;

    void begin(int at) { count = 0, anchor = at; }
};

// Two factors of each row of a block: at most 2^25 multiples of these powers of two.
struct Factors {
    alignas(64) double values[2][SLICED];
    int exponents[2];
};

// 2^exponent, a normal number.
inline double power_of_two(int exponent) {
    return bits_as<double>(static_cast<std::int64_t>(1023 + exponent) << 52);
}

// A sum of products of slices: level k has multiples of 2^(anchor - 22 (k + 2)).
class SlicedSum {
public:
    static constexpr int LEVELS = 2 * MOST_SLICES - 1;
    // A block adds less than 2^58 to a level.
    static constexpr int MOST_BLOCKS = 1 << 5;

    void begin_block(int anchor) {
        if (anchor != anchor_ || ++blocks_ > MOST_BLOCKS) flush();
        anchor_ = anchor;
    }

    void add(int level, std::int64_t multiples) { levels_[level] += multiples; }

    int anchor() const { return anchor_; }

    // The sum of everything that was added.
    Accumulator& total() {
        flush();
        return total_;
    }

private:
    void flush() {
        for (int k = 0; k < LEVELS; ++k) {
            if (levels_[k] == 0) continue;
            // Two halves, each of which a double holds.
            const std::int64_t high = levels_[k] >> 32, low = levels_[k] & 0xffffffff;
            const int exponent = anchor_ - SLICE_BITS * (k + 2);
            total_.add(static_cast<double>(high) * power_of_two(exponent + 32));
            total_.add(static_cast<double>(low) * power_of_two(exponent));
            levels_[k] = 0;
        }
        blocks_ = 0;
    }

    std::int64_t levels_[LEVELS] = {};
    Accumulator total_;
    int anchor_ = 0, blocks_ = 0;
};

}  // namespace cecli
