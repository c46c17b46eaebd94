// Sums of whole numbers over the draws of each replicate of a bootstrap.
//
// The number of draws follows from a key of the row and a key of a pair of replicates: their sum goes
// through SplitMix64's mixing function, and its halves through the quantiles of Poisson(1). Few enough
// whole numbers are summed in a double that nothing is rounded, and then in an int64. So all kernels
// give the same result, as does `cecli.numerics.resampling` in numpy.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(CECLI_PORTABLE)
#define CECLI_WIDE
#endif

#if defined(__GNUC__)
#define CECLI_INTO inline __attribute__((always_inline))
#else
#define CECLI_INTO inline
#endif

namespace cecli {

struct Resampling {
    const std::uint64_t* keys;
    std::ptrdiff_t rows;
    const std::uint64_t* pair_keys;
    std::ptrdiff_t pairs;
    const double* columns;  // consecutive columns of whole numbers up to 2^40 + 1
    std::ptrdiff_t width;
    const std::uint32_t* thresholds;
    std::int64_t* totals;  // for each column one per replicate, the two of a pair adjacent
};

constexpr int THRESHOLDS = 12;
// Most rows are drawn less often than this, so the other thresholds are seldom needed.
constexpr int USUAL = 5;
constexpr std::ptrdiff_t PAIRS = 64;  // processed together: few enough to fit the cache
constexpr std::ptrdiff_t BOTH = 2 * PAIRS;
// 2^8 multiples of up to 12, of whole numbers of up to 41 bits, are exact in a double.
constexpr std::ptrdiff_t ROWS = 256;
constexpr std::ptrdiff_t ABREAST = 4;

// Writes the draws of a row in the first replicates of all pairs, then in the second ones.
CECLI_INTO void draw(std::uint64_t key, const std::uint64_t* pair_keys,
                     const std::uint32_t* thresholds, double* drawn) {
    std::uint32_t random[BOTH];
    for (std::ptrdiff_t p = 0; p < PAIRS; ++p) {
        std::uint64_t z = key + pair_keys[p];
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        z ^= z >> 31;
        random[p] = static_cast<std::uint32_t>(z);
        random[PAIRS + p] = static_cast<std::uint32_t>(z >> 32);
    }
    std::int32_t counts[BOTH];
    std::uint32_t largest = 0;
    for (std::ptrdiff_t p = 0; p < BOTH; ++p) {
        const std::uint32_t u = random[p];
        std::int32_t count = 0;
        for (int k = 0; k < USUAL; ++k) count += u >= thresholds[k];
        counts[p] = count;
        largest = largest > u ? largest : u;
    }
    for (int k = USUAL; k < THRESHOLDS && largest >= thresholds[k]; ++k) {
        for (std::ptrdiff_t p = 0; p < BOTH; ++p) counts[p] += random[p] >= thresholds[k];
    }
    for (std::ptrdiff_t p = 0; p < BOTH; ++p) drawn[p] = counts[p];
}

// Adds some rows, at most ROWS, to the sums of each column.
CECLI_INTO void add_rows(const Resampling& of, std::ptrdiff_t first, std::ptrdiff_t last,
                         const std::uint64_t* pair_keys, double* sums) {
    alignas(64) double drawn[ABREAST][BOTH] = {};  // unused entries must be finite
    for (std::ptrdiff_t row = first; row < last; row += ABREAST) {
        const std::ptrdiff_t count = std::min(ABREAST, last - row);
        for (std::ptrdiff_t i = 0; i < count; ++i) {
            draw(of.keys[row + i], pair_keys, of.thresholds, drawn[i]);
        }
        for (std::ptrdiff_t c = 0; c < of.width; ++c) {
            double x[ABREAST] = {};
            bool any = false;
            for (std::ptrdiff_t i = 0; i < count; ++i) {
                x[i] = of.columns[c * of.rows + row + i];
                any |= x[i] != 0.0;
            }
            if (!any) continue;
            double* sum = sums + c * BOTH;
            for (std::ptrdiff_t p = 0; p < BOTH; ++p) {
                sum[p] += (x[0] * drawn[0][p] + x[1] * drawn[1][p]) +
                          (x[2] * drawn[2][p] + x[3] * drawn[3][p]);
            }
        }
    }
}

CECLI_INTO void resample(const Resampling& of) {
    std::vector<double> sums(of.width * BOTH);
    for (std::ptrdiff_t first = 0; first < of.pairs; first += PAIRS) {
        const std::ptrdiff_t pairs = std::min(PAIRS, of.pairs - first);
        std::uint64_t pair_keys[PAIRS] = {};
        std::copy_n(of.pair_keys + first, pairs, pair_keys);
        for (std::ptrdiff_t row = 0; row < of.rows; row += ROWS) {
            std::fill(sums.begin(), sums.end(), 0.0);
            add_rows(of, row, std::min(row + ROWS, of.rows), pair_keys, sums.data());
            for (std::ptrdiff_t c = 0; c < of.width; ++c) {
                std::int64_t* totals = of.totals + 2 * (c * of.pairs + first);
                for (std::ptrdiff_t p = 0; p < pairs; ++p) {
                    totals[2 * p] += static_cast<std::int64_t>(sums[c * BOTH + p]);
                    totals[2 * p + 1] += static_cast<std::int64_t>(sums[c * BOTH + PAIRS + p]);
                }
            }
        }
    }
}

struct Resampler {
    const char* name;
    void (*run)(const Resampling& of);
};

inline void resample_anywhere(const Resampling& of) { resample(of); }

#ifdef CECLI_WIDE
__attribute__((target("avx2,fma"))) inline void resample_avx2(const Resampling& of) {
    resample(of);
}

__attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma,prefer-vector-width=512"))) inline void
resample_avx512(const Resampling& of) {
    resample(of);
}
#endif

inline std::vector<Resampler> resamplers_of_this_machine() {
    std::vector<Resampler> found = {{"any", resample_anywhere}};
#ifdef CECLI_WIDE
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        found.push_back({"avx2", resample_avx2});
        if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
            found.push_back({"avx512", resample_avx512});
        }
    }
#endif
    return found;
}

}  // namespace cecli
