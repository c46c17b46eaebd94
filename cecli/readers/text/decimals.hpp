// The doubles nearest to decimals of the usual shape.
//
// A decimal is w / d, with a whole w below 2^64 and a power of ten d that is a double. So w is the sum
// of two doubles h + l, with |l| at most 2^-52 h. Let q be h / d, rounded: then r = h - q d is a
// double, too, and w / d = q + (r + l) / d. The quotient of that rest is off by less than 2^-102 q, as
// it is rounded twice. If the sum of q and the rest stays the same where what rounding took of it is
// enlarged by 2^-46 of it, no middle between two doubles can be nearer than that error: the sum is the
// nearest double. (Clinger, How to read floating point numbers accurately, PLDI 1990, divides doubles
// where both are exact; the remainder takes the quotient further.)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace cecli {

// The most digits after the point: 10^22 is a double.
constexpr int MOST_PLACES = 22;
constexpr std::int32_t EIGHT_DIGITS = 100'000'000;

// A whole number of 32 digits, the first eight of them first.
struct Digits {
    std::int32_t eights[4];
};

// 1, 10, 100, ...
constexpr std::array<double, MOST_PLACES + 1> POWERS = [] {
    std::array<double, MOST_PLACES + 1> powers{1.0};
    for (int i = 1; i <= MOST_PLACES; ++i) powers[i] = 10.0 * powers[i - 1];
    return powers;
}();

// Decimals whose digits are found: digits[i] / divisors[i].
struct Decimals {
    static constexpr std::ptrdiff_t SIZE = 256;

    alignas(64) Digits digits[SIZE];
    alignas(64) double divisors[SIZE];  // powers of ten, negative for negative decimals
};

}  // namespace cecli
