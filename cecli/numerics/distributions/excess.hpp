// The terms of divergences, in lanes: the bits of `excess` in `cecli.numerics.distributions.divergences`.

#pragma once

#include "logarithm.hpp"
#include "registers.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cecli {

constexpr double SERIES_BOUND = 0.2;
constexpr int SERIES_TERMS = 10;

// Returns whether a condition holds in any lane.
template <int LANES, class Mask>
CECLI_INLINE bool any(const Mask& holds) {
    if constexpr (LANES == 1) {
        return holds;
    } else {
        std::int64_t lanes[LANES], found = 0;
        std::memcpy(lanes, &holds, sizeof lanes);
        for (const std::int64_t lane : lanes) found |= lane;
        return found != 0;
    }
}

// x - ln(1 + x).
template <int LANES>
CECLI_INLINE typename Registers<LANES>::Doubles x_minus_log1p_of(
    const typename Registers<LANES>::Doubles& x) {
    using Doubles = typename Registers<LANES>::Doubles;
    const Doubles r = x / (2.0 + x), square = r * r;
    Doubles tail = Doubles{} + 1.0 / (2 * SERIES_TERMS + 1);
    for (int k = SERIES_TERMS - 2; k >= 0; --k) tail = tail * square + 1.0 / (2 * k + 3);
    const Doubles series = r * (x - 2.0 * square * tail);
    const auto is_large = (x > SERIES_BOUND) | (x < -SERIES_BOUND);
    if (!any<LANES>(is_large)) return series;
    return is_large ? x - log1p_of<LANES>(x) : series;
}

// (q - p) - p ln(q/p), given an accurate q - p. Adds whether the ratio is far from 1, and it or one
// of the two is not normal.
template <int LANES>
CECLI_INLINE typename Registers<LANES>::Doubles excess_of(
    const typename Registers<LANES>::Doubles& p, const typename Registers<LANES>::Doubles& q,
    const typename Registers<LANES>::Doubles& difference, bool& is_rough) {
    using Doubles = typename Registers<LANES>::Doubles;
    constexpr double LEAST = 0x1p-1022;
    const Doubles zero = {}, ratio = q / p, change = difference / p;
    const auto is_near = (ratio > 0.5) & (ratio < 2.0);
    const Doubles close = p * x_minus_log1p_of<LANES>(is_near ? change : zero);
    const auto is_sound = (ratio >= LEAST) & (ratio < HUGE_VAL) & (p >= LEAST) & (q >= LEAST);
    const auto is_far = (p > 0.0) & ((ratio <= 0.5) | (ratio >= 2.0));
    const Doubles none = p == 0.0 ? q : close;
    if (!any<LANES>(is_far)) return none;
    is_rough |= any<LANES>(is_far & (is_sound == 0));
    return is_far ? difference - p * log_of<LANES>(ratio) : none;
}

// Writes the terms of some rows; returns whether numpy has the same without other logarithms.
template <int LANES>
CECLI_INLINE bool write_excess(const double* p, const double* q, const double* difference,
                               std::ptrdiff_t size, double* into) {
    using Doubles = typename Registers<LANES>::Doubles;
    bool is_rough = false;
    std::ptrdiff_t i = 0;
    for (; i + LANES <= size && !is_rough; i += LANES) {
        Doubles a, b, change;
        load(a, p + i);
        load(b, q + i);
        load(change, difference + i);
        store<Doubles>(into + i, excess_of<LANES>(a, b, change, is_rough));
    }
    for (; i < size && !is_rough; ++i) {
        into[i] = excess_of<1>(p[i], q[i], difference[i], is_rough);
    }
    return !is_rough;
}

#define CECLI_EXCESS_FOR(NAME, LANES, TARGET)                                                      \
    TARGET inline bool NAME(const double* p, const double* q, const double* difference,            \
                            std::ptrdiff_t size, double* into) {                                   \
        return write_excess<LANES>(p, q, difference, size, into);                                  \
    }

CECLI_EXCESS_FOR(excess_one_by_one, 1, )
#ifdef CECLI_LANES
CECLI_EXCESS_FOR(excess_avx2, 4, CECLI_AVX2)
CECLI_EXCESS_FOR(excess_avx512, 8, CECLI_AVX512)
#endif

using Excess = bool (*)(const double* p, const double* q, const double* difference,
                        std::ptrdiff_t size, double* into);

// The implementations that this machine supports, in the order of KINDS.
inline std::vector<Excess> excesses_of_this_machine() {
    return of_this_machine<Excess>({excess_one_by_one,
#ifdef CECLI_LANES
                                    excess_avx2, excess_avx512
#endif
    });
}

}  // namespace cecli
