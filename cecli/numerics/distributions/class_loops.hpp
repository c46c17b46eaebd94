// Sums over the classes of each row, with the rounding errors summed apart: `sum_over_classes` in
// shares.py, operation by operation; and the moments of log_ratios.py, which are such sums.

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

// The same sum, where two terms are rounded once.
template <int LANES, class Term>
CECLI_INLINE typename Registers<LANES>::Doubles sum_over_classes(std::ptrdiff_t classes,
                                                                double* room, const Term& term) {
    if (classes == 2) return term(0) + term(1);
    return sum_of_terms<LANES>(classes, room, term);
}

// Two predictions for some rows, those of a class next to each other, and the moments of each row.
struct Predicted {
    const double *prob, *other_prob, *surprisal, *other_surprisal;
    std::ptrdiff_t classes, size;
    double *mean, *variance, *fourth;
};

// What some rows have for each class: its share, and how far the two predictions are apart there.
template <int LANES>
struct Apart {
    using Doubles = typename Registers<LANES>::Doubles;

    CECLI_INLINE Apart(const Predicted& of, std::ptrdiff_t row, double* room)
        : share(room), apart(room + of.classes * LANES) {
        const Doubles zero = {};
        for (std::ptrdiff_t k = 0; k < of.classes; ++k) {
            const std::ptrdiff_t at = k * of.size + row;
            Doubles p, q, s, t;
            load(p, of.prob + at);
            load(q, of.other_prob + at);
            load(s, of.surprisal + at);
            load(t, of.other_surprisal + at);
            const Doubles both = p + q, by = t - s;
            store<Doubles>(share + k * LANES, both);
            store<Doubles>(apart + k * LANES, both == zero ? zero : by);
        }
    }

    CECLI_INLINE Doubles read(const double* from, std::ptrdiff_t k) const {
        Doubles value;
        load(value, from + k * LANES);
        return value;
    }

    double *share, *apart;
};

template <int LANES>
struct Shares {
    CECLI_INLINE typename Registers<LANES>::Doubles operator()(std::ptrdiff_t k) const {
        return of.read(of.share, k);
    }

    const Apart<LANES>& of;
};

template <int LANES>
struct WeightedApart {
    CECLI_INLINE typename Registers<LANES>::Doubles operator()(std::ptrdiff_t k) const {
        return of.read(of.share, k) * of.read(of.apart, k);
    }

    const Apart<LANES>& of;
};

// Finds the moments of LANES rows.
template <int LANES>
CECLI_INLINE void find_moments(const Predicted& of, std::ptrdiff_t row, double* room) {
    using Doubles = typename Registers<LANES>::Doubles;
    const Apart<LANES> apart(of, row, room);
    double* const rest = room + 2 * of.classes * LANES;
    const Doubles total = sum_over_classes<LANES>(of.classes, rest, Shares<LANES>{apart});
    const Doubles mean =
        sum_over_classes<LANES>(of.classes, rest, WeightedApart<LANES>{apart}) / total;
    store(of.mean + row, mean);
    for (std::ptrdiff_t k = 0; k < of.classes; ++k) {
        const Doubles from_mean = apart.read(apart.apart, k) - mean, square = from_mean * from_mean;
        store<Doubles>(apart.apart + k * LANES, square);
    }
    for (double* moment : {of.variance, of.fourth}) {
        for (std::ptrdiff_t k = 0; k < of.classes; ++k) {
            const Doubles share = apart.read(apart.share, k) * apart.read(apart.apart, k);
            store<Doubles>(apart.share + k * LANES, share);
        }
        const Doubles sum = sum_over_classes<LANES>(of.classes, rest, Shares<LANES>{apart});
        store<Doubles>(moment + row, sum / total);
    }
}

using AddClasses = void (*)(const double* terms, std::ptrdiff_t classes, std::ptrdiff_t size,
                            double* room, double* sums);
using FindMoments = void (*)(const Predicted& of, double* room);

// The implementations for an instruction set.
struct ClassLoops {
    AddClasses add_classes;
    FindMoments find_moments;
};

#define CECLI_CLASSES_FOR(NAME, LANES, TARGET)                                                     \
    struct NAME {                                                                                  \
        TARGET static void add_all(const double* terms, std::ptrdiff_t classes,                    \
                                   std::ptrdiff_t size, double* room, double* sums) {              \
            const std::ptrdiff_t row = add_classes<LANES>(terms, classes, 0, size, room, sums);    \
            add_classes<1>(terms, classes, row, size, room, sums);                                 \
        }                                                                                          \
        TARGET static void find_all(const Predicted& of, double* room) {                           \
            std::ptrdiff_t row = 0;                                                                \
            for (; row + LANES <= of.size; row += LANES) find_moments<LANES>(of, row, room);       \
            for (; row < of.size; ++row) find_moments<1>(of, row, room);                           \
        }                                                                                          \
        static constexpr ClassLoops LOOPS = {add_all, find_all};                                   \
    };

CECLI_CLASSES_FOR(ClassesOneByOne, 1, )
#ifdef CECLI_LANES
CECLI_CLASSES_FOR(ClassesAvx2, 4, CECLI_AVX2)
CECLI_CLASSES_FOR(ClassesAvx512, 8, CECLI_AVX512)
#endif

constexpr int MOST_LANES = 8;

inline std::vector<ClassLoops> classes_of_this_machine() {
    return of_this_machine<ClassLoops>({ClassesOneByOne::LOOPS,
#ifdef CECLI_LANES
                                        ClassesAvx2::LOOPS, ClassesAvx512::LOOPS
#endif
    });
}

}  // namespace cecli
