// The scores of binary predictions of observed classes, in lanes.

#pragma once

#include "logarithm.hpp"
#include "registers.hpp"

namespace cecli {

// Of predictions q; those of what varies given the predictions are not rounded to their grid yet.
template <int LANES>
struct BinaryScores {
    using Doubles = typename Registers<LANES>::Doubles;

    Doubles q, rest, cost, rest_cost, loss, entropy, variance, slope, logit;

    template <class Mask>
    CECLI_INLINE BinaryScores(const Doubles& q, const Mask& happened) : q(q), rest(1.0 - q) {
        const Doubles zero = {};
        cost = 0.0 - log_of<LANES>(q);
        rest_cost = 0.0 - log1p_of<LANES>(-q);
        loss = happened ? cost : rest_cost;
        // 0·∞ is 0 here.
        const Doubles share = q == 0.0 ? zero : q * cost;
        const Doubles rest_share = rest == 0.0 ? zero : rest * rest_cost;
        entropy = rest_share + share;
        variance = rest * q;
        slope = rest - q;
        // 0·∞ is 0 here, too.
        logit = variance == 0.0 ? zero : rest_cost - cost;
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
