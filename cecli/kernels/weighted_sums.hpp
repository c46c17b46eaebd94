// All sums of a report on binary predictions of rows with weights, from one pass over the rows.
//
// Rows wait for others of their class. A block of one class is scored, and its scores are multiplied
// by the weights in slices.

#pragma once

#include "binary_scores.hpp"
#include "sliced.hpp"
#include "weight_bins.hpp"
#include "weighted_totals.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace cecli {

// What each score is below, as a power of two.
constexpr int ANCHOR = 1, LOSS_ANCHOR = 6;
// Scores on a grid, which are below 2, are at most 2^25 multiples of the first power, and as many of the
// second.
constexpr int GRID_PARTS[] = {-24, -50};
// Rows are usual if their weights are not smaller than the largest by more, and their predictions are
// usual: then slices are enough for them.
constexpr int WEIGHT_RANGE = 24;

// Which predictions on a scale are usual: those in between, and those that are certain of what happened.
struct UsualPredictions {
    double low, high, never, always;

    bool include(double stated, bool happened) const {
        return (stated >= low && stated <= high) || stated == (happened ? always : never);
    }
};

constexpr UsualPredictions usual_on(Probability) { return {0x1p-60, 1.0 - 0x1p-53, 0.0, 1.0}; }
// The rarer class has a probability of at least 2^-60, too.
constexpr UsualPredictions usual_on(Logit) { return {-41.0, 41.0, -HUGE_VAL, HUGE_VAL}; }

// Rows of one class that wait.
struct Waiting {
    alignas(64) double stated[SLICED], weight[SLICED];
    std::ptrdiff_t rows[SLICED];
    std::ptrdiff_t count = 0;
};

// Rows with weights, and the numbers by which they are told, ascending in a stretch; null for their places.
struct WeightedRows {
    const double *target, *stated, *weight;
    const std::int64_t* order;
};

// The scores of a block.
struct BlockScores {
    alignas(64) double prob[SLICED], loss[SLICED], entropy[SLICED], squared_error[SLICED],
        outcome_variance[SLICED], hit[SLICED];
    Factors grids[GRID_SCORES];

    BlockScores() {
        for (Factors& grid : grids)
            for (int k = 0; k < 2; ++k) grid.exponents[k] = GRID_PARTS[k];
    }
};

// The weights of a block and their powers, and what is made of a score.
struct BlockSlices {
    Slices weight, square, cube, rounded_square, score;
    alignas(64) double products[SLICED], errors[SLICED], more[2][SLICED];
};

template <int LANES>
struct Weighing {
    using Doubles = typename Registers<LANES>::Doubles;
    using In = Sliced<LANES>;

    // Adds a block of rows of a class, whose predictions are on a scale; returns false if there are too few
    // slices.
    template <class Scale>
    static CECLI_INLINE bool add(const Waiting& rows, bool happened, int anchor,
                                 BlockScores& scores, BlockSlices& slices, ClassSums& sums) {
        score<Scale>(rows.stated, happened, scores);
        if (!add_powers(rows.weight, anchor, scores.hit, slices, sums)) return false;
        add_grids(scores, slices, sums);
        return add_score(scores.prob, rows.weight, ANCHOR, slices, sums.prob) &&
               add_score(scores.loss, rows.weight, LOSS_ANCHOR, slices, sums.loss) &&
               add_score(scores.entropy, rows.weight, ANCHOR, slices, sums.entropy) &&
               add_score(scores.squared_error, rows.weight, ANCHOR, slices, sums.squared_error) &&
               add_score(scores.outcome_variance, rows.weight, ANCHOR, slices,
                         sums.outcome_variance);
    }

private:
    // Rounds numbers below 2 to multiples of 2^-50.
    static CECLI_INLINE Doubles on_grid(const Doubles& x) { return (x + 6.0) - 6.0; }

    // Stores such numbers as multiples of 2^-24, and what is left of them.
    static CECLI_INLINE void store_parts(Factors& into, std::ptrdiff_t i, const Doubles& x) {
        constexpr double ROUNDING = 0x1.8p28;
        const Doubles rounded = on_grid(x), first = (rounded + ROUNDING) - ROUNDING;
        store<Doubles>(into.values[0] + i, first);
        store<Doubles>(into.values[1] + i, rounded - first);
    }

    template <class Scale>
    static CECLI_INLINE void score(const double* stated, bool happened, BlockScores& scores) {
        const Doubles zero = {}, one = zero + 1.0, target = happened ? one : zero;
        for (std::ptrdiff_t i = 0; i < SLICED; i += LANES) {
            Doubles x;
            load(x, stated + i);
            const BinaryScores<LANES> row(Scale::template of<LANES>(x), target == 1.0);
            store<Doubles>(scores.prob + i, row.q);
            store<Doubles>(scores.loss + i, row.loss);
            store<Doubles>(scores.entropy + i, row.entropy);
            store<Doubles>(scores.squared_error + i, row.error * row.error);
            store<Doubles>(scores.hit + i, (row.preference >= 0.0) == (target == 1.0) ? one : zero);
            store<Doubles>(scores.outcome_variance + i, on_grid(row.variance));
            store_parts(scores.grids[LOSS_COVARIANCE], i, row.loss_covariance());
            store_parts(scores.grids[LOSS_VARIANCE], i, row.loss_variance());
            store_parts(scores.grids[BRIER_VARIANCE], i, row.brier_variance());
            store_parts(scores.grids[ENTROPY_BY_PROB], i, row.entropy_by_prob());
            store_parts(scores.grids[OUTCOME_SKEWNESS], i, row.outcome_skewness());
            store_parts(scores.grids[SKEWNESS_BY_LOGIT], i, row.skewness_by_logit());
            store_parts(scores.grids[SKEWNESS_BY_SQUARES], i, row.skewness_by_squares());
            store_parts(scores.grids[LOSS_SKEWNESS], i, row.loss_skewness());
            store_parts(scores.grids[BRIER_SKEWNESS], i, row.brier_skewness());
        }
    }

    // Cuts numbers, which are overwritten.
    static CECLI_INLINE bool cut(Slices& slices, int anchor, double* numbers) {
        slices.begin(anchor);
        return In::cut(slices, numbers);
    }

    // The same for products and what was lost in them.
    static CECLI_INLINE bool cut(Slices& slices, int anchor, double* products, double* errors) {
        return cut(slices, anchor, products) && In::cut_errors(slices, errors);
    }

    static CECLI_INLINE bool add_powers(const double* weight, int anchor, const double* hit,
                                        BlockSlices& of, ClassSums& sums) {
        // w² = p + e, and w³ = (a + b) + (c + d), where a + b = wp and c + d = we.
        double *a = of.products, *b = of.errors, *c = of.more[0], *d = of.more[1];
        std::memcpy(a, weight, sizeof of.products);
        if (!cut(of.weight, anchor, a)) return false;
        In::multiply(weight, weight, c, d);
        std::memcpy(a, c, sizeof of.products);
        if (!cut(of.rounded_square, 2 * anchor, a)) return false;
        alignas(64) double square[SLICED], error[SLICED];
        std::memcpy(square, c, sizeof square);
        std::memcpy(error, d, sizeof error);
        if (!cut(of.square, 2 * anchor, c, d)) return false;
        In::multiply(weight, square, a, b);
        In::multiply(weight, error, c, d);
        if (!cut(of.cube, 3 * anchor, a, b)) return false;
        if (!In::cut_errors(of.cube, c) || !In::cut_errors(of.cube, d)) return false;
        In::add_all(sums.powers.first, of.weight);
        In::add_all(sums.powers.second, of.square);
        In::add_all(sums.powers.third, of.cube);
        In::add_squares(sums.powers.fourth, of.square);
        In::add_products(sums.powers.fifth, of.cube, of.rounded_square);
        In::add_where(sums.hits, of.weight, hit);
        In::add_where(sums.squared_hits, of.square, hit);
        return true;
    }

    static CECLI_INLINE bool add_score(const double* score, const double* weight, int anchor,
                                       BlockSlices& of, WeightedSums& sums) {
        In::multiply(weight, score, of.products, of.errors);
        if (!cut(of.score, of.weight.anchor + anchor, of.products, of.errors)) return false;
        In::add_all(sums.weighted, of.score);
        In::add_products(sums.twice_weighted, of.score, of.weight);
        In::add_squares(sums.squares, of.score);
        return true;
    }

    static CECLI_INLINE void add_grids(const BlockScores& scores, const BlockSlices& of,
                                       ClassSums& sums) {
        for (int k = 0; k < GRID_SCORES; ++k) {
            const Slices& power = k < OUTCOME_SKEWNESS ? of.square : of.cube;
            In::add_scaled(sums.grids[k][0], sums.grids[k][1], power, scores.grids[k]);
        }
    }
};

#define CECLI_WEIGHING_FOR(NAME, LANES, TARGET)                                                    \
    template <class Scale>                                                                         \
    TARGET inline bool NAME(const Waiting& rows, bool happened, int anchor, BlockScores& scores,   \
                            BlockSlices& slices, ClassSums& sums) {                                \
        return Weighing<LANES>::template add<Scale>(rows, happened, anchor, scores, slices, sums); \
    }

CECLI_WEIGHING_FOR(weigh_one_by_one, 1, )
#ifdef CECLI_LANES
CECLI_WEIGHING_FOR(weigh_avx2, 4, CECLI_AVX2)
CECLI_WEIGHING_FOR(weigh_avx512, 8, CECLI_AVX512)
#endif

// An implementation that this machine supports; all give the same bits.
struct WeightedPass {
    bool (*weigh)(const Waiting& rows, bool happened, int anchor, BlockScores& scores,
                  BlockSlices& slices, ClassSums& sums);
    UsualPredictions usual;

    // Returns whether all rows are usual; if not, the sums are invalid. Targets are 0 or 1,
    // predictions on the scale of the pass, weights positive and finite.
    //
    // Stretch k begins with row starts[k], and ends before row starts[k + 1]; row i is told as row
    // rows.order[i]. If there are digits, adds the sums of each stretch to its own: those of a sum of a
    // class are LEVELS lines of as many digits as there are stretches.
    bool over(const WeightedRows& rows, const std::int64_t* starts, std::ptrdiff_t stretches,
              WeightBins& bins, ClassTotals* of_class, std::int64_t* digits) const {
        double most = 0.0;
        for (std::ptrdiff_t i = 0; i < starts[stretches]; ++i)
            most = rows.weight[i] > most ? rows.weight[i] : most;
        const int anchor = std::ilogb(most) + 1;
        if (anchor < LEAST_ANCHOR || anchor > LARGEST_ANCHOR) return false;
        const double least = most * power_of_two(-WEIGHT_RANGE);
        bins.level = floor_of(anchor - WEIGHT_RANGE - 54, WeightBins::DIGIT);
        for (std::ptrdiff_t k = 0; k < stretches; ++k) {
            std::vector<ClassSums> found(2);
            if (!over_stretch(rows, starts[k], starts[k + 1], least, anchor, bins, found.data()))
                return false;
            for (int happened = 0; happened < 2; ++happened)
                of_class[happened].add(found[happened], stretches,
                                       digits ? digits + happened * TOTALS * LEVELS * stretches + k : nullptr);
        }
        return true;
    }

private:
    bool over_stretch(const WeightedRows& all, std::ptrdiff_t first, std::ptrdiff_t end,
                      double least, int anchor, WeightBins& bins, ClassSums* of_class) const {
        Waiting waiting[2];
        BlockScores scores;
        BlockSlices slices;
        for (std::ptrdiff_t i = first; i < end; ++i) {
            const double x = all.stated[i], w = all.weight[i];
            const bool happened = all.target[i] == 1.0;
            if (w < least || !usual.include(x, happened)) return false;
            Waiting& rows = waiting[happened];
            rows.stated[rows.count] = x;
            rows.weight[rows.count] = w;
            rows.rows[rows.count] = all.order ? all.order[i] : i;
            if (++rows.count < SLICED) continue;
            if (!add(rows, happened, anchor, bins, scores, slices, of_class[happened])) return false;
        }
        for (int happened = 0; happened < 2; ++happened) {
            Waiting& rows = waiting[happened];
            // Rows without weight fill the block; this prediction is usual on every scale.
            for (std::ptrdiff_t i = rows.count; i < SLICED; ++i) {
                rows.stated[i] = 0.5;
                rows.weight[i] = 0.0;
            }
            if (rows.count > 0 &&
                !add(rows, happened != 0, anchor, bins, scores, slices, of_class[happened]))
                return false;
        }
        return true;
    }

    static int floor_of(int number, int divisor) {
        return number / divisor - (number % divisor < 0 ? 1 : 0);
    }

    bool add(Waiting& rows, bool happened, int anchor, WeightBins& bins, BlockScores& scores,
             BlockSlices& slices, ClassSums& sums) const {
        if (!weigh(rows, happened, anchor, scores, slices, sums)) return false;
        for (std::ptrdiff_t i = 0; i < rows.count; ++i) {
            bins.add(scores.loss[i], rows.weight[i]);
            const double cost = rows.weight[i] * scores.loss[i];
            if (cost > sums.largest_cost) {
                sums.largest_cost = cost;
                sums.largest_row = rows.rows[i];
            }
        }
        rows.count = 0;
        return true;
    }
};

template <class Scale>
std::vector<WeightedPass> weighted_passes_of_this_machine() {
    constexpr UsualPredictions usual = usual_on(Scale());
    return of_this_machine<WeightedPass>({{weigh_one_by_one<Scale>, usual},
#ifdef CECLI_LANES
                                          {weigh_avx2<Scale>, usual},
                                          {weigh_avx512<Scale>, usual}
#endif
    });
}

}  // namespace cecli
