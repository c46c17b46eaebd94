// Predictions as integers in the same order: their bits below one half, and mirrored from there on.

#pragma once

#include "registers.hpp"

#include <cstdint>

namespace cecli {

// The largest key, that of a prediction of 1.
constexpr std::int64_t LARGEST = 2 * std::int64_t{0x3FE0000000000000};

// Returns the keys of predictions q; `rest` is 1 - q.
template <int LANES>
CECLI_INLINE typename Registers<LANES>::Words keys_of(
    const typename Registers<LANES>::Doubles& q, const typename Registers<LANES>::Doubles& rest) {
    using Words = typename Registers<LANES>::Words;
    // Adding 0.0 turns -0.0 into 0.0.
    const Words low = bits_as<Words>(q + 0.0), high = LARGEST - bits_as<Words>(rest + 0.0);
    return q < 0.5 ? low : high;
}

// Returns rows in 8 bytes each: twice the key, and 1 more where the event happened.
template <int LANES, class Mask>
CECLI_INLINE typename Registers<LANES>::Bits packed(
    const typename Registers<LANES>::Doubles& q, const typename Registers<LANES>::Doubles& rest,
    const Mask& happened) {
    using Words = typename Registers<LANES>::Words;
    using Bits = typename Registers<LANES>::Bits;
    const Words none = {}, one = none + 1;
    return (bits_as<Bits>(keys_of<LANES>(q, rest)) << 1) | bits_as<Bits>(happened ? one : none);
}

}  // namespace cecli
