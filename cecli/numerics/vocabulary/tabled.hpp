// Exponentials and logarithms without a division: what is left of a number after one of sixteen table
// entries is small, so that a short polynomial is enough. Additions and multiplications alone, which all
// machines round in the same way: the same bits in any number of lanes, and in `tabled.py`.
//
// e^x = 2^(k/16)·e^r with |r| ≤ ln 2/32, and ln x = e·ln 2 − ln c + ln(1 + f) with f = c·m − 1, |f| ≤ 1/33.
// The polynomials are Chebyshev's interpolations of (e^r − 1 − r)/r² and (ln(1 + f) − f)/f².

#pragma once

#include "registers.hpp"

#include <cmath>
#include <cstdint>

namespace cecli {

constexpr int ENTRIES = 16;

constexpr double POWERS[ENTRIES] = {  // 2^(i/16)
    1.0, 1.0442737824274138, 1.0905077326652577, 1.1387886347566916, 1.189207115002721,
    1.241857812073484, 1.2968395546510096, 1.3542555469368927, 1.4142135623730951, 1.4768261459394993,
    1.5422108254079407, 1.6104903319492543, 1.681792830507429, 1.7562521603732995, 1.8340080864093424,
    1.9152065613971474};
constexpr double RECIPROCALS[ENTRIES] = {  // of the middles 1 + (i + ½)/16
    0.9696969696969697, 0.9142857142857143, 0.8648648648648649, 0.8205128205128205, 0.7804878048780488,
    0.7441860465116279, 0.7111111111111111, 0.6808510638297872, 0.6530612244897959, 0.6274509803921569,
    0.6037735849056604, 0.5818181818181818, 0.5614035087719298, 0.5423728813559322, 0.5245901639344263,
    0.5079365079365079};
constexpr double LOGARITHMS[ENTRIES] = {  // of the middles
    0.03077165866675366, 0.08961215868968717, 0.14518200984449783, 0.19782574332991992,
    0.2478361639045812, 0.2954642128938359, 0.3409265869705932, 0.38441169891033206,
    0.42608439531090014, 0.46608972992459924, 0.5045560107523953, 0.5415972824327444,
    0.5773153650348236, 0.6118015411059929, 0.6451379613735847, 0.6773988235918061};

// table[i mod 16] of each index.
template <int LANES>
CECLI_INLINE typename Registers<LANES>::Doubles looked_up(
    const double (&table)[ENTRIES], typename Registers<LANES>::Bits index) {
    using Doubles = typename Registers<LANES>::Doubles;
    if constexpr (LANES == 1) {
        return table[index & (ENTRIES - 1)];
    } else {
#if !defined(__clang__)
        if constexpr (LANES == 8) {
            Doubles low, high;
            load(low, table);
            load(high, table + 8);
            return __builtin_shuffle(low, high, index);
        }
#endif
        const auto place = index & (ENTRIES - 1);
        Doubles found;
        for (int lane = 0; lane < LANES; ++lane) found[lane] = table[place[lane]];
        return found;
    }
}

// Below this, e^x is taken for 0: it would soon be no normal number.
constexpr double NOTHING = -708.0;

// e^x for x ≤ 0: within 1 + |x| ulp, and 0 below NOTHING.
template <int LANES>
CECLI_INLINE typename Registers<LANES>::Doubles power_of(typename Registers<LANES>::Doubles x) {
    using Doubles = typename Registers<LANES>::Doubles;
    using Bits = typename Registers<LANES>::Bits;
    const Doubles zero = {}, above = x < NOTHING ? zero + NOTHING : x;
    // A double of this and more, up to twice as much, has a whole number for its last bits.
    const Doubles shifted = above * 23.083120654223414 + 0x1.8p52, k = shifted - 0x1.8p52;
    const Doubles r = above - k * 0.04332169878499658;
    const Doubles curved =
        0.5 + r * (0.1666666666530169 +
                   r * (0.04166666666496045 + r * (0.008333449701253456 + r * 0.0013889034348599464)));
    const Bits bits = bits_as<Bits>(shifted);
    const Doubles power = looked_up<LANES>(POWERS, bits);
    const Doubles scaled = power + power * (r + r * r * curved);
    const Bits exponent = (bits & ~std::uint64_t{ENTRIES - 1}) << 48;
    return x < NOTHING ? zero : bits_as<Doubles>(bits_as<Bits>(scaled) + exponent);
}

// ln x for positive normal x, within 1 ulp of the larger of |ln x| and 1; of smaller x, a finite number.
template <int LANES>
CECLI_INLINE typename Registers<LANES>::Doubles logarithm_of(typename Registers<LANES>::Doubles x) {
    using Doubles = typename Registers<LANES>::Doubles;
    using Bits = typename Registers<LANES>::Bits;
    const Bits bits = bits_as<Bits>(x), index = bits >> 48;
    const Doubles e = bits_as<Doubles>((bits >> 52) | 0x4330000000000000) - (0x1p52 + 1023);
    const Doubles m = bits_as<Doubles>((bits & 0xfffffffffffff) | 0x3ff0000000000000);
    const Doubles f = m * looked_up<LANES>(RECIPROCALS, index) - 1.0;
    const Doubles curved =
        -0.5 +
        f * (0.3333333333427558 +
             f * (-0.2500000000084804 +
                  f * (0.19999991791946398 +
                       f * (-0.16666659279251342 + f * (0.14303586389652514 + f * -0.12516085173432817)))));
    return e * 0.6931471805599453 + (looked_up<LANES>(LOGARITHMS, index) + (f + f * f * curved));
}

}  // namespace cecli
