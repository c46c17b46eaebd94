// Natural logarithms from additions, multiplications and divisions, which all machines round in the
// same way: the same bits in any number of lanes, and in `cecli.numerics.distributions.logarithm`.
//
// x = 2^k·m with m in [√½, √2), and ln m = 2·artanh(s), s = (m − 1)/(m + 1), by a polynomial in s². It
// and its coefficients are those of FreeBSD's e_log.c (Sun Microsystems, 1993), within 0.9 ulp.

#pragma once

#include "registers.hpp"

#include <cmath>

namespace cecli {

template <int LANES>
CECLI_INLINE typename Registers<LANES>::Doubles log_of(typename Registers<LANES>::Doubles x) {
    using Doubles = typename Registers<LANES>::Doubles;
    using Bits = typename Registers<LANES>::Bits;
    const Doubles zero = {}, normal = x < 0x1p-1022 ? x * 0x1p54 : x;
    const Doubles bias = x < 0x1p-1022 ? zero + (0x1p52 + 1023 + 54) : zero + (0x1p52 + 1023);
    const Bits root_half = Bits{} + 0x3fe6a09e667f3bcd, one = Bits{} + 0x3ff0000000000000;
    const Bits moved = bits_as<Bits>(normal) + (one - root_half);
    // A double of 2^52 and more has a whole number for its last bits.
    const Doubles k = bits_as<Doubles>((moved >> 52) | 0x4330000000000000) - bias;
    const Doubles f = bits_as<Doubles>((moved & 0xfffffffffffff) + root_half) - 1.0;
    const Doubles s = f / (2.0 + f), z = s * s, w = z * z, half = 0.5 * f * f;
    const Doubles even = w * (3.999999999940941908e-01 +
                              w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    const Doubles odd = z * (6.666666666666735130e-01 +
                             w * (2.857142874366239149e-01 +
                                  w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    const Doubles low = s * (half + (even + odd)) + k * 1.90821492927058770002e-10;
    const Doubles found = k * 6.93147180369123816490e-01 - ((half - low) - f);
    const Doubles above = x < HUGE_VAL ? found : x;
    return x > 0.0 ? above : (x == 0.0 ? zero - HUGE_VAL : zero + NAN);
}

// ln(1 + x) for finite x, accurate even if 1 + x loses digits: the lost part is added, divided by
// 1 + x. Within 1.5 ulp.
template <int LANES>
CECLI_INLINE typename Registers<LANES>::Doubles log1p_of(typename Registers<LANES>::Doubles x) {
    using Doubles = typename Registers<LANES>::Doubles;
    const Doubles sum = 1.0 + x, lost = x > 1.0 ? 1.0 - (sum - x) : x - (sum - 1.0);
    return log_of<LANES>(sum) + lost / (sum == 0.0 ? Doubles{} + 1.0 : sum);
}

}  // namespace cecli
