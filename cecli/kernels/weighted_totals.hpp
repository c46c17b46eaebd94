// What is summed over rows with weights, of one class.

#pragma once

#include "digits.hpp"
#include "slices.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace cecli {

// Σ wx, Σ w²x and Σ w²x².
struct WeightedSums {
    SlicedSum weighted, twice_weighted, squares;
};

// The sums of products of grid scores with w² or w³.
enum GridScore {
    LOSS_COVARIANCE, LOSS_VARIANCE, BRIER_VARIANCE, ENTROPY_BY_PROB,
    OUTCOME_SKEWNESS, SKEWNESS_BY_LOGIT, SKEWNESS_BY_SQUARES, LOSS_SKEWNESS, BRIER_SKEWNESS,
    GRID_SCORES
};

// Σ of powers of weights: of w to w⁴, and of w³ times w² rounded.
struct PowerSums {
    SlicedSum first, second, third, fourth, fifth;
};

// The sums over the rows of a class.
struct ClassSums {
    PowerSums powers;
    SlicedSum hits, squared_hits;
    WeightedSums prob, loss, entropy, squared_error, outcome_variance;
    SlicedSum grids[GRID_SCORES][2];  // of both parts
    double largest_cost = -1.0;
    std::ptrdiff_t largest_row = 0;

    // Calls a function with each sum, of which there are TOTALS.
    template <class Each>
    void each(const Each& call) {
        for (SlicedSum* const sum : {&powers.first, &powers.second, &powers.third, &powers.fourth,
                                     &powers.fifth, &hits, &squared_hits})
            call(sum->total());
        for (WeightedSums* const of : {&prob, &loss, &entropy, &squared_error, &outcome_variance})
            for (SlicedSum* const sum : {&of->weighted, &of->twice_weighted, &of->squares})
                call(sum->total());
        for (auto& parts : grids) {
            Accumulator both = parts[0].total();
            both.add(parts[1].total());
            call(both);
        }
    }
};

constexpr int TOTALS = 5 + 2 + 5 * 3 + GRID_SCORES;

// The same over the rows of several stretches.
struct ClassTotals {
    Accumulator of[TOTALS];
    double largest_cost = -1.0;
    std::ptrdiff_t largest_row = 0;

    // Adds the sums of a stretch, to its digits, too, if there are any: see WeightedPass::over.
    void add(ClassSums& sums, std::ptrdiff_t stretches, std::int64_t* digits) {
        int number = 0;
        sums.each([&](Accumulator& sum) {
            of[number].add(sum);
            if (digits) add_digits(sum, stretches, digits + number * LEVELS * stretches);
            ++number;
        });
        const bool is_first = sums.largest_cost == largest_cost && sums.largest_row < largest_row;
        if (sums.largest_cost <= largest_cost && !is_first) return;
        largest_cost = sums.largest_cost;
        largest_row = sums.largest_row;
    }
};

}  // namespace cecli
