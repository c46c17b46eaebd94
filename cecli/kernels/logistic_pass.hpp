// The sums of a logistic fit of labels along the logits of predictions, from one pass over blocks that
// fit the cache.

#pragma once

#include "bernoulli.hpp"
#include "kernels.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

namespace cecli {

constexpr std::ptrdiff_t FITTED = 2048;  // rows of a block
constexpr int SHIFT_TERMS = 3, LINE_TERMS = 6;

// The terms of some rows: the loss, its derivatives by the slope and the intercept, and the second
// ones in this order; of the intercept alone if the slope is held at 1.
struct LogisticTerms {
    alignas(64) double of[LINE_TERMS][FITTED];
};

struct LogisticCurve {
    double slope, intercept;
    bool is_shift;  // whether the slope is held at 1

    int terms() const { return is_shift ? SHIFT_TERMS : LINE_TERMS; }
};

// Writes the terms of rows from `first` on while all lanes are full; returns the row after the last
// one. Tells whether a logit or a loss is infinite.
template <int LANES>
CECLI_INLINE std::ptrdiff_t write_terms(const double* target, const double* prob,
                                        std::ptrdiff_t first, std::ptrdiff_t size,
                                        const LogisticCurve& curve, LogisticTerms& terms,
                                        bool& is_infinite) {
    using Doubles = typename Registers<LANES>::Doubles;
    const Doubles zero = {}, one = zero + 1.0;
    std::ptrdiff_t row = first;
    for (; row + LANES <= size; row += LANES) {
        Doubles t, q;
        load(t, target + row);
        load(q, prob + row);
        const auto predicted = Probability::of<LANES>(q);
        const Doubles z = predicted.rest_cost - predicted.cost;
        Doubles eta = zero;
        if (curve.is_shift) {
            eta = z + curve.intercept;
        } else {
            if (curve.slope != 0.0) eta += curve.slope * z;
            if (curve.intercept != 0.0) eta += curve.intercept * one;
        }
        const auto [yes, no, cost, other_cost, preference] = Logit::of<LANES>(eta);
        const Doubles other = 1.0 - t;
        const Doubles slope = other * yes - t * no, curvature = no * yes;
        store<Doubles>(terms.of[0] + row, t * cost + other * other_cost);
        if (curve.is_shift) {
            store<Doubles>(terms.of[1] + row, slope);
            store<Doubles>(terms.of[2] + row, curvature);
            continue;
        }
        store<Doubles>(terms.of[1] + row, slope * z);
        store<Doubles>(terms.of[2] + row, slope);
        store<Doubles>(terms.of[3] + row, curvature * z * z);
        store<Doubles>(terms.of[4] + row, curvature * z);
        store<Doubles>(terms.of[5] + row, curvature);
    }
    for (std::ptrdiff_t i = first; i < row; ++i) {
        // Not a number fails, too.
        is_infinite |= !(terms.of[0][i] < HUGE_VAL) || prob[i] <= 0.0 || prob[i] >= 1.0;
    }
    return row;
}

#define CECLI_LOGISTIC_FOR(NAME, LANES, TARGET)                                                    \
    TARGET inline void NAME(const double* target, const double* prob, std::ptrdiff_t size,         \
                            const LogisticCurve& curve, LogisticTerms& terms, bool& is_infinite) { \
        const std::ptrdiff_t row =                                                                 \
            write_terms<LANES>(target, prob, 0, size, curve, terms, is_infinite);                  \
        write_terms<1>(target, prob, row, size, curve, terms, is_infinite);                        \
    }

CECLI_LOGISTIC_FOR(logistic_one_by_one, 1, )
#ifdef CECLI_LANES
CECLI_LOGISTIC_FOR(logistic_avx2, 4, CECLI_AVX2)
CECLI_LOGISTIC_FOR(logistic_avx512, 8, CECLI_AVX512)
#endif

struct LogisticSums {
    Accumulator of[LINE_TERMS];
};

// An implementation that this machine supports; all give the same bits.
struct LogisticPass {
    Kernel kernel;
    void (*write)(const double* target, const double* prob, std::ptrdiff_t size,
                  const LogisticCurve& curve, LogisticTerms& terms, bool& is_infinite);

    // Returns whether all logits are finite; if not, the sums are invalid.
    bool over(const double* target, const double* prob, std::ptrdiff_t size,
              const LogisticCurve& curve, LogisticSums& sums) const {
        LogisticTerms terms;
        bool is_infinite = false;
        for (std::ptrdiff_t start = 0; start < size; start += FITTED) {
            const std::ptrdiff_t rows = size - start < FITTED ? size - start : FITTED;
            write(target + start, prob + start, rows, curve, terms, is_infinite);
            if (is_infinite) return false;
            for (int k = 0; k < curve.terms(); ++k) kernel.sum(terms.of[k], rows, sums.of[k]);
        }
        return true;
    }
};

inline std::vector<LogisticPass> logistic_passes_of_this_machine() {
    const auto writers = of_this_machine({logistic_one_by_one,
#ifdef CECLI_LANES
                                          logistic_avx2, logistic_avx512
#endif
    });
    return with_kernels<LogisticPass>(writers);
}

}  // namespace cecli
