// Sums, products and quotients of numbers that are pairs of doubles with a bound of the error, with the
// bits of `cecli.numerics.sums.pairs`.

#pragma once

#include "registers.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace cecli {

// As in `pairs`, where they are explained.
constexpr double LOSS = 0x1p-98, LOSS_OF_LOW = 0x1p-50, UNDERFLOW_LOSS = 0x1p-960;
// The factor that splits a double in halves of 26 bits (Dekker).
constexpr double SPLIT = 0x1p27 + 1.0;

struct Pair {
    double high, low, error;
};

CECLI_INLINE Pair operator-(const Pair& a) { return {-a.high, -a.low, a.error}; }

// a + b and its error, if b is not the larger one.
CECLI_INLINE Pair normal(double a, double b, double error) {
    const double total = a + b;
    return {total, b - (total - a), error};
}

CECLI_INLINE double two_sum(double a, double b, double& lost) {
    const double total = a + b, part = total - a;
    lost = (a - (total - part)) + (b - part);
    return total;
}

CECLI_INLINE double two_product(double a, double b, double& lost) {
    const double product = a * b, scaled_a = SPLIT * a, scaled_b = SPLIT * b;
    const double a_high = scaled_a - (scaled_a - a), a_low = a - a_high;
    const double b_high = scaled_b - (scaled_b - b), b_low = b - b_high;
    lost = a_high * b_high - product;
    lost += a_high * b_low;
    lost += a_low * b_high;
    lost += a_low * b_low;
    return product;
}

struct PairSum {
    CECLI_INLINE Pair operator()(const Pair& a, const Pair& b) const {
        double lost, lost_low;
        const double high = two_sum(a.high, b.high, lost), low = two_sum(a.low, b.low, lost_low);
        const double lows = std::fabs(a.low) + std::fabs(b.low), second = lost + low;
        const double first = high + second, rest = second - (first - high);
        const double error = lows == 0.0 ? 0.0 : (std::fabs(lost) + lows) * LOSS_OF_LOW;
        return normal(first, rest + lost_low, a.error + b.error + error);
    }
};

struct PairProduct {
    CECLI_INLINE Pair operator()(const Pair& a, const Pair& b) const {
        double lost;
        const double high = two_product(a.high, b.high, lost);
        const double low = lost + (a.high * b.low + a.low * b.high);
        const double x = std::fabs(a.high), y = std::fabs(b.high), size = x * y;
        const double passed = 2.0 * (a.error * (y + b.error) + x * b.error);
        const bool are_floats = (a.low == 0.0) & (b.low == 0.0);
        const bool is_whole = (x == 0.0) | (y == 0.0) | (size > UNDERFLOW_LOSS);
        const bool has_error = (a.error > 0.0) | (b.error > 0.0);
        double error = are_floats ? 0.0 : size * LOSS;
        error += is_whole & !has_error ? 0.0 : UNDERFLOW_LOSS;
        return normal(high, low, passed + error);
    }
};

struct PairQuotient {
    CECLI_INLINE Pair operator()(const Pair& a, const Pair& b) const {
        const double first = a.high / b.high;
        Pair rest = without(a, b, first);
        const double second = rest.high / b.high;
        rest = without(rest, b, second);
        const double high = first + second;
        const double low = second - (high - first) + rest.high / b.high;
        const double below = std::fabs(b.high) - b.error - std::fabs(b.low);
        double error = 2.0 * rest.error / below + std::fabs(high) * LOSS;
        error += rest.error > 0.0 ? UNDERFLOW_LOSS : 0.0;
        const double none = std::numeric_limits<double>::quiet_NaN();
        return normal(high, low, below > 0.0 ? error : none);
    }

private:
    static CECLI_INLINE Pair without(const Pair& a, const Pair& b, double times) {
        return PairSum()(a, -PairProduct()(b, {times, 0.0, 0.0}));
    }
};

// Some numbers, or one for all.
struct PairColumns {
    const double *high, *low, *error;
    bool is_one;

    template <bool IS_ONE>
    CECLI_INLINE Pair at(std::ptrdiff_t i) const {
        const std::ptrdiff_t place = IS_ONE ? 0 : i;
        return {high[place], low[place], error[place]};
    }
};

struct FoundPairs {
    double *high, *low, *error;
};

template <class Operation, bool FIRST_IS_ONE, bool SECOND_IS_ONE>
void compute_each(PairColumns a, PairColumns b, std::ptrdiff_t size, FoundPairs into) {
    double *__restrict high = into.high, *__restrict low = into.low,
           *__restrict error = into.error;
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        const Pair found = Operation()(a.at<FIRST_IS_ONE>(i), b.at<SECOND_IS_ONE>(i));
        high[i] = found.high;
        low[i] = found.low;
        error[i] = found.error;
    }
}

template <class Operation>
void compute(PairColumns a, PairColumns b, std::ptrdiff_t size, FoundPairs into) {
    if (a.is_one) return compute_each<Operation, true, false>(a, b, size, into);
    if (b.is_one) return compute_each<Operation, false, true>(a, b, size, into);
    compute_each<Operation, false, false>(a, b, size, into);
}

inline void add_pairs(PairColumns a, PairColumns b, std::ptrdiff_t size, FoundPairs into) {
    compute<PairSum>(a, b, size, into);
}

inline void multiply_pairs(PairColumns a, PairColumns b, std::ptrdiff_t size, FoundPairs into) {
    compute<PairProduct>(a, b, size, into);
}

inline void divide_pairs(PairColumns a, PairColumns b, std::ptrdiff_t size, FoundPairs into) {
    compute<PairQuotient>(a, b, size, into);
}

}  // namespace cecli
