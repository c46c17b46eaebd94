// The loops over slices as functions of their own: in a larger one, compilers take lanes for single
// numbers, and need minutes.

#pragma once

#include "slice_loops.hpp"

namespace cecli {

// The loops of each instruction set.
template <int LANES>
struct Sliced;

#define CECLI_SLICED_FOR(LANES, TARGET)                                                            \
    template <>                                                                                    \
    struct Sliced<LANES> {                                                                         \
        /* A rounded product and its rounding error. */                                            \
        TARGET CECLI_APART static void multiply(const double* x, const double* y,                  \
                                                double* products, double* errors) {                \
            InLanes<LANES>::multiply(x, y, products, errors);                                      \
        }                                                                                          \
        /* Adds numbers below 2^anchor, which are overwritten. Returns false if there are too few  \
           slices. */                                                                              \
        TARGET CECLI_APART static bool cut(Slices& into, double* rest) {                           \
            return InLanes<LANES>::cut(into, rest);                                                \
        }                                                                                          \
        /* The same for numbers below 2^(anchor - 53), after others. */                            \
        TARGET CECLI_APART static bool cut_errors(Slices& into, double* rest) {                    \
            return InLanes<LANES>::cut_errors(into, rest);                                         \
        }                                                                                          \
        /* Adds the sum of x y over the rows. */                                                   \
        TARGET CECLI_APART static void add_products(SlicedSum& sum, const Slices& x,               \
                                                    const Slices& y) {                             \
            InLanes<LANES>::add_products(sum, x, y);                                               \
        }                                                                                          \
        /* The same for the sum of x². */                                                          \
        TARGET CECLI_APART static void add_squares(SlicedSum& sum, const Slices& x) {              \
            InLanes<LANES>::add_squares(sum, x);                                                   \
        }                                                                                          \
        /* The same for the sum of x. */                                                           \
        TARGET CECLI_APART static void add_all(SlicedSum& sum, const Slices& x) {                  \
            InLanes<LANES>::add_all(sum, x);                                                       \
        }                                                                                          \
        /* The same over the rows where a factor is 1, and not 0. */                               \
        TARGET CECLI_APART static void add_where(SlicedSum& sum, const Slices& x,                  \
                                                 const double* factor) {                           \
            InLanes<LANES>::add_where(sum, x, factor);                                             \
        }                                                                                          \
        /* The same for the sums of x times each of two factors. */                                \
        TARGET CECLI_APART static void add_scaled(SlicedSum& first, SlicedSum& second,             \
                                                  const Slices& x, const Factors& factors) {       \
            InLanes<LANES>::add_scaled(first, second, x, factors);                                 \
        }                                                                                          \
    };

CECLI_SLICED_FOR(1, )
#ifdef CECLI_LANES
CECLI_SLICED_FOR(4, CECLI_AVX2)
CECLI_SLICED_FOR(8, CECLI_AVX512)
#endif

}  // namespace cecli
