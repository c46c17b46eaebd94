// What is done with the slices of a block of rows, in lanes: see slices.hpp.

#pragma once

#include "registers.hpp"
#include "slices.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef CECLI_LANES
#include <immintrin.h>
#endif

namespace cecli {

// Adds a product, where products and sums are exact. GCC would not always make one instruction of
// it.
template <int LANES, class Doubles>
CECLI_INLINE void add_exact(Doubles& total, const Doubles& a, const Doubles& b) {
    if constexpr (LANES == 1) {
        total += a * b;
#if defined(CECLI_LANES) && !defined(__clang__)
    } else if constexpr (LANES == 4) {
        total = __builtin_ia32_vfmaddpd256(a, b, total);
    } else if constexpr (LANES == 8) {
        total = __builtin_ia32_vfmaddpd512_mask(a, b, total, -1, _MM_FROUND_CUR_DIRECTION);
#endif
    } else {
        for (int k = 0; k < LANES; ++k) total[k] = __builtin_fma(a[k], b[k], total[k]);
    }
}

// What is done with the slices of a block, in lanes.
template <int LANES>
struct InLanes {
    using Doubles = typename Registers<LANES>::Doubles;
    using Words = typename Registers<LANES>::Words;
    // So many rows of a lane add up without error.
    static constexpr std::ptrdiff_t STRETCH = LANES >= 4 ? SLICED : 32 * LANES;

    static CECLI_INLINE void multiply(const double* x, const double* y, double* products,
                                      double* errors) {
        for (std::ptrdiff_t i = 0; i < SLICED; ++i) {
            const double product = x[i] * y[i];
            products[i] = product;
            errors[i] = __builtin_fma(x[i], y[i], -product);
        }
    }

    static CECLI_INLINE bool cut(Slices& into, double* rest) { return cut_from(into, rest, 0); }

    static CECLI_INLINE bool cut_errors(Slices& into, double* rest) {
        const bool is_left = into.count > SLICES_AT_ONCE ? cut_some<4, 4>(into, rest, ERRORS)
                                                         : cut_some<1, 4>(into, rest, ERRORS);
        return !is_left || cut_from(into, rest, ERRORS + 4);
    }

    static CECLI_INLINE void add_products(SlicedSum& sum, const Slices& x, const Slices& y) {
        sum.begin_block(x.anchor + y.anchor);
        for (int i = 0; i < x.count; i += SLICES_AT_ONCE)
            for (int j = 0; j < y.count; j += SLICES_AT_ONCE)
                add_some(sum, x.values + i, y.values + j, i + j, 1);
    }

    static CECLI_INLINE void add_squares(SlicedSum& sum, const Slices& x) {
        sum.begin_block(2 * x.anchor);
        for (int i = 0; i < x.count; i += SLICES_AT_ONCE) {
            square_some(sum, x.values + i, 2 * i);
            for (int j = i + SLICES_AT_ONCE; j < x.count; j += SLICES_AT_ONCE)
                add_some(sum, x.values + i, x.values + j, i + j, 2);
        }
    }

    static CECLI_INLINE void add_all(SlicedSum& sum, const Slices& x) {
        sum.begin_block(x.anchor + SLICE_BITS);
        for (int k = 0; k < x.count; ++k) {
            Doubles total = {};
            for (std::ptrdiff_t i = 0; i < SLICED; i += LANES) {
                Doubles value;
                load(value, x.values[k] + i);
                total += value;
            }
            sum.add(k, multiples(x, k, total));
        }
    }

    static CECLI_INLINE void add_where(SlicedSum& sum, const Slices& x, const double* factor) {
        sum.begin_block(x.anchor + SLICE_BITS);
        for (int k = 0; k < x.count; ++k) {
            Doubles total = {};
            for (std::ptrdiff_t i = 0; i < SLICED; i += LANES) {
                Doubles value, one;
                load(value, x.values[k] + i);
                load(one, factor + i);
                total += value * one;
            }
            sum.add(k, multiples(x, k, total));
        }
    }

    static CECLI_INLINE void add_scaled(SlicedSum& first, SlicedSum& second, const Slices& x,
                                        const Factors& factors) {
        first.begin_block(x.anchor + factors.exponents[0] + SLICE_BITS);
        second.begin_block(x.anchor + factors.exponents[1] + SLICE_BITS);
        for (int k = 0; k < x.count; k += SLICES_AT_ONCE)
            scale_some(first, second, x.values + k, factors, k);
    }

private:
    // What is below 2^-53 of a number below 2^anchor has no part in the slices before this one.
    static constexpr int ERRORS = 2;

    // Cuts from a slice on, a multiple of three. Returns whether nothing is left.
    static CECLI_INLINE bool cut_from(Slices& into, double* rest, int first) {
        bool is_left = true;
        for (int k = first; is_left && k < MOST_SLICES; k += SLICES_AT_ONCE) {
            is_left = k < into.count ? cut_some<3, 3>(into, rest, k)
                                     : cut_some<0, 3>(into, rest, k);
        }
        return !is_left;
    }

    // Cuts three or four slices, of which some are known. Returns whether anything is left.
    template <int KNOWN, int MANY>
    static CECLI_INLINE bool cut_some(Slices& into, double* rest, int first) {
        // Arrays of vectors would not stay in registers.
        const Doubles c0 = rounding(into.anchor, first), c1 = rounding(into.anchor, first + 1),
                      c2 = rounding(into.anchor, first + 2), c3 = rounding(into.anchor, first + 3);
        Words left = {};
        for (std::ptrdiff_t i = 0; i < SLICED; i += LANES) {
            Doubles x;
            load(x, rest + i);
            take<(KNOWN > 0)>(x, c0, into.values[first] + i);
            take<(KNOWN > 1)>(x, c1, into.values[first + 1] + i);
            take<(KNOWN > 2)>(x, c2, into.values[first + 2] + i);
            if constexpr (MANY > 3) take<(KNOWN > 3)>(x, c3, into.values[first + 3] + i);
            store<Doubles>(rest + i, x);
            left |= bits_as<Words>(x);
        }
        into.count = std::max(into.count, first + MANY);
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

    // The sum of the lanes, each a sum of slice k.
    static CECLI_INLINE std::int64_t multiples(const Slices& x, int k, const Doubles& total) {
        double lanes[LANES], found = 0.0;
        std::memcpy(lanes, &total, sizeof lanes);
        for (const double lane : lanes) found += lane;
        return static_cast<std::int64_t>(found * power_of_two(SLICE_BITS * (k + 1) - x.anchor));
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
                add_exact<LANES>(s00, a0, b0);
                add_exact<LANES>(s01, a0, b1);
                add_exact<LANES>(s02, a0, b2);
                add_exact<LANES>(s10, a1, b0);
                add_exact<LANES>(s11, a1, b1);
                add_exact<LANES>(s12, a1, b2);
                add_exact<LANES>(s20, a2, b0);
                add_exact<LANES>(s21, a2, b1);
                add_exact<LANES>(s22, a2, b2);
            }
            put(sum, first, s00, times);
            put(sum, first + 1, s01 + s10, times);
            put(sum, first + 2, s02 + s11 + s20, times);
            put(sum, first + 3, s12 + s21, times);
            put(sum, first + 4, s22, times);
        }
    }

    // Adds the products of three slices with each other, to levels from `first` on.
    static CECLI_INLINE void square_some(SlicedSum& sum, const double (*x)[SLICED], int first) {
        for (std::ptrdiff_t start = 0; start < SLICED; start += STRETCH) {
            Doubles s00 = {}, s01 = {}, s02 = {}, s11 = {}, s12 = {}, s22 = {};
            for (std::ptrdiff_t i = start; i < start + STRETCH; i += LANES) {
                Doubles a0, a1, a2;
                load(a0, x[0] + i);
                load(a1, x[1] + i);
                load(a2, x[2] + i);
                add_exact<LANES>(s00, a0, a0);
                add_exact<LANES>(s01, a0, a1);
                add_exact<LANES>(s02, a0, a2);
                add_exact<LANES>(s11, a1, a1);
                add_exact<LANES>(s12, a1, a2);
                add_exact<LANES>(s22, a2, a2);
            }
            put(sum, first, s00, 1);
            put(sum, first + 1, s01, 2);
            put(sum, first + 2, s11 + (s02 + s02), 1);
            put(sum, first + 3, s12, 2);
            put(sum, first + 4, s22, 1);
        }
    }

    // Adds the products of three slices with two factors, to levels from `first` on.
    static CECLI_INLINE void scale_some(SlicedSum& one, SlicedSum& two, const double (*x)[SLICED],
                                        const Factors& factors, int first) {
        for (std::ptrdiff_t start = 0; start < SLICED; start += STRETCH) {
            Doubles s0 = {}, s1 = {}, s2 = {}, t0 = {}, t1 = {}, t2 = {};
            for (std::ptrdiff_t i = start; i < start + STRETCH; i += LANES) {
                Doubles a0, a1, a2, b, c;
                load(a0, x[0] + i);
                load(a1, x[1] + i);
                load(a2, x[2] + i);
                load(b, factors.values[0] + i);
                load(c, factors.values[1] + i);
                add_exact<LANES>(s0, a0, b);
                add_exact<LANES>(s1, a1, b);
                add_exact<LANES>(s2, a2, b);
                add_exact<LANES>(t0, a0, c);
                add_exact<LANES>(t1, a1, c);
                add_exact<LANES>(t2, a2, c);
            }
            put(one, first, s0, 1);
            put(one, first + 1, s1, 1);
            put(one, first + 2, s2, 1);
            put(two, first, t0, 1);
            put(two, first + 1, t1, 1);
            put(two, first + 2, t2, 1);
        }
    }
};

}  // namespace cecli
