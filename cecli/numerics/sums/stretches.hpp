// Exact sums over stretches of rows, as the digits of a bin for each.

#pragma once

#include "digits.hpp"
#include "kernels.hpp"

#include <cstddef>
#include <cstdint>

namespace cecli {

// Adds the sum of x, or of x y, over each stretch of rows to the digits of its bin: stretch b begins
// with row starts[b], and ends before row starts[b + 1].
inline void add_stretches(const Kernel& kernel, const double* x, const double* y,
                          const std::int64_t* starts, std::ptrdiff_t bins, std::int64_t* digits) {
    for (std::ptrdiff_t bin = 0; bin < bins; ++bin) {
        const std::int64_t first = starts[bin], rows = starts[bin + 1] - first;
        Accumulator total;
        if (y) {
            kernel.dot(x + first, y + first, rows, total);
        } else {
            kernel.sum(x + first, rows, total);
        }
        add_digits(total, bins, digits + bin);
    }
}

// The same for Σ w²xy. Returns whether products wx and wy are sums of two doubles; if not, the digits
// are invalid.
inline bool add_weighted_stretches(const Kernel& kernel, const double* x, const double* y,
                                   const double* w, const std::int64_t* starts,
                                   std::ptrdiff_t bins, std::int64_t* digits) {
    for (std::ptrdiff_t bin = 0; bin < bins; ++bin) {
        const std::int64_t first = starts[bin], rows = starts[bin + 1] - first;
        Accumulator total;
        if (!kernel.weighted_dot(x + first, y + first, w + first, rows, total)) return false;
        add_digits(total, bins, digits + bin);
    }
    return true;
}

// The same for Σ wx, Σ w²x and Σ w²x², one after the other in the digits.
inline bool add_weighted_moments(const Kernel& kernel, const double* x, const double* w,
                                 const std::int64_t* starts, std::ptrdiff_t bins,
                                 std::int64_t* digits) {
    for (std::ptrdiff_t bin = 0; bin < bins; ++bin) {
        const std::int64_t first = starts[bin], rows = starts[bin + 1] - first;
        WeightedMoments sums;
        if (!kernel.weighted_moments(x + first, w + first, rows, sums)) return false;
        const std::ptrdiff_t size = LEVELS * bins;
        add_digits(sums.weighted, bins, digits + bin);
        add_digits(sums.twice_weighted, bins, digits + size + bin);
        add_digits(sums.squares, bins, digits + 2 * size + bin);
    }
    return true;
}

}  // namespace cecli
