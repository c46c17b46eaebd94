// All sums of a report on binary predictions of soft labels, from one pass over blocks that fit the
// cache.

#pragma once

#include "digits.hpp"
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

// The scores whose sums and sums of squares are found, and the products of two; see SoftPass::add.
constexpr int SOFT_SCORES = 9, SOFT_PRODUCTS = 4;
constexpr int SOFT_SUMS = 2 * SOFT_SCORES + SOFT_PRODUCTS;

struct SoftSums : Losses {
    Moments scores[SOFT_SCORES];
    Accumulator products[SOFT_PRODUCTS];
    SoftCounts counts;

    // The sum with a number: those of scores and of their squares in turns, then those of products.
    Accumulator& total(int number) {
        if (number >= 2 * SOFT_SCORES) return products[number - 2 * SOFT_SCORES];
        return number % 2 == 0 ? scores[number / 2].sum : scores[number / 2].squares;
    }

    // Adds those of other rows.
    void add(SoftSums& other) {
        lossless += other.lossless;
        outside += other.outside;
        const bool is_first = other.largest_loss == largest_loss && other.largest_row < largest_row;
        if (other.largest_loss > largest_loss || is_first) {
            largest_loss = other.largest_loss;
            largest_row = other.largest_row;
        }
        counts.certain += other.counts.certain;
        counts.decided += other.counts.decided;
        counts.extreme += other.counts.extreme;
        for (int number = 0; number < SOFT_SUMS; ++number) total(number).add(other.total(number));
    }
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

    // The same for stretches of rows: stretch k begins with row starts[k], and ends before row
    // starts[k + 1]; row i is told as row order[i]. Adds the sums of each stretch to its digits: those of
    // a sum are LEVELS lines of as many digits as there are stretches.
    bool over_stretches(const std::int64_t* starts, std::ptrdiff_t stretches,
                        const std::int64_t* order, const double* target, const double* stated,
                        double low, double high, const Bins& bins, std::uint64_t* packed,
                        SoftSums& sums, std::int64_t* digits) const {
        for (std::ptrdiff_t k = 0; k < stretches; ++k) {
            const std::ptrdiff_t first = starts[k], rows = starts[k + 1] - first;
            if (rows == 0) continue;
            SoftSums found;
            if (!over(target + first, stated + first, rows, low, high, bins, packed + first, found))
                return false;
            found.largest_row = order[first + found.largest_row];
            for (int number = 0; number < SOFT_SUMS; ++number)
                add_digits(found.total(number), stretches, digits + number * LEVELS * stretches + k);
            sums.add(found);
        }
        return true;
    }

private:
    void add(const double* target, std::ptrdiff_t rows, const SoftScores& scores,
             SoftSums& sums) const {
        const double* const summed[SOFT_SCORES] = {
            target,           scores.prob,          scores.loss,
            scores.entropy,   scores.squared_error, scores.hit,
            scores.positive_cost, scores.target_entropy, scores.divergence};
        const double* const multiplied[SOFT_PRODUCTS][2] = {{scores.loss, target},
                                                            {scores.loss, scores.positive_cost},
                                                            {scores.positive_cost, target},
                                                            {target, scores.prob}};
        for (int k = 0; k < SOFT_SCORES; ++k)
            kernel.moments(summed[k], rows, sums.scores[k].sum, sums.scores[k].squares);
        for (int k = 0; k < SOFT_PRODUCTS; ++k)
            kernel.dot(multiplied[k][0], multiplied[k][1], rows, sums.products[k]);
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
    return with_kernels<SoftPass>(scores);
}

}  // namespace cecli
