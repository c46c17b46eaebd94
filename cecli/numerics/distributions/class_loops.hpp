// Sums over the classes of each row, with the rounding errors summed apart: `sum_over_classes` in
// shares.py, operation by operation.

#pragma once

#include "registers.hpp"

#include <cstddef>
#include <vector>

namespace cecli {

// A sum, and the rounding errors that it lost.
template <int LANES>
struct Partial {
    using Doubles = typename Registers<LANES>::Doubles;

    // Adds two numbers, and what they have lost so far (Knuth's two-sum).
    CECLI_INLINE Partial(const Doubles& a, const Doubles& b, const Doubles& error,
                         const Doubles& other)
        : sum(a + b) {
        const Doubles rounded = sum - a;
        const Doubles now = (a - (sum - rounded)) + (b - rounded) + other;
        lost = error + now;
    }

    CECLI_INLINE void write(double* sums, double* errors) const {
        store(sums, sum);
        store(errors, lost);
    }

    Doubles sum, lost;
};

// Returns the sum of term(k) over all classes k, of which there is at least one.
template <int LANES, class Term>
CECLI_INLINE typename Registers<LANES>::Doubles sum_of_terms(std::ptrdiff_t classes, double* room,
                                                            const Term& term) {
    using Doubles = typename Registers<LANES>::Doubles;
    double *const sums = room, *const errors = room + classes * LANES;
    const Doubles zero = {};
    std::ptrdiff_t pairs = classes / 2, count = classes - pairs;
    for (std::ptrdiff_t k = 0; k < pairs; ++k) {
        const Partial<LANES> both(term(k), term(count + k), zero, zero);
        both.write(sums + k * LANES, errors + k * LANES);
    }
    if (pairs < count) {  // an odd term stays in the middle
        store<Doubles>(sums + pairs * LANES, term(pairs));
        store<Doubles>(errors + pairs * LANES, zero);
    }
    while (count > 1) {
        pairs = count / 2;
        count -= pairs;
        for (std::ptrdiff_t k = 0; k < pairs; ++k) {
            Doubles a, b, error, other;
            load(a, sums + k * LANES);
            load(b, sums + (count + k) * LANES);
            load(error, errors + k * LANES);
            load(other, errors + (count + k) * LANES);
            const Partial<LANES> both(a, b, error, other);
            both.write(sums + k * LANES, errors + k * LANES);
        }
    }
    Doubles total, error;
    load(total, sums);
    load(error, errors);
    // The errors of an infinite sum are not numbers.
    return total - total == 0.0 ? total + error : total;
}

// The terms of some rows, those of a class next to each other, `size` of them.
template <int LANES>
struct GivenTerms {
    CECLI_INLINE typename Registers<LANES>::Doubles operator()(std::ptrdiff_t k) const {
        typename Registers<LANES>::Doubles term;
        load(term, terms + k * size);
        return term;
    }

    const double* terms;
    std::ptrdiff_t size;
};

// Adds up the terms of rows from `first` on while all lanes are full; returns the row after the last
// one.
template <int LANES>
CECLI_INLINE std::ptrdiff_t add_classes(const double* terms, std::ptrdiff_t classes,
                                        std::ptrdiff_t first, std::ptrdiff_t size, double* room,
                                        double* sums) {
    std::ptrdiff_t row = first;
    for (; row + LANES <= size; row += LANES) {
        store(sums + row,
              sum_of_terms<LANES>(classes, room, GivenTerms<LANES>{terms + row, size}));
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
