// The sums of a comparison of two models on the same rows, from one pass over blocks that fit the
// cache.

#pragma once

#include "one_pass.hpp"

namespace cecli {

constexpr int PAIRED_SCORES = 7;

// The scores of some rows, in the order of their sums.
struct PairedScores {
    alignas(64) double baseline[PASSED], model[PASSED], expected[PASSED], variance[PASSED],
        fourth[PASSED], energy[PASSED];
    double* difference;
};

// The rows in which the model loses less, or more.
struct PairedCounts {
    std::int64_t better = 0, worse = 0;
};

// The mean, the variance and the fourth moment of a row's difference, whose outcome is unknown:
// `log_ratio_moments` of log_ratios.py, operation by operation.
template <int LANES>
struct PredictedDifference {
    using Doubles = typename Registers<LANES>::Doubles;

    CECLI_INLINE PredictedDifference(const Bernoulli<LANES>& baseline,
                                     const Bernoulli<LANES>& model) {
        const Doubles zero = {};
        Doubles rest = baseline.rest + model.rest, share = baseline.q + model.q;
        const Doubles rest_apart = rest == zero ? zero : model.rest_cost - baseline.rest_cost;
        const Doubles apart = share == zero ? zero : model.cost - baseline.cost;
        const Doubles total = rest + share;
        mean = (rest * rest_apart + share * apart) / total;
        const Doubles rest_away = rest_apart - mean, away = apart - mean;
        const Doubles rest_square = rest_away * rest_away, square = away * away;
        rest *= rest_square;
        share *= square;
        variance = (rest + share) / total;
        rest *= rest_square;
        share *= square;
        fourth = (rest + share) / total;
    }

    Doubles mean, variance, fourth;
};

// Scores rows from `first` on while all lanes are full; returns the row after the last one.
template <int LANES, class Scale>
CECLI_INLINE std::ptrdiff_t score_pairs(const double* target, const double* baseline,
                                        const double* model, std::ptrdiff_t first,
                                        std::ptrdiff_t size, PairedScores& scores,
                                        PairedCounts& counts) {
    using Doubles = typename Registers<LANES>::Doubles;
    const Doubles zero = {};
    Tally<LANES> better, worse;
    std::ptrdiff_t row = first;
    for (; row + LANES <= size; row += LANES) {
        Doubles t, x, y;
        load(t, target + row);
        load(x, baseline + row);
        load(y, model + row);
        const auto happened = t == 1.0;
        const auto one = Scale::template of<LANES>(x), other = Scale::template of<LANES>(y);
        const Doubles loss = happened ? one.cost : one.rest_cost;
        const Doubles other_loss = happened ? other.cost : other.rest_cost;
        const Doubles difference = other_loss - loss;
        const PredictedDifference<LANES> predicted(one, other);
        // An infinite loss of one model alone leaves no moments.
        const auto usable = (predicted.mean - predicted.mean == 0.0) &
                            (predicted.fourth - predicted.fourth == 0.0);
        store<Doubles>(scores.baseline + row, loss);
        store<Doubles>(scores.model + row, other_loss);
        store<Doubles>(scores.difference + row, difference);
        store<Doubles>(scores.expected + row, usable ? predicted.mean : difference);
        store<Doubles>(scores.variance + row, usable ? predicted.variance : zero);
        store<Doubles>(scores.fourth + row, usable ? predicted.fourth : zero);
        store<Doubles>(scores.energy + row, difference * difference);
        better(other_loss < loss);
        worse(other_loss > loss);
    }
    counts.better += better.total();
    counts.worse += worse.total();
    return row;
}

#define CECLI_PAIRS_FOR(NAME, LANES, TARGET)                                                       \
    template <class Scale>                                                                         \
    TARGET inline void NAME(const double* target, const double* baseline, const double* model,     \
                            std::ptrdiff_t size, PairedScores& scores, PairedCounts& counts) {     \
        const std::ptrdiff_t row =                                                                 \
            score_pairs<LANES, Scale>(target, baseline, model, 0, size, scores, counts);           \
        score_pairs<1, Scale>(target, baseline, model, row, size, scores, counts);                 \
    }

CECLI_PAIRS_FOR(pairs_one_by_one, 1, )
#ifdef CECLI_LANES
CECLI_PAIRS_FOR(pairs_avx2, 4, CECLI_AVX2)
CECLI_PAIRS_FOR(pairs_avx512, 8, CECLI_AVX512)
#endif

// Returns whether all of some numbers are finite.
inline bool are_finite(const double* x, std::ptrdiff_t size) {
    bool finite = true;
    for (std::ptrdiff_t i = 0; i < size; ++i) finite &= x[i] < HUGE_VAL;  // not a number fails, too
    return finite;
}

struct PairedSums {
    Moments of[PAIRED_SCORES];
    Accumulator neighbours;  // the products of the differences of neighbouring rows
    PairedCounts counts;
};

// An implementation that this machine supports; all give the same bits.
struct PairedPass {
    Kernel kernel;
    void (*score)(const double* target, const double* baseline, const double* model,
                  std::ptrdiff_t size, PairedScores& scores, PairedCounts& counts);

    // Writes the differences. Returns whether these and their squares are finite; if not, the sums
    // are invalid. Targets are 0 or 1, predictions on the scale of the pass.
    bool over(const double* target, const double* baseline, const double* model, std::ptrdiff_t size,
              double* difference, PairedSums& sums) const {
        PairedScores scores;
        for (std::ptrdiff_t start = 0; start < size; start += PASSED) {
            const std::ptrdiff_t rows = size - start < PASSED ? size - start : PASSED;
            scores.difference = difference + start;
            score(target + start, baseline + start, model + start, rows, scores, sums.counts);
            if (!are_finite(scores.energy, rows)) return false;
            const double* const columns[PAIRED_SCORES] = {
                scores.baseline, scores.model,  scores.difference, scores.expected,
                scores.variance, scores.fourth, scores.energy};
            for (int k = 0; k < PAIRED_SCORES; ++k) {
                kernel.moments(columns[k], rows, sums.of[k].sum, sums.of[k].squares);
            }
        }
        if (size > 1) kernel.dot(difference, difference + 1, size - 1, sums.neighbours);
        return true;
    }
};

template <class Scale>
std::vector<PairedPass> paired_passes_of_this_machine() {
    const auto scores = of_this_machine<decltype(PairedPass::score)>({pairs_one_by_one<Scale>,
#ifdef CECLI_LANES
                                                                      pairs_avx2<Scale>,
                                                                      pairs_avx512<Scale>
#endif
    });
    return with_kernels<PairedPass>(scores);
}

}  // namespace cecli
