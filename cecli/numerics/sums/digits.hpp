// Exact sums of products of doubles in many bins, as signed digits.
//
// A product of up to four doubles is a whole number of at most 212 bits times a power of two. It is
// cut into digits of 36 bits, which are added to the digits of its bin.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "accumulator.hpp"

namespace cecli {

constexpr int DIGIT_BITS = 36;

// The bits of a sum's terms: none below `low`, all below `high`.
struct Extent {
    int low, high;
    bool is_empty;
};

// A product of K doubles: a whole number in words of 64 bits, times 2^exponent.
template <int K>
struct Whole {
    std::array<std::uint64_t, K> words{};
    int exponent = 0;
    bool negative = false, is_zero = false;

    Whole(const double* const* factors, std::ptrdiff_t row) {
        words[0] = 1;
        for (int k = 0; k < K; ++k) {
            Parts part = parts_of(factors[k][row]);
            if (part.mantissa == 0) {
                is_zero = true;
                return;
            }
            // Without zeros at the end, products of short numbers stay short.
            const int zeros = __builtin_ctzll(part.mantissa);
            multiply(part.mantissa >> zeros);
            exponent += part.exponent + zeros;
            negative ^= part.negative;
        }
    }

    int bits() const {
        for (int k = K - 1; k >= 0; --k)
            if (words[k]) return 64 * (k + 1) - __builtin_clzll(words[k]);
        return 0;
    }

private:
    void multiply(std::uint64_t by) {
        std::uint64_t over = 0;
        for (int k = 0; k < K; ++k) {
            const unsigned __int128 product =
                static_cast<unsigned __int128>(words[k]) * by + over;
            words[k] = static_cast<std::uint64_t>(product);
            over = static_cast<std::uint64_t>(product >> 64);
        }
    }
};

template <int K>
Extent extent_of(const double* const* factors, std::ptrdiff_t size) {
    Extent extent{0, 0, true};
    for (std::ptrdiff_t row = 0; row < size; ++row) {
        const Whole<K> whole(factors, row);
        if (whole.is_zero) continue;
        const int low = whole.exponent, high = low + whole.bits();
        if (extent.is_empty || low < extent.low) extent.low = low;
        if (extent.is_empty || high > extent.high) extent.high = high;
        extent.is_empty = false;
    }
    return extent;
}

// Adds the product of each row to the digits of its bin: digit k of bin b is digits[k * bins + b],
// in units of 2^(DIGIT_BITS * (first + k)). There are enough levels for the extent of the terms.
template <int K>
void add_products(const double* const* factors, const std::int64_t* codes, std::ptrdiff_t size,
                  int first, std::ptrdiff_t bins, std::int64_t* digits) {
    constexpr std::uint64_t MASK = (std::uint64_t{1} << DIGIT_BITS) - 1;
    for (std::ptrdiff_t row = 0; row < size; ++row) {
        const Whole<K> whole(factors, row);
        if (whole.is_zero) continue;
        const int place = whole.exponent - DIGIT_BITS * first;
        std::int64_t* digit = digits + (place / DIGIT_BITS) * bins + codes[row];
        const int count = (place % DIGIT_BITS + whole.bits() + DIGIT_BITS - 1) / DIGIT_BITS;
        // The bit of the whole number at which a digit begins, negative for the first.
        int begin = -(place % DIGIT_BITS);
        for (int k = 0; k < count; ++k, begin += DIGIT_BITS, digit += bins) {
            std::uint64_t bits;
            if (begin <= 0) {
                bits = whole.words[0] << -begin;
            } else {
                const int word = begin / 64, shift = begin % 64;
                bits = whole.words[word] >> shift;
                if (shift && word + 1 < K) bits |= whole.words[word + 1] << (64 - shift);
            }
            const std::int64_t value = static_cast<std::int64_t>(bits & MASK);
            *digit += whole.negative ? -value : value;
        }
    }
}

inline Extent extent_of(const double* const* factors, int count, std::ptrdiff_t size) {
    switch (count) {
        case 1: return extent_of<1>(factors, size);
        case 2: return extent_of<2>(factors, size);
        case 3: return extent_of<3>(factors, size);
        default: return extent_of<4>(factors, size);
    }
}

inline void add_products(const double* const* factors, int count, const std::int64_t* codes,
                         std::ptrdiff_t size, int first, std::ptrdiff_t bins,
                         std::int64_t* digits) {
    switch (count) {
        case 1: return add_products<1>(factors, codes, size, first, bins, digits);
        case 2: return add_products<2>(factors, codes, size, first, bins, digits);
        case 3: return add_products<3>(factors, codes, size, first, bins, digits);
        default: return add_products<4>(factors, codes, size, first, bins, digits);
    }
}

// The first level of digits with room for all bits of an accumulator, and how many there are.
constexpr int LOWEST_LEVEL = LOWEST / DIGIT_BITS - 1;
constexpr int LEVELS = (Accumulator::PLACES + 1) * LIMB_BITS / DIGIT_BITS + 3;

// Adds a sum to the digits of a bin, of which there are LEVELS.
inline void add_digits(const Accumulator& sum, std::ptrdiff_t bins, std::int64_t* digits) {
    // Shifts to the right are arithmetic: the upper part of a negative number is negative.
    const auto add = [&](std::int64_t value, int limb) {
        const int place = LOWEST - DIGIT_BITS * LOWEST_LEVEL + LIMB_BITS * limb;
        const int shift = place % DIGIT_BITS, room = DIGIT_BITS - shift;
        std::int64_t* const digit = digits + (place / DIGIT_BITS) * bins;
        digit[0] += (value & ((std::int64_t{1} << room) - 1)) << shift;
        digit[bins] += value >> room;
    };
    for (int i = 0; i < Accumulator::PLACES; ++i) {
        const std::int64_t limb = sum.limb(i);
        if (limb == 0) continue;
        add(limb & 0xffffffff, i);
        add(limb >> LIMB_BITS, i + 1);
    }
}

// Passes the carries of a level's digits on to the next level.
//
// `digits` are those of the level, or null if it has none; `over` is what the level below passes on,
// and becomes what this one does. Returns whether any digit changes, and whether any is passed on.
struct Carries {
    bool change, go_on;
};

inline Carries carry(const std::int64_t* digits, std::ptrdiff_t stride, std::ptrdiff_t size,
                     std::int64_t* over, std::int64_t* found) {
    constexpr std::int64_t HALF = std::int64_t{1} << (DIGIT_BITS - 1);
    std::int64_t changed = 0, passed = 0;
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        const std::int64_t before = digits ? digits[i * stride] : 0, digit = before + over[i];
        // To the nearest: a digit may be negative, so a negative sum is not carried on forever.
        // The shift is arithmetic: towards minus infinity.
        over[i] = (digit + HALF) >> DIGIT_BITS;
        found[i] = digit - over[i] * (std::int64_t{1} << DIGIT_BITS);
        changed |= found[i] ^ before;
        passed |= over[i];
    }
    return {changed != 0, passed != 0};
}

}  // namespace cecli
