// Exact sums of doubles in the lanes of vector registers, if the machine has wide ones.
//
// With a constant c large enough, (x + c) - c rounds x to a multiple of one quantum, chosen so that
// all such multiples of a block add up in a double without error; the remainders are split
// again with a smaller quantum (Rump, Ogita, Oishi 2008; `cecli.numerics.sums.exact` does the same in
// numpy). The few sums of each lane go to an Accumulator.

#pragma once

#include "accumulator.hpp"
#include "registers.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace cecli {

#ifdef CECLI_LANES

constexpr std::ptrdiff_t LANED = 1024;  // values of a block: a few of them fit the first cache
constexpr int PRECISION = 53;
// Bits for the number of multiples in a lane, of at least four, and one bit for rounding up.
constexpr int HEADROOM = 8 + 1;
// Between these, no constant overflows, and no quantum of the first levels is subnormal.
constexpr int LEAST_EXPONENT = -800, LARGEST_EXPONENT = 960;

template <int LANES, class Doubles>
CECLI_INLINE void add_lanes(Accumulator& total, const Doubles& sums) {
    for (int lane = 0; lane < LANES; ++lane) {
        if (sums[lane] != 0.0) total.add(sums[lane]);
    }
}

template <int LANES>
CECLI_INLINE double largest_size(const double* values) {
    using Doubles = typename Registers<LANES>::Doubles;
    using Words = typename Registers<LANES>::Words;
    const Words unsign = Words{} + INT64_MAX;
    Doubles sizes = {};
    for (std::ptrdiff_t i = 0; i < LANED; i += LANES) {
        Doubles x;
        load(x, values + i);
        const Doubles size = (Doubles)((Words)x & unsign);
        sizes = size > sizes ? size : sizes;
    }
    double most = 0.0;
    for (int lane = 0; lane < LANES; ++lane) most = sizes[lane] > most ? sizes[lane] : most;
    return most;
}

// Adds LANED values to the total, and overwrites them.
template <int LANES>
CECLI_INLINE void block_lanes(Accumulator& total, double* values) {
    using Doubles = typename Registers<LANES>::Doubles;
    using Words = typename Registers<LANES>::Words;
    const double most = largest_size<LANES>(values);
    if (most == 0.0) return;
    int exponent = std::ilogb(most) + 1;
    while (exponent >= LEAST_EXPONENT && exponent <= LARGEST_EXPONENT) {
        // Two levels at a time, enough for most blocks.
        const int first = exponent + HEADROOM - PRECISION, second = first + HEADROOM - PRECISION;
        const Doubles c = Doubles{} + std::ldexp(1.5, first + PRECISION - 1),
                      d = Doubles{} + std::ldexp(1.5, second + PRECISION - 1);
        Doubles leading = {}, following = {};
        Words left = {};
        for (std::ptrdiff_t i = 0; i < LANED; i += LANES) {
            Doubles x;
            load(x, values + i);
            const Doubles high = (x + c) - c;
            leading += high;
            x -= high;
            const Doubles low = (x + d) - d;
            following += low;
            x -= low;
            left |= (Words)x;
            std::memcpy(values + i, &x, sizeof x);
        }
        add_lanes<LANES>(total, leading);
        add_lanes<LANES>(total, following);
        std::int64_t any = 0;
        for (int lane = 0; lane < LANES; ++lane) any |= left[lane];
        if ((any & INT64_MAX) == 0) return;  // the sign of a zero does not count
        exponent = second;
    }
    for (std::ptrdiff_t i = 0; i < LANED; ++i) total.add(values[i]);
}

// Splits LANED products into the rounded product and its error; returns whether all were exact.
// Compilers vectorize such plain loops.
CECLI_INLINE bool multiply_block(const double* x, const double* y, double* products,
                                 double* errors) {
    std::int64_t bad = 0;
    for (std::ptrdiff_t i = 0; i < LANED; ++i) {
        const double product = x[i] * y[i], size = std::fabs(product);
        products[i] = product;
        errors[i] = __builtin_fma(x[i], y[i], -product);
        bad |= ((size < LEAST_PRODUCT) & (x[i] != 0.0) & (y[i] != 0.0)) | (size > LARGEST_PRODUCT);
    }
    return bad == 0;
}

// The next LANED values, padded with zeros.
CECLI_INLINE void take(double* into, const double* from, std::ptrdiff_t size) {
    const std::ptrdiff_t count = size < LANED ? size : LANED;
    std::memcpy(into, from, count * sizeof(double));
    for (std::ptrdiff_t i = count; i < LANED; ++i) into[i] = 0.0;
}

template <class Way>
CECLI_INLINE void products_lanes(Accumulator& total, const double* x, const double* y) {
    alignas(64) double products[LANED], errors[LANED];
    if (Way::multiply(x, y, products, errors)) {
        Way::add_block(total, products);
        Way::add_block(total, errors);
    } else {
        for (std::ptrdiff_t i = 0; i < LANED; ++i) total.add_product(x[i], y[i]);
    }
}

template <class Way>
CECLI_INLINE void sum_lanes(const double* x, std::ptrdiff_t size, Accumulator& total) {
    alignas(64) double values[LANED];
    for (std::ptrdiff_t i = 0; i < size; i += LANED) {
        if (i % TERMS_BEFORE_CARRY == 0) total.carry();
        take(values, x + i, size - i);
        Way::add_block(total, values);
    }
}

template <class Way>
CECLI_INLINE void dot_lanes(const double* x, const double* y, std::ptrdiff_t size,
                            Accumulator& total) {
    alignas(64) double left[LANED], right[LANED];
    for (std::ptrdiff_t i = 0; i < size; i += LANED) {
        if (i % TERMS_BEFORE_CARRY == 0) total.carry();
        take(left, x + i, size - i);
        take(right, y + i, size - i);
        Way::add_products(total, left, right);
    }
}

// What rounds a rest of a level, below 2^first, to multiples of the quantum of the level.
template <class Doubles>
CECLI_INLINE Doubles rounder(int first, int level) {
    constexpr int STEP = PRECISION - HEADROOM;
    return Doubles{} + std::ldexp(1.5, first - level * STEP + HEADROOM - 1);
}

// Moves what a level takes of the rest to its sum.
template <class Doubles>
CECLI_INLINE void move(Doubles& rest, const Doubles& level, Doubles& sum) {
    const Doubles high = (rest + level) - level;
    sum += high;
    rest -= high;
}

// Adds the sums of x, of rounded x² and of its rounding errors, of LANED values, in one pass without
// buffers. Returns false, and adds nothing, if two or three levels are not enough for one of them.
template <int LANES>
CECLI_INLINE bool block_moments_lanes(Accumulator& total, Accumulator& squares,
                                      const double* values) {
    using Doubles = typename Registers<LANES>::Doubles;
    using Words = typename Registers<LANES>::Words;
    const double most = largest_size<LANES>(values);
    if (most == 0.0) return true;
    const int exponent = std::ilogb(most) + 1;
    // Neither a square nor its error is subnormal, unless it is too small for these levels anyway.
    if (exponent < -300 || exponent > 450) return false;
    const Doubles x1 = rounder<Doubles>(exponent, 0), x2 = rounder<Doubles>(exponent, 1),
                  s1 = rounder<Doubles>(2 * exponent, 0), s2 = rounder<Doubles>(2 * exponent, 1),
                  s3 = rounder<Doubles>(2 * exponent, 2),
                  e1 = rounder<Doubles>(2 * exponent - PRECISION, 0),
                  e2 = rounder<Doubles>(2 * exponent - PRECISION, 1),
                  e3 = rounder<Doubles>(2 * exponent - PRECISION, 2);
    Doubles sums[8] = {};
    Words left = {};
    for (std::ptrdiff_t i = 0; i < LANED; i += LANES) {
        Doubles x;
        load(x, values + i);
        Doubles square = x * x, lost;
        for (int lane = 0; lane < LANES; ++lane) {
            lost[lane] = __builtin_fma(x[lane], x[lane], -square[lane]);
        }
        move(x, x1, sums[0]);
        move(x, x2, sums[1]);
        move(square, s1, sums[2]);
        move(square, s2, sums[3]);
        move(square, s3, sums[4]);
        move(lost, e1, sums[5]);
        move(lost, e2, sums[6]);
        move(lost, e3, sums[7]);
        left |= (Words)x | (Words)square | (Words)lost;
    }
    std::int64_t any = 0;
    for (int lane = 0; lane < LANES; ++lane) any |= left[lane];
    if ((any & INT64_MAX) != 0) return false;
    for (int k = 0; k < 8; ++k) add_lanes<LANES>(k < 2 ? total : squares, sums[k]);
    return true;
}

template <class Way>
CECLI_INLINE void moments_lanes(const double* x, std::ptrdiff_t size, Accumulator& total,
                                Accumulator& squares) {
    alignas(64) double values[LANED];
    for (std::ptrdiff_t i = 0; i < size; i += LANED) {
        if (i % TERMS_BEFORE_CARRY == 0) {
            total.carry();
            squares.carry();
        }
        take(values, x + i, size - i);
        if (Way::add_moments(total, squares, values)) continue;
        Way::add_products(squares, values, values);
        Way::add_block(total, values);
    }
}

// With p + e = w·x exactly, Σ w²x is Σ w·p + w·e, and Σ w²x² is Σ p² + 2p·e + e².
template <class Way>
CECLI_INLINE bool weighted_moments_lanes(const double* x, const double* w, std::ptrdiff_t size,
                                         WeightedMoments& sums) {
    alignas(64) double values[LANED], weights[LANED], products[LANED], errors[LANED], twice[LANED];
    for (std::ptrdiff_t i = 0; i < size; i += LANED) {
        if (i % WEIGHTED_BEFORE_CARRY == 0) sums.carry();
        take(values, x + i, size - i);
        if (largest_size<Way::LANES>(values) == 0.0) continue;
        take(weights, w + i, size - i);
        if (!Way::multiply(values, weights, products, errors)) return false;
        for (std::ptrdiff_t k = 0; k < LANED; ++k) twice[k] = 2.0 * errors[k];
        Way::add_products(sums.twice_weighted, weights, products);
        Way::add_products(sums.twice_weighted, weights, errors);
        Way::add_products(sums.squares, products, twice);
        Way::add_products(sums.squares, errors, errors);
        if (!Way::add_moments(sums.weighted, sums.squares, products)) {
            Way::add_products(sums.squares, products, products);
            Way::add_block(sums.weighted, products);
        }
        Way::add_block(sums.weighted, errors);
    }
    return true;
}

// Σ w²xy is the sum of (p + e)(q + f), with p + e = w·x and q + f = w·y.
template <class Way>
CECLI_INLINE bool weighted_dot_lanes(const double* x, const double* y, const double* w,
                                     std::ptrdiff_t size, Accumulator& total) {
    alignas(64) double values[LANED], weights[LANED], p[LANED], e[LANED], q[LANED], f[LANED];
    for (std::ptrdiff_t i = 0; i < size; i += LANED) {
        if (i % WEIGHTED_BEFORE_CARRY == 0) total.carry();
        take(weights, w + i, size - i);
        take(values, x + i, size - i);
        if (!Way::multiply(values, weights, p, e)) return false;
        take(values, y + i, size - i);
        if (!Way::multiply(values, weights, q, f)) return false;
        Way::add_products(total, p, q);
        Way::add_products(total, p, f);
        Way::add_products(total, e, q);
        Way::add_products(total, e, f);
    }
    return true;
}

// The same code for two instruction sets. What a block needs is not inlined into what loops over
// blocks: that takes a compiler ten times as long, and is no faster.
#define CECLI_LANES_FOR(NAME, WIDTH, TARGET)                                                       \
    struct NAME {                                                                                  \
        static constexpr int LANES = WIDTH;                                                        \
        TARGET CECLI_APART static bool multiply(const double* x, const double* y,                  \
                                                double* products, double* errors) {                \
            return multiply_block(x, y, products, errors);                                         \
        }                                                                                          \
        TARGET CECLI_APART static void add_block(Accumulator& total, double* values) {             \
            block_lanes<WIDTH>(total, values);                                                     \
        }                                                                                          \
        TARGET CECLI_APART static bool add_moments(Accumulator& total, Accumulator& squares,       \
                                                   const double* values) {                         \
            return block_moments_lanes<WIDTH>(total, squares, values);                             \
        }                                                                                          \
        TARGET CECLI_APART static void add_products(Accumulator& total, const double* x,           \
                                                    const double* y) {                             \
            products_lanes<NAME>(total, x, y);                                                     \
        }                                                                                          \
        TARGET static void sum(const double* x, std::ptrdiff_t size, Accumulator& total) {         \
            sum_lanes<NAME>(x, size, total);                                                       \
        }                                                                                          \
        TARGET static void dot(const double* x, const double* y, std::ptrdiff_t size,              \
                               Accumulator& total) {                                               \
            dot_lanes<NAME>(x, y, size, total);                                                    \
        }                                                                                          \
        TARGET static void moments(const double* x, std::ptrdiff_t size, Accumulator& total,       \
                                   Accumulator& squares) {                                         \
            moments_lanes<NAME>(x, size, total, squares);                                          \
        }                                                                                          \
        TARGET static bool weighted_moments(const double* x, const double* w, std::ptrdiff_t size, \
                                            WeightedMoments& sums) {                               \
            return weighted_moments_lanes<NAME>(x, w, size, sums);                                 \
        }                                                                                          \
        TARGET static bool weighted_dot(const double* x, const double* y, const double* w,         \
                                        std::ptrdiff_t size, Accumulator& total) {                 \
            return weighted_dot_lanes<NAME>(x, y, w, size, total);                                 \
        }                                                                                          \
    };

CECLI_LANES_FOR(Avx2, 4, CECLI_AVX2)
CECLI_LANES_FOR(Avx512, 8, CECLI_AVX512)

#endif

}  // namespace cecli
