// Exact sums of products of up to five doubles, by matrix products of their slices.
//
// A number is cut into slices of 22 bits: whole multiples of decreasing powers of two. Products of
// two slices, and sums of those of a block of rows, are then exact in doubles, and what products have
// the same size is added up in one register (Ozaki, Ogita, Oishi, Rump 2012, Error-free
// transformations of matrix multiplication by using fast routines of matrix multiplication and its
// applications. doi:10.1007/s11075-011-9478-1).

#pragma once

#include "accumulator.hpp"
#include "registers.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace cecli {

constexpr std::ptrdiff_t SLICED = 128;  // rows of a block, whose slices fit the first cache
constexpr int SLICE_BITS = 22;
// Slices are cut and multiplied three at a time.
constexpr int SLICES_AT_ONCE = 3, MOST_SLICES = 15;
// No product of five doubles below 2^100, whose lowest bits are above 2^-150, leaves the doubles.
constexpr int LARGEST_ANCHOR = 100, LEAST_ANCHOR = -40;

// A block of numbers below 2^anchor: slice k has multiples of 2^(anchor - 22 (k + 1)), and those after
// the first have at most 2^23 of them.
struct Slices {
    alignas(64) double values[MOST_SLICES][SLICED];
    int count = 0, anchor = 0;
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

// What is done with the slices of a block, in lanes.
template <int LANES>
struct Sliced {
    using Doubles = typename Registers<LANES>::Doubles;
    using Words = typename Registers<LANES>::Words;
    static constexpr std::ptrdiff_t STRETCH = LANES >= 4 ? SLICED : 32 * LANES;

    // A rounded product and its rounding error.
    static CECLI_INLINE void multiply(const double* x, const double* y, double* products,
                                      double* errors) {
        for (std::ptrdiff_t i = 0; i < SLICED; ++i) {
            const double product = x[i] * y[i];
            products[i] = product;
            errors[i] = __builtin_fma(x[i], y[i], -product);
        }
    }

    // Adds numbers below 2^(anchor - 22 first) to slices from `first` on, a multiple of
    // SLICES_AT_ONCE that is at most their count; `rest` is overwritten. Returns false if there are
    // too few slices.
    static CECLI_INLINE bool cut(Slices& into, double* rest, int first) {
        bool is_left = true;
        for (int k = first; is_left && k < MOST_SLICES; k += SLICES_AT_ONCE) {
            if (k < into.count) {
                is_left = cut_some<true>(into, rest, k);
            } else {
                is_left = cut_some<false>(into, rest, k);
                into.count = k + SLICES_AT_ONCE;
            }
        }
        return !is_left;
    }

    // Adds the sum of x y over the rows.
    static CECLI_INLINE void add_products(SlicedSum& sum, const Slices& x, const Slices& y) {
        sum.begin_block(x.anchor + y.anchor);
        for (int i = 0; i < x.count; i += SLICES_AT_ONCE)
            for (int j = 0; j < y.count; j += SLICES_AT_ONCE)
                add_some(sum, x.values + i, y.values + j, i + j, 1);
    }

    // The same for the sum of x².
    static CECLI_INLINE void add_squares(SlicedSum& sum, const Slices& x) {
        sum.begin_block(2 * x.anchor);
        for (int i = 0; i < x.count; i += SLICES_AT_ONCE)
            for (int j = i; j < x.count; j += SLICES_AT_ONCE)
                add_some(sum, x.values + i, x.values + j, i + j, i == j ? 1 : 2);
    }

    // Adds the sum of x over the rows where a factor is 1, and not 0.
    static CECLI_INLINE void add_where(SlicedSum& sum, const Slices& x, const double* factor) {
        // A sum has the anchor of a product with numbers below 2^22, of one slice.
        sum.begin_block(x.anchor + SLICE_BITS);
        for (int k = 0; k < x.count; ++k) {
            Doubles total = {};
            for (std::ptrdiff_t i = 0; i < SLICED; i += LANES) {
                Doubles value, one;
                load(value, x.values[k] + i);
                load(one, factor + i);
                total += value * one;
            }
            put(sum, k, total, 1);
        }
    }

private:
    // Returns whether anything is left.
    template <bool ADDS>
    static CECLI_INLINE bool cut_some(Slices& into, double* rest, int first) {
        static_assert(SLICES_AT_ONCE == 3);
        // Arrays of vectors would not stay in registers.
        const Doubles c0 = rounding(into.anchor, first), c1 = rounding(into.anchor, first + 1),
                      c2 = rounding(into.anchor, first + 2);
        Words left = {};
        for (std::ptrdiff_t i = 0; i < SLICED; i += LANES) {
            Doubles x;
            load(x, rest + i);
            take<ADDS>(x, c0, into.values[first] + i);
            take<ADDS>(x, c1, into.values[first + 1] + i);
            take<ADDS>(x, c2, into.values[first + 2] + i);
            store<Doubles>(rest + i, x);
            left |= bits_as<Words>(x);
        }
        return any(left);
    }

    // The constant that rounds to multiples of slice k.
    static CECLI_INLINE Doubles rounding(int anchor, int k) {
        return Doubles{} + 1.5 * power_of_two(anchor - SLICE_BITS * (k + 1) + 52);
    }

    template <bool ADDS>
    static CECLI_INLINE void take(Doubles& rest, const Doubles& constant, double* slices) {
        const Doubles slice = (rest + constant) - constant;
        rest -= slice;
        if constexpr (ADDS) {
            Doubles known;
            load(known, slices);
            store<Doubles>(slices, known + slice);
        } else {
            store<Doubles>(slices, slice);
        }
    }

    static CECLI_INLINE bool any(const Words& words) {
        std::int64_t lanes[LANES], found = 0;
        std::memcpy(lanes, &words, sizeof lanes);
        for (const std::int64_t lane : lanes) found |= lane;
        return (found & INT64_MAX) != 0;  // the sign of a zero does not count
    }

    // Adds the sum of the lanes, several times, to a level.
    static CECLI_INLINE void put(SlicedSum& sum, int level, const Doubles& total, int times) {
        const double scale = power_of_two(SLICE_BITS * (level + 2) - sum.anchor());
        double lanes[LANES];
        std::int64_t found = 0;
        std::memcpy(lanes, &total, sizeof lanes);
        for (const double lane : lanes) found += static_cast<std::int64_t>(lane * scale);
        sum.add(level, times * found);
    }

    // Adds the products of three slices and three others, several times, to levels from `first` on.
    static CECLI_INLINE void add_some(SlicedSum& sum, const double (*x)[SLICED],
                                      const double (*y)[SLICED], int first, int times) {
        // So many rows of a lane add up without error.
        for (std::ptrdiff_t start = 0; start < SLICED; start += STRETCH) {
            Doubles s00 = {}, s01 = {}, s02 = {}, s10 = {}, s11 = {}, s12 = {}, s20 = {}, s21 = {},
                    s22 = {};
            for (std::ptrdiff_t i = start; i < start + STRETCH; i += LANES) {
                Doubles a0, a1, a2, b0, b1, b2;
                load(a0, x[0] + i);
                load(a1, x[1] + i);
                load(a2, x[2] + i);
                load(b0, y[0] + i);
                load(b1, y[1] + i);
                load(b2, y[2] + i);
                s00 += a0 * b0;
                s01 += a0 * b1;
                s02 += a0 * b2;
                s10 += a1 * b0;
                s11 += a1 * b1;
                s12 += a1 * b2;
                s20 += a2 * b0;
                s21 += a2 * b1;
                s22 += a2 * b2;
            }
            put(sum, first, s00, times);
            put(sum, first + 1, s01 + s10, times);
            put(sum, first + 2, s02 + s11 + s20, times);
            put(sum, first + 3, s12 + s21, times);
            put(sum, first + 4, s22, times);
        }
    }
};

}  // namespace cecli
