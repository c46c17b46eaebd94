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

    // Adds numbers below 2^(anchor - 22 first) to slices from `first` on; `rest` is overwritten.
    // Returns false if there are too few slices.
    static CECLI_INLINE bool cut(Slices& into, double* rest, int first) {
        int k = first;
        while (k + SLICES_AT_ONCE <= MOST_SLICES) {
            extend(into, k + SLICES_AT_ONCE);
            if (!cut_some(into, rest, k)) return true;
            k += SLICES_AT_ONCE;
        }
        return false;
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
            sum.add(k, multiples(total, scale(sum, k)));
        }
    }

private:
    static CECLI_INLINE void extend(Slices& into, int count) {
        for (; into.count < count; ++into.count)
            std::memset(into.values[into.count], 0, sizeof into.values[0]);
        while (into.count % SLICES_AT_ONCE != 0)
            std::memset(into.values[into.count++], 0, sizeof into.values[0]);
    }

    // Returns whether anything is left.
    static CECLI_INLINE bool cut_some(Slices& into, double* rest, int first) {
        Doubles constants[SLICES_AT_ONCE];
        for (int k = 0; k < SLICES_AT_ONCE; ++k)
            constants[k] =
                Doubles{} + 1.5 * power_of_two(into.anchor - SLICE_BITS * (first + k + 1) + 52);
        Words left = {};
        for (std::ptrdiff_t i = 0; i < SLICED; i += LANES) {
            Doubles x;
            load(x, rest + i);
            for (int k = 0; k < SLICES_AT_ONCE; ++k) {
                const Doubles slice = (x + constants[k]) - constants[k];
                Doubles known;
                load(known, into.values[first + k] + i);
                store<Doubles>(into.values[first + k] + i, known + slice);
                x -= slice;
            }
            store<Doubles>(rest + i, x);
            left |= bits_as<Words>(x);
        }
        return any(left);
    }

    static CECLI_INLINE bool any(const Words& words) {
        std::int64_t lanes[LANES], found = 0;
        std::memcpy(lanes, &words, sizeof lanes);
        for (const std::int64_t lane : lanes) found |= lane;
        return (found & INT64_MAX) != 0;  // the sign of a zero does not count
    }

    static CECLI_INLINE double scale(const SlicedSum& sum, int level) {
        return power_of_two(SLICE_BITS * (level + 2) - sum.anchor());
    }

    static CECLI_INLINE std::int64_t multiples(const Doubles& total, double scale) {
        double lanes[LANES];
        std::int64_t found = 0;
        std::memcpy(lanes, &total, sizeof lanes);
        for (const double lane : lanes) found += static_cast<std::int64_t>(lane * scale);
        return found;
    }

    // Adds the products of three slices and three others, several times, to levels from `first` on.
    static CECLI_INLINE void add_some(SlicedSum& sum, const double (*x)[SLICED],
                                      const double (*y)[SLICED], int first, int times) {
        constexpr int N = SLICES_AT_ONCE;
        // So many rows of a lane add up without error.
        for (std::ptrdiff_t start = 0; start < SLICED; start += STRETCH) {
            Doubles totals[N][N] = {};
            for (std::ptrdiff_t i = start; i < start + STRETCH; i += LANES) {
                Doubles a[N], b[N];
                for (int k = 0; k < N; ++k) {
                    load(a[k], x[k] + i);
                    load(b[k], y[k] + i);
                }
                for (int k = 0; k < N; ++k)
                    for (int m = 0; m < N; ++m) totals[k][m] += a[k] * b[m];
            }
            for (int level = 0; level < 2 * N - 1; ++level) {
                Doubles total = {};
                for (int k = 0; k < N; ++k)
                    if (level - k >= 0 && level - k < N) total += totals[k][level - k];
                sum.add(first + level, times * multiples(total, scale(sum, first + level)));
            }
        }
    }
};

}  // namespace cecli
