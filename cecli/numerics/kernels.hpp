// The ways to add up exactly that this machine knows, the quickest last. All give the same bits.

#pragma once

#include "accumulator.hpp"
#include "lanes.hpp"

#include <cstddef>
#include <vector>

namespace cecli {

struct Kernel {
    const char* name;
    void (*sum)(const double* x, std::ptrdiff_t size, Accumulator& total);
    void (*dot)(const double* x, const double* y, std::ptrdiff_t size, Accumulator& total);
    void (*moments)(const double* x, std::ptrdiff_t size, Accumulator& total, Accumulator& squares);
    bool (*weighted_moments)(const double* x, const double* w, std::ptrdiff_t size,
                             WeightedMoments& sums);
    bool (*weighted_dot)(const double* x, const double* y, const double* w, std::ptrdiff_t size,
                         Accumulator& total);
};

template <class Way>
constexpr Kernel kernel_of(const char* name) {
    return {name, Way::sum, Way::dot, Way::moments, Way::weighted_moments, Way::weighted_dot};
}

inline std::vector<Kernel> kernels_of_this_machine() {
    std::vector<Kernel> kernels = {kernel_of<OneByOne>("one by one")};
#ifdef CECLI_LANES
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        kernels.push_back(kernel_of<Avx2>("avx2"));
        if (__builtin_cpu_supports("avx512f")) kernels.push_back(kernel_of<Avx512>("avx512"));
    }
#endif
    return kernels;
}

}  // namespace cecli
