// All sums of a report on binary predictions of soft labels, from one pass over blocks that fit the
// cache.

#pragma once

#include "excess.hpp"
#include "one_pass.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

namespace cecli {

// The scores of some rows whose targets are probabilities.
struct SoftScores {
    alignas(64) double prob[PASSED], loss[PASSED], entropy[PASSED], squared_error[PASSED],
        hit[PASSED], positive_cost[PASSED], target_entropy[PASSED], divergence[PASSED];
    std::uint64_t* packed;  // the rows in 8 bytes each
};

// The counts of some rows.
struct SoftCounts {
    std::int64_t certain = 0;  // targets of 0 or 1
    std::int64_t decided = 0;  // predictions of 0 or 1
    std::int64_t extreme = 0;  // predictions outside the bounds
    bool are_rough = false;    // whether the logarithm of a ratio is in doubt
};

// The product of a probability and what its event costs; 0·∞ is 0 here.
template <class Doubles>
CECLI_INLINE Doubles expected(const Doubles& prob, const Doubles& cost) {
    const Doubles zero = {};
    return prob == 0.0 ? zero : prob * cost;
}

// The divergence of q, which is stated on a scale, from the targets p, whose entropy is not 0. It is 0
// only if both are equal.
template <int LANES, class Scale>
CECLI_INLINE typename Registers<LANES>::Doubles divergence_of(const Bernoulli<LANES>& p,
                                                              const Bernoulli<LANES>& q,
                                                              bool& is_rough) {
    using Doubles = typename Registers<LANES>::Doubles;
    constexpr double SMALLEST = 0x1p-1074;
    const Doubles zero = {}, least = zero + SMALLEST, away = q.q - p.q;
    // The difference of two numbers on the same scale keeps all digits.
    const Doubles rest_away = std::is_same_v<Scale, Probability> ? 0.0 - away : q.rest - p.rest;
    const Doubles terms = excess_of<LANES>(p.rest, q.rest, rest_away, is_rough) +
                          excess_of<LANES>(p.q, q.q, away, is_rough);
    const Doubles positive = terms > least ? terms : least;
    return ((away == 0.0) & (rest_away == 0.0)) ? zero : positive;
}

// Scores rows from `first` on while all lanes are full; returns the row after the last one. Predictions
// and their bounds are on a scale.
template <int LANES, class Scale>
CECLI_INLINE std::ptrdiff_t score_soft(const double* target, const double* stated,
                                       std::ptrdiff_t first, std::ptrdiff_t size, double low,
                                       double high, SoftScores& scores, SoftCounts& counts) {
    using Doubles = typename Registers<LANES>::Doubles;
    Tally<LANES> certain, decided, extreme;
    std::ptrdiff_t row = first;
    for (; row + LANES <= size; row += LANES) {
        Doubles t, x;
        load(t, target + row);
        load(x, stated + row);
        const auto p = Probability::of<LANES>(t);
        const auto q = Scale::template of<LANES>(x);
        const auto is_certain = (p.q == 0.0) | (p.rest == 0.0);
        const Doubles cost = expected(p.q, q.cost), loss = expected(p.rest, q.rest_cost) + cost;
        // The smaller probability has more digits.
        const auto is_likely = (q.rest < q.q) & (p.rest <= p.q);
        const Doubles error = is_likely ? q.rest - p.rest : q.q - p.q;
        store<Doubles>(scores.prob + row, q.q);
        store<Doubles>(scores.loss + row, loss);
        store<Doubles>(scores.entropy + row, expected(q.rest, q.rest_cost) + expected(q.q, q.cost));
        store<Doubles>(scores.squared_error + row, error * error);
        store<Doubles>(scores.hit + row, q.preference >= 0.0 ? p.q : p.rest);
        store<Doubles>(scores.positive_cost + row, cost);
        store<Doubles>(scores.target_entropy + row,
                       expected(p.rest, p.rest_cost) + expected(p.q, p.cost));
        const Doubles divergence = divergence_of<LANES, Scale>(p, q, counts.are_rough);
        store<Doubles>(scores.divergence + row, is_certain ? loss : divergence);
        const auto words = packed<LANES>(q.q, q.rest, p.rest == 0.0);
        std::memcpy(scores.packed + row, &words, sizeof words);
        certain(is_certain);
        decided(((q.q == 0.0) | (q.q == 1.0)) & ((q.rest == 0.0) | (q.rest == 1.0)));
        extreme((x < low) | (x > high));
    }
    counts.certain += certain.total();
    counts.decided += decided.total();
    counts.extreme += extreme.total();
    return row;
}

#define CECLI_SOFT_SCORES_FOR(NAME, LANES, TARGET)                                                 \
    template <class Scale>                                                                         \
    TARGET inline void NAME(const double* target, const double* stated, std::ptrdiff_t size,       \
                            double low, double high, SoftScores& scores, SoftCounts& counts) {     \
        const std::ptrdiff_t row =                                                                 \
            score_soft<LANES, Scale>(target, stated, 0, size, low, high, scores, counts);          \
        score_soft<1, Scale>(target, stated, row, size, low, high, scores, counts);                \
    }

CECLI_SOFT_SCORES_FOR(score_soft_one_by_one, 1, )
#ifdef CECLI_LANES
CECLI_SOFT_SCORES_FOR(score_soft_avx2, 4, CECLI_AVX2)
CECLI_SOFT_SCORES_FOR(score_soft_avx512, 8, CECLI_AVX512)
#endif

struct SoftSums : Losses {
    Moments target, prob, loss, entropy, squared_error, hit, positive_cost, target_entropy, divergence;
    Accumulator loss_by_target, loss_by_cost, cost_by_target, target_by_prob;
    SoftCounts counts;
};

// An implementation that this machine supports; all give the same bits.
struct SoftPass {
    Kernel kernel;
    void (*score)(const double* target, const double* stated, std::ptrdiff_t size, double low,
                  double high, SoftScores& scores, SoftCounts& counts);

    // Returns whether all losses are finite, and no logarithm is in doubt; if not, the sums are
    // invalid. Targets are from 0 to 1, predictions and their bounds on the scale of the pass.
    bool over(const double* target, const double* stated, std::ptrdiff_t size, double low, double high,
              const Bins& bins, std::uint64_t* packed, SoftSums& sums) const {
        SoftScores scores;
        for (std::ptrdiff_t start = 0; start < size; start += PASSED) {
            const std::ptrdiff_t rows = size - start < PASSED ? size - start : PASSED;
            scores.packed = packed + start;
            score(target + start, stated + start, rows, low, high, scores, sums.counts);
            find_largest(scores.loss, rows, start, sums);
            if (sums.largest_loss == HUGE_VAL || sums.counts.are_rough) return false;
            count_bins(scores.loss, rows, bins, sums);
            add(target + start, rows, scores, sums);
        }
        return true;
    }

private:
    void add(const double* target, std::ptrdiff_t rows, const SoftScores& scores,
             SoftSums& sums) const {
        const auto moments = [&](const double* values, Moments& of) {
            kernel.moments(values, rows, of.sum, of.squares);
        };
        moments(target, sums.target);
        moments(scores.prob, sums.prob);
        moments(scores.loss, sums.loss);
        moments(scores.entropy, sums.entropy);
        moments(scores.squared_error, sums.squared_error);
        moments(scores.hit, sums.hit);
        moments(scores.positive_cost, sums.positive_cost);
        moments(scores.target_entropy, sums.target_entropy);
        moments(scores.divergence, sums.divergence);
        kernel.dot(scores.loss, target, rows, sums.loss_by_target);
        kernel.dot(scores.loss, scores.positive_cost, rows, sums.loss_by_cost);
        kernel.dot(scores.positive_cost, target, rows, sums.cost_by_target);
        kernel.dot(target, scores.prob, rows, sums.target_by_prob);
    }
};

template <class Scale>
std::vector<SoftPass> soft_passes_of_this_machine() {
    const auto scores = of_this_machine<decltype(SoftPass::score)>({score_soft_one_by_one<Scale>,
#ifdef CECLI_LANES
                                                                    score_soft_avx2<Scale>,
                                                                    score_soft_avx512<Scale>
#endif
    });
    std::vector<SoftPass> passes;
    for (const Kernel& kernel : kernels_of_this_machine()) {
        passes.push_back({kernel, scores[passes.size()]});
    }
    return passes;
}

}  // namespace cecli
