// All sums of a report on binary predictions, from one pass over blocks that fit the cache.

#pragma once

#include "binary_scores.hpp"
#include "kernels.hpp"
#include "keys.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace cecli {

constexpr std::ptrdiff_t PASSED = 2048;  // rows of a block

// The scores of some rows.
struct Scores {
    alignas(64) double prob[PASSED], loss[PASSED], entropy[PASSED], squared_error[PASSED],
        loss_of_positives[PASSED], prob_of_positives[PASSED], outcome_variance[PASSED];
    std::uint64_t* packed;  // the rows in 8 bytes each
};

// The same, with the multiples of 2^-50 of which groups have sums of their own.
struct ScoresOfGroups : Scores {
    alignas(64) double loss_covariance[PASSED], loss_variance[PASSED], brier_variance[PASSED],
        entropy_by_prob[PASSED];
};

// A sum of multiples of 2^-50.
__extension__ using GridSum = __int128;

// Sums over rows of what varies given the predictions, as multiples of 2^-50.
struct GridSums {
    GridSum loss_covariance = 0, loss_variance = 0, brier_variance = 0, entropy_by_prob = 0;
    GridSum outcome_skewness = 0, skewness_by_logit = 0, skewness_by_squares = 0;
    GridSum loss_skewness = 0, brier_skewness = 0;

    void add(const GridSums& other) {
        loss_covariance += other.loss_covariance;
        loss_variance += other.loss_variance;
        brier_variance += other.brier_variance;
        entropy_by_prob += other.entropy_by_prob;
        outcome_skewness += other.outcome_skewness;
        skewness_by_logit += other.skewness_by_logit;
        skewness_by_squares += other.skewness_by_squares;
        loss_skewness += other.loss_skewness;
        brier_skewness += other.brier_skewness;
    }
};

// The counts of some rows.
struct Counts {
    std::int64_t positives = 0, hits = 0;
    std::int64_t decided = 0;  // predictions of 0 or 1
    std::int64_t extreme = 0;  // predictions outside the bounds

    void add(const Counts& other) {
        positives += other.positives;
        hits += other.hits;
        decided += other.decided;
        extreme += other.extreme;
    }
};

// Counts how often a condition holds, in lanes; in a vector, true is -1.
template <int LANES>
class Tally {
public:
    template <class Mask>
    CECLI_INLINE void operator()(const Mask& holds) {
        if constexpr (LANES == 1) {
            held_ += holds;
        } else {
            held_ -= holds;
        }
    }

    CECLI_INLINE std::int64_t total() const {
        std::int64_t lanes[LANES], sum = 0;
        std::memcpy(lanes, &held_, sizeof lanes);
        for (const std::int64_t lane : lanes) sum += lane;
        return sum;
    }

private:
    typename Registers<LANES>::Words held_ = {};
};

// Rounds numbers below 2 to multiples of 2^-50, and adds them up in lanes: doubles from 4 to 8 have
// the exponent of 6, so their bits differ by that many multiples. A block does not overflow.
template <int LANES>
class Grid {
    using Doubles = typename Registers<LANES>::Doubles;
    using Words = typename Registers<LANES>::Words;

public:
    CECLI_INLINE Doubles operator()(const Doubles& x) {
        const Doubles moved = x + 6.0;
        Words bits, origin;
        const Doubles six = Doubles{} + 6.0;
        std::memcpy(&bits, &moved, sizeof bits);
        std::memcpy(&origin, &six, sizeof origin);
        sum_ += bits - origin;
        return moved - 6.0;
    }

    CECLI_INLINE GridSum total() const {
        std::int64_t lanes[LANES];
        GridSum sum = 0;
        std::memcpy(lanes, &sum_, sizeof lanes);
        for (const std::int64_t lane : lanes) sum += lane;
        return sum;
    }

private:
    Words sum_ = {};
};

// Scores rows from `first` on while all lanes are full; returns the row after the last one. Predictions
// and their bounds are on a scale.
template <int LANES, class Scale, class Kept>
CECLI_INLINE std::ptrdiff_t score(const double* target, const double* stated, std::ptrdiff_t first,
                                  std::ptrdiff_t size, double low, double high, Kept& scores,
                                  Counts& counts, GridSums& grids) {
    using Doubles = typename Registers<LANES>::Doubles;
    const Doubles zero = {};
    Tally<LANES> positives, hits, decided, extreme;
    Grid<LANES> outcome, loss_covariance, loss_variance, brier_variance, entropy_by_prob;
    Grid<LANES> outcome_skewness, skewness_by_logit, skewness_by_squares, loss_skewness,
        brier_skewness;
    std::ptrdiff_t row = first;
    for (; row + LANES <= size; row += LANES) {
        Doubles t, x;
        load(t, target + row);
        load(x, stated + row);
        const auto happened = t == 1.0;
        const BinaryScores<LANES> row_scores(Scale::template of<LANES>(x), happened);
        const Doubles q = row_scores.q, rest = row_scores.rest;
        store<Doubles>(scores.prob + row, q);
        store<Doubles>(scores.loss + row, row_scores.loss);
        store<Doubles>(scores.entropy + row, row_scores.entropy);
        store<Doubles>(scores.outcome_variance + row, outcome(row_scores.variance));
        const Doubles covariance = loss_covariance(row_scores.loss_covariance()),
                      squares = loss_variance(row_scores.loss_variance()),
                      slopes = brier_variance(row_scores.brier_variance()),
                      by_prob = entropy_by_prob(row_scores.entropy_by_prob());
        if constexpr (std::is_same_v<Kept, ScoresOfGroups>) {
            store<Doubles>(scores.loss_covariance + row, covariance);
            store<Doubles>(scores.loss_variance + row, squares);
            store<Doubles>(scores.brier_variance + row, slopes);
            store<Doubles>(scores.entropy_by_prob + row, by_prob);
        }
        outcome_skewness(row_scores.outcome_skewness());
        skewness_by_logit(row_scores.skewness_by_logit());
        skewness_by_squares(row_scores.skewness_by_squares());
        loss_skewness(row_scores.loss_skewness());
        brier_skewness(row_scores.brier_skewness());
        store<Doubles>(scores.squared_error + row, row_scores.error * row_scores.error);
        store<Doubles>(scores.loss_of_positives + row, happened ? row_scores.cost : zero);
        store<Doubles>(scores.prob_of_positives + row, happened ? q : zero);
        const auto words = packed<LANES>(q, rest, happened);
        std::memcpy(scores.packed + row, &words, sizeof words);
        positives(happened);
        hits((row_scores.preference >= 0.0) == happened);
        decided(((q == 0.0) | (q == 1.0)) & ((rest == 0.0) | (rest == 1.0)));
        extreme((x < low) | (x > high));
    }
    counts.add({positives.total(), hits.total(), decided.total(), extreme.total()});
    grids.add({loss_covariance.total(), loss_variance.total(), brier_variance.total(),
               entropy_by_prob.total(), outcome_skewness.total(), skewness_by_logit.total(),
               skewness_by_squares.total(), loss_skewness.total(), brier_skewness.total()});
    return row;
}

#define CECLI_SCORES_FOR(NAME, LANES, TARGET)                                                      \
    template <class Scale, class Kept>                                                             \
    TARGET inline void NAME(const double* target, const double* stated, std::ptrdiff_t size,       \
                            double low, double high, Kept& scores, Counts& counts,                 \
                            GridSums& grids) {                                                     \
        const std::ptrdiff_t row =                                                                 \
            score<LANES, Scale>(target, stated, 0, size, low, high, scores, counts, grids);        \
        score<1, Scale>(target, stated, row, size, low, high, scores, counts, grids);              \
    }

CECLI_SCORES_FOR(score_one_by_one, 1, )
#ifdef CECLI_LANES
CECLI_SCORES_FOR(score_avx2, 4, CECLI_AVX2)
CECLI_SCORES_FOR(score_avx512, 8, CECLI_AVX512)
#endif

struct Moments {
    Accumulator sum, squares;
};

// A histogram of positive numbers by their leading bits.
struct Bins {
    std::int64_t* counts;
    std::int64_t first, size;
    int shift;
};

// What is known of the losses of some rows beside their sums.
struct Losses {
    std::int64_t lossless = 0;
    std::int64_t outside = 0;  // losses that have no bin
    double largest_loss = -1.0;
    std::ptrdiff_t largest_row = 0;
};

struct BinarySums : Losses {
    Moments prob, loss, entropy, squared_error, outcome_variance, loss_of_positives;
    Accumulator prob_of_positives;
    GridSums grids;
    Counts counts;
};

inline void count_bins(const double* loss, std::ptrdiff_t size, const Bins& bins, Losses& sums) {
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        const std::int64_t bin = (bits_as<std::int64_t>(loss[i]) >> bins.shift) - bins.first;
        if (static_cast<std::uint64_t>(bin) < static_cast<std::uint64_t>(bins.size)) {
            ++bins.counts[bin];
        } else if (loss[i] == 0.0) {
            ++sums.lossless;
        } else {
            ++sums.outside;
        }
    }
}

inline void find_largest(const double* loss, std::ptrdiff_t size, std::ptrdiff_t first_row,
                         Losses& sums) {
    // Non-negative doubles have the same order as their bits.
    std::int64_t most = bits_as<std::int64_t>(loss[0]);
    for (std::ptrdiff_t i = 1; i < size; ++i) {
        const std::int64_t bits = bits_as<std::int64_t>(loss[i]);
        most = bits > most ? bits : most;
    }
    if (bits_as<double>(most) <= sums.largest_loss) return;
    std::ptrdiff_t row = 0;
    while (bits_as<std::int64_t>(loss[row]) != most) ++row;
    sums.largest_loss = loss[row];
    sums.largest_row = first_row + row;
}

// An implementation that this machine supports; all give the same bits.
struct Pass {
    Kernel kernel;
    void (*score)(const double* target, const double* stated, std::ptrdiff_t size, double low,
                  double high, Scores& scores, Counts& counts, GridSums& grids);

    // Returns whether all losses are finite; if not, the sums are invalid. Targets are 0 or 1,
    // predictions and their bounds on the scale of the pass.
    bool over(const double* target, const double* stated, std::ptrdiff_t size, double low, double high,
              const Bins& bins, std::uint64_t* packed, BinarySums& sums) const {
        Scores scores;
        const auto add = [&](const double* values, std::ptrdiff_t rows, Moments& moments) {
            kernel.moments(values, rows, moments.sum, moments.squares);
        };
        for (std::ptrdiff_t start = 0; start < size; start += PASSED) {
            const std::ptrdiff_t rows = size - start < PASSED ? size - start : PASSED;
            scores.packed = packed + start;
            score(target + start, stated + start, rows, low, high, scores, sums.counts, sums.grids);
            find_largest(scores.loss, rows, start, sums);
            if (sums.largest_loss == HUGE_VAL) return false;
            count_bins(scores.loss, rows, bins, sums);
            add(scores.prob, rows, sums.prob);
            add(scores.loss, rows, sums.loss);
            add(scores.entropy, rows, sums.entropy);
            add(scores.squared_error, rows, sums.squared_error);
            add(scores.outcome_variance, rows, sums.outcome_variance);
            add(scores.loss_of_positives, rows, sums.loss_of_positives);
            kernel.sum(scores.prob_of_positives, rows, sums.prob_of_positives);
        }
        return true;
    }
};

template <class Scale>
std::vector<Pass> passes_of_this_machine() {
    const auto scores = of_this_machine<decltype(Pass::score)>({score_one_by_one<Scale, Scores>,
#ifdef CECLI_LANES
                                                                score_avx2<Scale, Scores>,
                                                                score_avx512<Scale, Scores>
#endif
    });
    return with_kernels<Pass>(scores);
}

}  // namespace cecli
