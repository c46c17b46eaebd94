// Functions of each number of an array, for the instruction sets that this machine supports.

#pragma once

#include "bernoulli.hpp"
#include "exponential.hpp"
#include "logarithm.hpp"
#include "registers.hpp"

#include <cstddef>
#include <vector>

namespace cecli {

struct Log {
    template <int LANES>
    static CECLI_INLINE typename Registers<LANES>::Doubles of(typename Registers<LANES>::Doubles x) {
        return log_of<LANES>(x);
    }
};

struct Log1p {
    template <int LANES>
    static CECLI_INLINE typename Registers<LANES>::Doubles of(typename Registers<LANES>::Doubles x) {
        return log1p_of<LANES>(x);
    }
};

struct Exp {
    template <int LANES>
    static CECLI_INLINE typename Registers<LANES>::Doubles of(typename Registers<LANES>::Doubles x) {
        return exp_of<LANES>(x);
    }
};

struct Expm1 {
    template <int LANES>
    static CECLI_INLINE typename Registers<LANES>::Doubles of(typename Registers<LANES>::Doubles x) {
        return expm1_of<LANES>(x);
    }
};

// Two functions of each number: those of class 0, and of class 1.
template <int LANES>
struct OfClasses {
    typename Registers<LANES>::Doubles rest, happened;
};

template <class Scale>
struct Prob {
    template <int LANES>
    static CECLI_INLINE OfClasses<LANES> of(typename Registers<LANES>::Doubles x) {
        const auto predicted = Scale::template of<LANES>(x);
        return {predicted.rest, predicted.q};
    }
};

template <class Scale>
struct Surprisal {
    template <int LANES>
    static CECLI_INLINE OfClasses<LANES> of(typename Registers<LANES>::Doubles x) {
        const auto predicted = Scale::template of<LANES>(x);
        return {predicted.rest_cost, predicted.cost};
    }
};

template <class Doubles>
CECLI_INLINE void put(double* into, std::ptrdiff_t, const Doubles& found) {
    store(into, found);
}

// All numbers of class 0 stand before those of class 1.
template <int LANES>
CECLI_INLINE void put(double* into, std::ptrdiff_t size, const OfClasses<LANES>& found) {
    store(into, found.rest);
    store(into + size, found.happened);
}

// One function, or two, of each value, in full lanes first and then one by one.
template <class Function, int LANES>
CECLI_INLINE void map(const double* x, std::ptrdiff_t size, double* into) {
    std::ptrdiff_t i = 0;
    for (; i + LANES <= size; i += LANES) {
        typename Registers<LANES>::Doubles value;
        load(value, x + i);
        put(into + i, size, Function::template of<LANES>(value));
    }
    for (; i < size; ++i) put(into + i, size, Function::template of<1>(x[i]));
}

template <class Function>
void map_one_by_one(const double* x, std::ptrdiff_t size, double* into) {
    map<Function, 1>(x, size, into);
}

#ifdef CECLI_LANES
template <class Function>
CECLI_AVX2 void map_avx2(const double* x, std::ptrdiff_t size, double* into) {
    map<Function, 4>(x, size, into);
}

template <class Function>
CECLI_AVX512 void map_avx512(const double* x, std::ptrdiff_t size, double* into) {
    map<Function, 8>(x, size, into);
}
#endif

using Map = void (*)(const double* x, std::ptrdiff_t size, double* into);

// The implementations that this machine supports, in the order of KINDS.
template <class Function>
std::vector<Map> maps_of_this_machine() {
    return of_this_machine<Map>({map_one_by_one<Function>,
#ifdef CECLI_LANES
                                 map_avx2<Function>, map_avx512<Function>
#endif
    });
}

}  // namespace cecli
