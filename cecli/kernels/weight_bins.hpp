// The weights of losses, by the leading bits of these.

#pragma once

#include "accumulator.hpp"

#include <cstddef>
#include <cstdint>

namespace cecli {

// The weights of losses by their leading bits, as digits: those of a bin are neighbours.
struct WeightBins {
    static constexpr int DIGIT = 36, DIGITS = 4;

    std::int64_t* digits;  // of each bin, then those of losses of 0
    std::int64_t first, size;
    int shift, level;
    std::int64_t outside = 0;  // losses that have no bin

    void add(double loss, double weight) {
        std::int64_t bin = (bits_as<std::int64_t>(loss) >> shift) - first;
        if (loss == 0.0) bin = size;
        if (static_cast<std::uint64_t>(bin) > static_cast<std::uint64_t>(size)) {
            ++outside;
            return;
        }
        const Parts part = parts_of(weight);
        const int place = part.exponent - DIGIT * level;
        std::int64_t* const into = digits + DIGITS * bin + place / DIGIT;
        const unsigned __int128 moved = static_cast<unsigned __int128>(part.mantissa)
                                        << (place % DIGIT);
        constexpr std::uint64_t MASK = (std::uint64_t{1} << DIGIT) - 1;
        into[0] += static_cast<std::int64_t>(static_cast<std::uint64_t>(moved) & MASK);
        into[1] += static_cast<std::int64_t>(static_cast<std::uint64_t>(moved >> DIGIT) & MASK);
        // The third one has the last bits of what is beyond the second.
        if (const auto rest = static_cast<std::int64_t>(moved >> (2 * DIGIT))) into[2] += rest;
    }
};

}  // namespace cecli
