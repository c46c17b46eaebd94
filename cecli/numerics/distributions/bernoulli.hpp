// Bernoulli distributions by a number on a scale, in lanes: the bits of
// `cecli.numerics.distributions.bernoulli`.

#pragma once

#include "exponential.hpp"
#include "logarithm.hpp"
#include "registers.hpp"

namespace cecli {

// q and 1 - q, and minus their logarithms; the preference is negative where class 0 is more likely.
template <int LANES>
struct Bernoulli {
    typename Registers<LANES>::Doubles q, rest, cost, rest_cost, preference;
};

// Stated by q.
struct Probability {
    template <class Doubles>
    static CECLI_INLINE Doubles preference(const Doubles& q) {
        return q - (1.0 - q);
    }

    template <int LANES>
    static CECLI_INLINE Bernoulli<LANES> of(const typename Registers<LANES>::Doubles& q) {
        using Doubles = typename Registers<LANES>::Doubles;
        const Doubles rest = 1.0 - q;
        return {q, rest, 0.0 - log_of<LANES>(q), 0.0 - log1p_of<LANES>(-q),
                preference(q)};
    }
};

// Stated by z = ln q - ln(1 - q).
struct Logit {
    template <class Doubles>
    static CECLI_INLINE Doubles preference(const Doubles& z) {
        return z;
    }

    template <int LANES>
    static CECLI_INLINE Bernoulli<LANES> of(const typename Registers<LANES>::Doubles& z) {
        using Doubles = typename Registers<LANES>::Doubles;
        const Doubles zero = {};
        const auto is_low = z < 0.0;
        const Doubles away = 0.0 - z, odds = exp_of<LANES>(is_low ? z : away);
        const Doubles larger = 1.0 / (1.0 + odds), smaller = odds / (1.0 + odds);
        const Doubles shared = log1p_of<LANES>(odds);
        return {is_low ? smaller : larger, is_low ? larger : smaller,
                (is_low ? away : zero) + shared, (is_low ? zero : z) + shared,
                preference(z)};
    }
};

}  // namespace cecli
