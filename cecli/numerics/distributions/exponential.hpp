// Exponentials from additions, multiplications and divisions, which all machines round in the same
// way: the same bits in any number of lanes, and in `cecli.numerics.distributions.exponential`.
//
// x = k·ln 2 + r with |r| ≤ ½ ln 2, and e^r − 1 = r + ½r² + … by a rational function. It and its
// coefficients are those of FreeBSD's s_expm1.c (Sun Microsystems, 1993).

#pragma once

#include "registers.hpp"

#include <cmath>

namespace cecli {

// A double of this and more, up to twice as much, has a whole number for its last bits.
constexpr double WHOLE = 0x1.8p52;

// x rounded to a whole number.
template <class Doubles>
CECLI_INLINE Doubles whole(Doubles x) {
    return (x + WHOLE) - WHOLE;
}

// 2^k, for a whole number k from -1022 to 1023.
template <int LANES>
CECLI_INLINE typename Registers<LANES>::Doubles power_of_two(
    typename Registers<LANES>::Doubles k) {
    using Bits = typename Registers<LANES>::Bits;
    using Doubles = typename Registers<LANES>::Doubles;
    return bits_as<Doubles>((bits_as<Bits>(k + WHOLE) << 52) + 0x3ff0000000000000);
}

// e^x = 2^k·(1 + r − lost).
template <int LANES>
struct Reduced {
    typename Registers<LANES>::Doubles k, r, lost;
};

template <int LANES>
CECLI_INLINE Reduced<LANES> reduced(typename Registers<LANES>::Doubles x) {
    using Doubles = typename Registers<LANES>::Doubles;
    const Doubles k = whole(x * 1.44269504088896338700e+00);
    const Doubles high = x - k * 6.93147180369123816490e-01, low = k * 1.90821492927058770002e-10;
    const Doubles r = high - low, rounded = (high - r) - low;
    const Doubles half = 0.5 * r, z = r * half;
    const Doubles ratio =
        1.0 + z * (-3.33333333333331316428e-02 +
                   z * (1.58730158725481460165e-03 +
                        z * (-7.93650757867487942473e-05 +
                             z * (4.00821782732936239552e-06 + z * -2.01099218183624371326e-07))));
    const Doubles t = 3.0 - ratio * half, more = z * ((ratio - t) / (6.0 - r * t));
    return {k, r, ((r * (more - rounded) - rounded) - z)};
}

// e^x: 0 and ∞ beyond the range. Within 0.6 ulp.
template <int LANES>
CECLI_INLINE typename Registers<LANES>::Doubles exp_of(typename Registers<LANES>::Doubles x) {
    using Doubles = typename Registers<LANES>::Doubles;
    const Doubles zero = {}, above = x > 800.0 ? zero + 800.0 : x;
    const auto [k, r, lost] = reduced<LANES>(above < -800.0 ? zero - 800.0 : above);
    const Doubles sum = 1.0 + r, power = sum + ((r - (sum - 1.0)) - lost);
    // In two steps, because 2^k may be no normal number.
    const Doubles some = whole(0.5 * k);
    return power * power_of_two<LANES>(some) * power_of_two<LANES>(k - some);
}

// e^x − 1: −1 and ∞ beyond the range. Within 0.9 ulp.
template <int LANES>
CECLI_INLINE typename Registers<LANES>::Doubles expm1_of(typename Registers<LANES>::Doubles x) {
    using Bits = typename Registers<LANES>::Bits;
    using Doubles = typename Registers<LANES>::Doubles;
    const Doubles zero = {}, above = x > 710.0 ? zero + 710.0 : x;
    const auto [k, r, lost] = reduced<LANES>(above < -60.0 ? zero - 60.0 : above);
    // Half of 2^k·(r − lost) + (2^k − 1), because 2^k may be infinite.
    const Doubles scale = power_of_two<LANES>(k - 1.0);
    const Doubles a = scale - 0.5, b = scale * r, sum = a + b, part = sum - a;
    const Doubles rounded = ((scale - a) - 0.5) + ((a - (sum - part)) + (b - part));
    const Doubles found = 2.0 * (sum + (rounded - scale * lost));
    const Doubles size = bits_as<Doubles>(bits_as<Bits>(x) & 0x7fffffffffffffff);
    return size < 0x1p-54 ? x : found;
}

}  // namespace cecli
