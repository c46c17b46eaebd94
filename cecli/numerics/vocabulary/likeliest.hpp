// The likeliest classes of a row.

#pragma once

#include "registers.hpp"
#include "rows.hpp"

#include <cmath>
#include <cstddef>

namespace cecli {

constexpr int TOP = 10;  // the likeliest classes that are compared

// The likeliest classes, the likelier first, and of those alike the first one.
struct Likeliest {
    double value[TOP];
    std::ptrdiff_t place[TOP];
    int count = 0;

    CECLI_INLINE double most() const { return value[0]; }
    CECLI_INLINE double least() const { return count < TOP ? -HUGE_VAL : value[TOP - 1]; }

    void add(double x, std::ptrdiff_t i) {
        int at = count < TOP ? count++ : TOP - 1;
        for (; at > 0 && value[at - 1] < x; --at) {
            value[at] = value[at - 1];
            place[at] = place[at - 1];
        }
        value[at] = x;
        place[at] = i;
    }

    // The share of the first k of these classes that are among the first k of the others.
    double shared(const Likeliest& other, int k) const {
        const int all = k < count ? k : count;
        int found = 0;
        for (int i = 0; i < all; ++i) {
            for (int j = 0; j < all; ++j) found += place[i] == other.place[j];
        }
        return found / static_cast<double>(all);
    }
};

// Whether any of GROUP values is above the least, or no number.
template <int LANES>
CECLI_INLINE bool any_above(const double* z, double least) {
    typename Registers<LANES>::Words above = {};
    for (int i = 0; i < GROUP; i += LANES) {
        typename Registers<LANES>::Doubles value;
        load(value, z + i);
        above |= ~(value <= least);
    }
    bool any = false;
    for (int lane = 0; lane < LANES; ++lane) any |= above[lane] != 0;
    return any;
}

template <>
CECLI_INLINE bool any_above<1>(const double* z, double least) {
    bool any = false;
    for (int i = 0; i < GROUP; ++i) any |= !(z[i] <= least);
    return any;
}

// Adds consecutive classes, from `start` on, whose number is made up to a multiple of GROUP by −∞. False
// if a value is no number, or +∞.
template <int LANES>
CECLI_INLINE bool added(Likeliest& found, const double* z, std::ptrdiff_t start,
                        std::ptrdiff_t size) {
    for (std::ptrdiff_t i = 0; i < size; i += GROUP) {
        if (found.count == TOP && !any_above<LANES>(z + i, found.least())) continue;
        for (std::ptrdiff_t at = i; at < i + GROUP && at < size; ++at) {
            if (!(z[at] < HUGE_VAL)) return false;
            if (found.count < TOP || z[at] > found.least()) found.add(z[at], start + at);
        }
    }
    return true;
}

}  // namespace cecli
