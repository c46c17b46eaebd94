// All sums of a report on predictions of several classes, from one pass over blocks that fit the cache.

#pragma once

#include "class_scores.hpp"
#include "one_pass.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cecli {

constexpr std::ptrdiff_t CLASS_ROWS = 512;  // rows of a block

// Predictions of some rows, and the classes that were observed.
struct ClassRows {
    const double* prob;  // those of a class next to each other
    const std::int64_t* observed;
    std::ptrdiff_t classes, stride, size;  // the stride is from a class to the next
};

// The scores of some rows.
struct ClassScores {
    alignas(64) double loss[CLASS_ROWS], entropy[CLASS_ROWS], hit[CLASS_ROWS],
        squared_error[CLASS_ROWS], expected_brier[CLASS_ROWS], loss_variance[CLASS_ROWS],
        brier_variance[CLASS_ROWS], loss_skewness[CLASS_ROWS], brier_skewness[CLASS_ROWS];
};

// The counts of predictions that are neither 0 nor 1, and of those outside the bounds.
struct ClassCounts {
    std::int64_t undecided = 0, extreme = 0;
};

// Scores rows from `first` on while all lanes are full; returns the row after the last one.
template <int LANES>
CECLI_INLINE std::ptrdiff_t score_classes(const ClassRows& rows, std::ptrdiff_t first, double low,
                                          double high, double* room, ClassScores& scores,
                                          ClassCounts& counts) {
    using Doubles = typename Registers<LANES>::Doubles;
    using Words = typename Registers<LANES>::Words;
    const std::ptrdiff_t classes = rows.classes;
    double* const costs = room + 2 * classes * LANES;
    const Doubles zero = {}, one = zero + 1.0;
    Tally<LANES> undecided, extreme;
    std::ptrdiff_t row = first;
    for (; row + LANES <= rows.size; row += LANES) {
        const ClassProbs<LANES> of{rows.prob + row, rows.stride, costs};
        Words observed;
        std::memcpy(&observed, rows.observed + row, sizeof observed);
        Doubles loss = zero, happened = zero, most = zero, ties = zero;
        for (std::ptrdiff_t k = 0; k < classes; ++k) {
            const Doubles q = of.prob(k), cost = 0.0 - log_of<LANES>(q);
            store<Doubles>(costs + k * LANES, cost);
            const auto is_observed = observed == k;
            loss = is_observed ? cost : loss;
            happened = is_observed ? q : happened;
            const Doubles again = q == most ? ties + 1.0 : ties;
            ties = q > most ? one : again;
            most = q > most ? q : most;
            undecided((q != 0.0) & (q != 1.0));
            extreme((q < low) | (q > high));
        }
        const Doubles entropy = sum_of_terms<LANES>(classes, room, EntropyTerm<LANES>{of});
        const Doubles squares = sum_of_terms<LANES>(classes, room, SquareTerm<LANES>{of});
        const SquaredErrorTerm<LANES> error{of, observed};
        const LossMomentTerm<LANES, 2> loss_variance{of, entropy};
        const LossMomentTerm<LANES, 3> loss_skewness{of, entropy};
        const BrierMomentTerm<LANES, 2> brier_variance{of, squares};
        const BrierMomentTerm<LANES, 3> brier_skewness{of, squares};
        store<Doubles>(scores.loss + row, loss);
        store<Doubles>(scores.entropy + row, entropy);
        store<Doubles>(scores.hit + row, (happened == most ? one : zero) / ties);
        store<Doubles>(scores.squared_error + row, sum_of_terms<LANES>(classes, room, error));
        store<Doubles>(scores.expected_brier + row,
                       sum_of_terms<LANES>(classes, room, ExpectedBrierTerm<LANES>{of}));
        store<Doubles>(scores.loss_variance + row,
                       sum_of_terms<LANES>(classes, room, loss_variance));
        store<Doubles>(scores.loss_skewness + row,
                       sum_of_terms<LANES>(classes, room, loss_skewness));
        store<Doubles>(scores.brier_variance + row,
                       4.0 * sum_of_terms<LANES>(classes, room, brier_variance));
        store<Doubles>(scores.brier_skewness + row,
                       8.0 * sum_of_terms<LANES>(classes, room, brier_skewness));
    }
    counts.undecided += undecided.total();
    counts.extreme += extreme.total();
    return row;
}

#define CECLI_CLASS_SCORES_FOR(NAME, LANES, TARGET)                                                \
    TARGET inline void NAME(const ClassRows& rows, double low, double high, double* room,          \
                            ClassScores& scores, ClassCounts& counts) {                            \
        const std::ptrdiff_t row = score_classes<LANES>(rows, 0, low, high, room, scores, counts); \
        score_classes<1>(rows, row, low, high, room, scores, counts);                              \
    }

CECLI_CLASS_SCORES_FOR(score_classes_one_by_one, 1, )
#ifdef CECLI_LANES
CECLI_CLASS_SCORES_FOR(score_classes_avx2, 4, CECLI_AVX2)
CECLI_CLASS_SCORES_FOR(score_classes_avx512, 8, CECLI_AVX512)
#endif

// What is summed of one class: its predictions, and the loss of the rows in which it was observed.
struct ClassSum {
    Accumulator prob, cost;
    std::int64_t rows = 0;
};

struct ClassSums : Losses {
    Moments loss, entropy, hit, squared_error, expected_brier;
    Accumulator loss_variance, brier_variance, loss_skewness, brier_skewness;
    std::vector<ClassSum> classes;
    ClassCounts counts;
};

// An implementation that this machine supports; all give the same bits.
struct ClassPass {
    Kernel kernel;
    void (*score)(const ClassRows& rows, double low, double high, double* room, ClassScores& scores,
                  ClassCounts& counts);

    // Returns whether all losses are finite; if not, the sums are invalid. Predictions are from 0 to 1.
    bool over(const ClassRows& rows, double low, double high, const Bins& bins,
              ClassSums& sums) const {
        std::vector<double> room(3 * rows.classes * MOST_LANES);
        sums.classes.resize(rows.classes);
        for (std::ptrdiff_t start = 0; start < rows.size; start += CLASS_ROWS) {
            const std::ptrdiff_t rest = rows.size - start;
            const ClassRows some = {rows.prob + start, rows.observed + start, rows.classes,
                                    rows.stride, rest < CLASS_ROWS ? rest : CLASS_ROWS};
            if (!add(some, start, low, high, bins, room.data(), sums)) return false;
        }
        return true;
    }

private:
    bool add(const ClassRows& rows, std::ptrdiff_t first_row, double low, double high,
             const Bins& bins, double* room, ClassSums& sums) const {
        ClassScores scores;
        score(rows, low, high, room, scores, sums.counts);
        find_largest(scores.loss, rows.size, first_row, sums);
        if (sums.largest_loss == HUGE_VAL) return false;
        count_bins(scores.loss, rows.size, bins, sums);
        const auto moments = [&](const double* values, Moments& of) {
            kernel.moments(values, rows.size, of.sum, of.squares);
        };
        moments(scores.loss, sums.loss);
        moments(scores.entropy, sums.entropy);
        moments(scores.hit, sums.hit);
        moments(scores.squared_error, sums.squared_error);
        moments(scores.expected_brier, sums.expected_brier);
        kernel.sum(scores.loss_variance, rows.size, sums.loss_variance);
        kernel.sum(scores.brier_variance, rows.size, sums.brier_variance);
        kernel.sum(scores.loss_skewness, rows.size, sums.loss_skewness);
        kernel.sum(scores.brier_skewness, rows.size, sums.brier_skewness);
        for (std::ptrdiff_t k = 0; k < rows.classes; ++k)
            kernel.sum(rows.prob + k * rows.stride, rows.size, sums.classes[k].prob);
        for (std::ptrdiff_t row = 0; row < rows.size; ++row) {
            ClassSum& of = sums.classes[rows.observed[row]];
            of.cost.add(scores.loss[row]);
            ++of.rows;
        }
        return true;
    }
};

inline std::vector<ClassPass> class_passes_of_this_machine() {
    const auto scores = of_this_machine<decltype(ClassPass::score)>({score_classes_one_by_one,
#ifdef CECLI_LANES
                                                                     score_classes_avx2,
                                                                     score_classes_avx512
#endif
    });
    return with_kernels<ClassPass>(scores);
}

}  // namespace cecli
