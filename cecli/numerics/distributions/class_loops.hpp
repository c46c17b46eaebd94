// Sums over the classes of each row, with the rounding errors summed apart: `sum_over_classes` in
// shares.py, operation by operation.

#pragma once

#include "registers.hpp"

#include <cstddef>
#include <vector>

namespace cecli {

// Adds up the terms of rows from `first` on while all lanes are full; returns the row after the last
// one. Terms of a class are next to each other, size of them.
template <int LANES>
CECLI_INLINE std::ptrdiff_t add_classes(const double* terms, std::ptrdiff_t classes,
                                        std::ptrdiff_t first, std::ptrdiff_t size, double* room,
                                        double* sums) {
    using Doubles = typename Registers<LANES>::Doubles;
    double *const totals = room, *const errors = room + classes * LANES;
    const Doubles zero = {};
    std::ptrdiff_t row = first;
    for (; row + LANES <= size; row += LANES) {
        for (std::ptrdiff_t k = 0; k < classes; ++k) {
            Doubles term;
            load(term, terms + k * size + row);
            store(totals + k * LANES, term);
            store(errors + k * LANES, zero);
        }
        for (std::ptrdiff_t count = classes; count > 1;) {
            const std::ptrdiff_t pairs = count / 2, kept = count - pairs;
            for (std::ptrdiff_t k = 0; k < pairs; ++k) {
                Doubles a, b, error, other;
                load(a, totals + k * LANES);
                load(b, totals + (kept + k) * LANES);
                load(error, errors + k * LANES);
                load(other, errors + (kept + k) * LANES);
                const Doubles sum = a + b, rounded = sum - a;
                const Doubles lost = (a - (sum - rounded)) + (b - rounded) + other;
                store<Doubles>(totals + k * LANES, sum);
                store<Doubles>(errors + k * LANES, error + lost);
            }
            count = kept;
        }
        Doubles total, error;
        load(total, totals);
        load(error, errors);
        // The errors of an infinite sum are not numbers.
        store<Doubles>(sums + row, total - total == 0.0 ? total + error : total);
    }
    return row;
}

using AddClasses = void (*)(const double* terms, std::ptrdiff_t classes, std::ptrdiff_t size,
                            double* room, double* sums);

#define CECLI_CLASSES_FOR(NAME, LANES, TARGET)                                                     \
    TARGET inline void NAME(const double* terms, std::ptrdiff_t classes, std::ptrdiff_t size,      \
                            double* room, double* sums) {                                          \
        const std::ptrdiff_t row = add_classes<LANES>(terms, classes, 0, size, room, sums);        \
        add_classes<1>(terms, classes, row, size, room, sums);                                     \
    }

CECLI_CLASSES_FOR(add_classes_one_by_one, 1, )
#ifdef CECLI_LANES
CECLI_CLASSES_FOR(add_classes_avx2, 4, CECLI_AVX2)
CECLI_CLASSES_FOR(add_classes_avx512, 8, CECLI_AVX512)
#endif

constexpr int MOST_LANES = 8;

inline std::vector<AddClasses> classes_of_this_machine() {
    return of_this_machine<AddClasses>({add_classes_one_by_one,
#ifdef CECLI_LANES
                                        add_classes_avx2, add_classes_avx512
#endif
    });
}

}  // namespace cecli
