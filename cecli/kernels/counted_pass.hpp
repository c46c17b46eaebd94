// All sums of a report on binary predictions of rows that each stand for several, from one pass over
// blocks that fit the cache.

#pragma once

#include "one_pass.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cecli {

// The sums of GridSums, in its order.
constexpr int GRID_SUMS = 9;
// The products of smaller losses with counts of up to 2^40 are doubles.
constexpr double LOSS_LIMIT = 0x1p980;

// The scores of some rows, and the multiples of 2^-50 whose sums GridSums has.
struct CountedScores {
    alignas(64) double prob[PASSED], loss[PASSED], entropy[PASSED], squared_error[PASSED],
        loss_of_positives[PASSED], prob_of_positives[PASSED], outcome_variance[PASSED];
    alignas(64) std::int64_t grids[GRID_SUMS][PASSED];
};

// Adds up the counts of the rows for which a condition holds, in lanes: exactly, as each is at most 2^40.
template <int LANES>
class CountedTally {
    using Doubles = typename Registers<LANES>::Doubles;

public:
    template <class Mask>
    CECLI_INLINE void operator()(const Mask& holds, const Doubles& count) {
        const Doubles none = {};
        held_ += holds ? count : none;
    }

    CECLI_INLINE std::int64_t total() const {
        double lanes[LANES];
        std::int64_t sum = 0;
        std::memcpy(lanes, &held_, sizeof lanes);
        for (const double lane : lanes) sum += static_cast<std::int64_t>(lane);
        return sum;
    }

private:
    Doubles held_ = {};
};

// Writes numbers below 2 as multiples of 2^-50; see `Grid`.
template <int LANES>
CECLI_INLINE void store_multiples(std::int64_t* into,
                                  const typename Registers<LANES>::Doubles& x) {
    using Doubles = typename Registers<LANES>::Doubles;
    using Words = typename Registers<LANES>::Words;
    const Doubles six = Doubles{} + 6.0;
    const Words multiples = bits_as<Words>(x + six) - bits_as<Words>(six);
    std::memcpy(into, &multiples, sizeof multiples);
}

// Scores rows from `first` on while all lanes are full; returns the row after the last one. Predictions
// and their bounds are on a scale.
template <int LANES, class Scale>
CECLI_INLINE std::ptrdiff_t score_counted(const double* target, const double* stated,
                                          const double* count, std::ptrdiff_t first,
                                          std::ptrdiff_t size, double low, double high,
                                          CountedScores& scores, Counts& counts) {
    using Doubles = typename Registers<LANES>::Doubles;
    const Doubles zero = {};
    CountedTally<LANES> positives, hits, decided;
    Tally<LANES> extreme;
    std::ptrdiff_t row = first;
    for (; row + LANES <= size; row += LANES) {
        Doubles t, x, k;
        load(t, target + row);
        load(x, stated + row);
        load(k, count + row);
        const auto happened = t == 1.0;
        const BinaryScores<LANES> of(Scale::template of<LANES>(x), happened);
        const Doubles q = of.q, rest = of.rest;
        store<Doubles>(scores.prob + row, q);
        store<Doubles>(scores.loss + row, of.loss);
        store<Doubles>(scores.entropy + row, of.entropy);
        store<Doubles>(scores.squared_error + row, of.error * of.error);
        store<Doubles>(scores.outcome_variance + row, (of.variance + 6.0) - 6.0);
        store<Doubles>(scores.loss_of_positives + row, happened ? of.cost : zero);
        store<Doubles>(scores.prob_of_positives + row, happened ? q : zero);
        const Doubles grids[GRID_SUMS] = {
            of.loss_covariance(),     of.loss_variance(),    of.brier_variance(),
            of.entropy_by_prob(),     of.outcome_skewness(), of.skewness_by_logit(),
            of.skewness_by_squares(), of.loss_skewness(),    of.brier_skewness()};
        for (int sum = 0; sum < GRID_SUMS; ++sum)
            store_multiples<LANES>(scores.grids[sum] + row, grids[sum]);
        positives(happened, k);
        hits((of.preference >= 0.0) == happened, k);
        decided(((q == 0.0) | (q == 1.0)) & ((rest == 0.0) | (rest == 1.0)), k);
        extreme((x < low) | (x > high));
    }
    counts.add({positives.total(), hits.total(), decided.total(), extreme.total()});
    return row;
}

// Splits products with counts into the rounded product and its error, which is a double, because a count
// is whole.
CECLI_INLINE void multiply_by_counts(const double* x, const double* count, std::ptrdiff_t rows,
                                     double* products, double* errors) {
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        products[i] = x[i] * count[i];
        errors[i] = std::fma(x[i], count[i], -products[i]);
    }
}

#define CECLI_COUNTED_FOR(KIND, LANES, TARGET)                                                     \
    template <class Scale>                                                                         \
    TARGET inline void score_counted_##KIND(const double* target, const double* stated,            \
                                            const double* count, std::ptrdiff_t size, double low,  \
                                            double high, CountedScores& scores, Counts& counts) {  \
        const std::ptrdiff_t row = score_counted<LANES, Scale>(target, stated, count, 0, size,     \
                                                               low, high, scores, counts);         \
        score_counted<1, Scale>(target, stated, count, row, size, low, high, scores, counts);      \
    }                                                                                              \
    TARGET inline void multiply_by_counts_##KIND(const double* x, const double* count,             \
                                                 std::ptrdiff_t rows, double* products,            \
                                                 double* errors) {                                 \
        multiply_by_counts(x, count, rows, products, errors);                                      \
    }

CECLI_COUNTED_FOR(one_by_one, 1, )
#ifdef CECLI_LANES
CECLI_COUNTED_FOR(avx2, 4, CECLI_AVX2)
CECLI_COUNTED_FOR(avx512, 8, CECLI_AVX512)
#endif

// What a pass needs of an instruction set beside exact sums.
struct CountedWay {
    void (*score)(const double* target, const double* stated, const double* count,
                  std::ptrdiff_t size, double low, double high, CountedScores& scores,
                  Counts& counts);
    void (*multiply)(const double* x, const double* count, std::ptrdiff_t rows, double* products,
                     double* errors);
};

// An implementation that this machine supports; all give the same bits.
struct CountedPass {
    Kernel kernel;
    CountedWay way;

    // Returns whether all losses are below LOSS_LIMIT; if not, the sums are invalid. Targets are 0 or 1,
    // counts whole, from 1 to 2^40, predictions and their bounds on the scale of the pass.
    bool over(const double* target, const double* stated, const double* count, std::ptrdiff_t size,
              double low, double high, const Bins& bins, BinarySums& sums) const {
        CountedScores scores;
        for (std::ptrdiff_t start = 0; start < size; start += PASSED) {
            const std::ptrdiff_t rows = size - start < PASSED ? size - start : PASSED;
            const double* counts = count + start;
            way.score(target + start, stated + start, counts, rows, low, high, scores, sums.counts);
            find_largest(scores.loss, rows, start, sums);
            if (sums.largest_loss >= LOSS_LIMIT) return false;
            count_bins(scores.loss, rows, bins, sums, counts);
            add(scores.prob, counts, rows, sums.prob);
            add(scores.loss, counts, rows, sums.loss);
            add(scores.entropy, counts, rows, sums.entropy);
            add(scores.squared_error, counts, rows, sums.squared_error);
            add(scores.outcome_variance, counts, rows, sums.outcome_variance);
            add(scores.loss_of_positives, counts, rows, sums.loss_of_positives);
            kernel.dot(scores.prob_of_positives, counts, rows, sums.prob_of_positives);
            add_grids(scores, counts, rows, sums.grids);
        }
        return true;
    }

private:
    // Adds Σ kx, and Σ kx², which is Σ px + ex with p + e = kx.
    void add(const double* x, const double* count, std::ptrdiff_t rows, Moments& of) const {
        alignas(64) double products[PASSED], errors[PASSED];
        way.multiply(x, count, rows, products, errors);
        kernel.sum(products, rows, of.sum);
        kernel.sum(errors, rows, of.sum);
        kernel.dot(products, x, rows, of.squares);
        kernel.dot(errors, x, rows, of.squares);
    }

    static void add_grids(const CountedScores& scores, const double* count, std::ptrdiff_t rows,
                          GridSums& grids) {
        GridSum found[GRID_SUMS] = {};
        for (std::ptrdiff_t i = 0; i < rows; ++i) {
            const GridSum times = static_cast<std::int64_t>(count[i]);
            for (int sum = 0; sum < GRID_SUMS; ++sum) found[sum] += times * scores.grids[sum][i];
        }
        grids.add({found[0], found[1], found[2], found[3], found[4], found[5], found[6], found[7],
                   found[8]});
    }

    static void count_bins(const double* loss, std::ptrdiff_t size, const Bins& bins, Losses& sums,
                           const double* count) {
        for (std::ptrdiff_t i = 0; i < size; ++i) {
            const std::int64_t bin = (bits_as<std::int64_t>(loss[i]) >> bins.shift) - bins.first;
            const auto times = static_cast<std::int64_t>(count[i]);
            if (static_cast<std::uint64_t>(bin) < static_cast<std::uint64_t>(bins.size)) {
                bins.counts[bin] += times;
            } else if (loss[i] == 0.0) {
                sums.lossless += times;
            } else {
                ++sums.outside;
            }
        }
    }
};

template <class Scale>
std::vector<CountedPass> counted_passes_of_this_machine() {
    const auto ways = of_this_machine<CountedWay>(
        {{score_counted_one_by_one<Scale>, multiply_by_counts_one_by_one},
#ifdef CECLI_LANES
         {score_counted_avx2<Scale>, multiply_by_counts_avx2},
         {score_counted_avx512<Scale>, multiply_by_counts_avx512}
#endif
        });
    return with_kernels<CountedPass>(ways);
}

}  // namespace cecli
