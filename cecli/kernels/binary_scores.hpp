// The scores of binary predictions of observed classes, in lanes.

#pragma once

#include "bernoulli.hpp"
#include "registers.hpp"

namespace cecli {

// Those of what varies given the predictions are not rounded to their grid yet.
template <int LANES>
struct BinaryScores : Bernoulli<LANES> {
    using Doubles = typename Registers<LANES>::Doubles;
    using Predicted = Bernoulli<LANES>;
    using Predicted::cost, Predicted::q, Predicted::rest, Predicted::rest_cost;

    Doubles loss, entropy, variance, slope, logit, error;

    template <class Mask>
    CECLI_INLINE BinaryScores(const Predicted& predicted, const Mask& happened)
        : Predicted(predicted) {
        const Doubles zero = {};
        loss = happened ? cost : rest_cost;
        // 0·∞ is 0 here.
        const Doubles share = q == 0.0 ? zero : q * cost;
        const Doubles rest_share = rest == 0.0 ? zero : rest * rest_cost;
        entropy = rest_share + share;
        variance = rest * q;
        slope = rest - q;
        // 0·∞ is 0 here, too.
        logit = variance == 0.0 ? zero : rest_cost - cost;
        // The smaller probability has more digits.
        const Doubles missed = rest < q ? rest : q - 1.0;
        error = happened ? missed : q;
    }

    CECLI_INLINE Doubles loss_covariance() const { return variance * logit; }
    CECLI_INLINE Doubles loss_variance() const { return variance * logit * logit; }
    CECLI_INLINE Doubles brier_variance() const { return variance * slope * slope; }
    CECLI_INLINE Doubles entropy_by_prob() const { return entropy * q; }
    CECLI_INLINE Doubles outcome_skewness() const { return variance * slope; }
    CECLI_INLINE Doubles skewness_by_logit() const { return outcome_skewness() * logit; }
    CECLI_INLINE Doubles skewness_by_squares() const { return skewness_by_logit() * logit; }
    CECLI_INLINE Doubles loss_skewness() const { return skewness_by_squares() * logit; }
    CECLI_INLINE Doubles brier_skewness() const {
        return outcome_skewness() * slope * slope * slope;
    }
};

}  // namespace cecli
