// The scores of predictions of several classes, in lanes.

#pragma once

#include "class_loops.hpp"
#include "logarithm.hpp"
#include "registers.hpp"

#include <cstddef>
#include <cstdint>

namespace cecli {

// Predictions of LANES rows.
template <int LANES>
struct ClassProbs {
    using Doubles = typename Registers<LANES>::Doubles;

    CECLI_INLINE Doubles prob(std::ptrdiff_t k) const {
        Doubles q;
        load(q, probs + k * stride);
        return q;
    }

    CECLI_INLINE Doubles cost(std::ptrdiff_t k) const {
        Doubles found;
        load(found, costs + k * LANES);
        return found;
    }

    // q times a number; 0 where q is 0, whatever the number.
    CECLI_INLINE Doubles share(std::ptrdiff_t k, const Doubles& number) const {
        const Doubles zero = {}, q = prob(k);
        return q == 0.0 ? zero : q * number;
    }

    const double* probs;
    std::ptrdiff_t stride;  // from a class to the next
    const double* costs;    // -ln q, LANES for each class
};

// q·(-ln q)
template <int LANES>
struct EntropyTerm {
    CECLI_INLINE auto operator()(std::ptrdiff_t k) const { return of.share(k, of.cost(k)); }
    const ClassProbs<LANES>& of;
};

// q²
template <int LANES>
struct SquareTerm {
    CECLI_INLINE auto operator()(std::ptrdiff_t k) const { return of.prob(k) * of.prob(k); }
    const ClassProbs<LANES>& of;
};

// q(1 - q)
template <int LANES>
struct ExpectedBrierTerm {
    CECLI_INLINE auto operator()(std::ptrdiff_t k) const {
        return of.prob(k) * (1.0 - of.prob(k));
    }
    const ClassProbs<LANES>& of;
};

// (q - t)²
template <int LANES>
struct SquaredErrorTerm {
    using Doubles = typename Registers<LANES>::Doubles;
    CECLI_INLINE Doubles operator()(std::ptrdiff_t k) const {
        const Doubles zero = {}, one = zero + 1.0;
        const Doubles difference = of.prob(k) - (observed == k ? one : zero);
        return difference * difference;
    }
    const ClassProbs<LANES>& of;
    typename Registers<LANES>::Words observed;
};

// q(-ln q - H)^POWER
template <int LANES, int POWER>
struct LossMomentTerm {
    using Doubles = typename Registers<LANES>::Doubles;
    CECLI_INLINE Doubles operator()(std::ptrdiff_t k) const {
        const Doubles away = of.cost(k) - entropy, square = away * away;
        return of.share(k, POWER == 2 ? square : square * away);
    }
    const ClassProbs<LANES>& of;
    Doubles entropy;
};

// q(Σ q² - q)^POWER
template <int LANES, int POWER>
struct BrierMomentTerm {
    using Doubles = typename Registers<LANES>::Doubles;
    CECLI_INLINE Doubles operator()(std::ptrdiff_t k) const {
        const Doubles away = squares - of.prob(k), square = away * away;
        return of.prob(k) * (POWER == 2 ? square : square * away);
    }
    const ClassProbs<LANES>& of;
    Doubles squares;
};

}  // namespace cecli
