// The exact sums that this machine supports, the fastest last. All give the same bits.

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
    return of_this_machine<Kernel>({kernel_of<OneByOne>(KINDS[0]),
#ifdef CECLI_LANES
                                    kernel_of<Avx2>(KINDS[1]), kernel_of<Avx512>(KINDS[2])
#endif
    });
}

// Passes that sum what their part scores: one for each kernel, with the part for its instruction set.
template <class Pass, class Part>
std::vector<Pass> with_kernels(const std::vector<Part>& parts) {
    std::vector<Pass> passes;
    for (const Kernel& kernel : kernels_of_this_machine()) {
        passes.push_back({kernel, parts[passes.size()]});
    }
    return passes;
}

}  // namespace cecli
