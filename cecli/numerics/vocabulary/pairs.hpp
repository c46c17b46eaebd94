// Two distributions over many classes, row by row: what one tells of the other, from three passes over
// a row, of which a block of classes is decoded at a time. The classes are summed in eight interleaved
// parts, whatever the number of lanes, so that all instruction sets give the same bits; `pairs.py` says
// the same in NumPy.

#pragma once

#include "exponential.hpp"
#include "likeliest.hpp"
#include "logarithm.hpp"
#include "registers.hpp"
#include "rows.hpp"
#include "tabled.hpp"

#include <cmath>
#include <cstddef>
#include <cstring>
#include <vector>

namespace cecli {

// What is found of a row, in this order in the output.
enum Figure {
    KL, REVERSE_KL, JS_DIVERGENCE, ENTROPY_P, ENTROPY_Q, TOTAL_P, TOTAL_Q,
    TOP1, TOP5, TOP10, LOG_P, LOG_Q, KL_AS_STORED, FIGURES
};

// Codes of p that are not above this logarithm are left out of KL_AS_STORED.
constexpr double LEAST_STORED = -16.0;

// A sum in eight parts: that of the classes i with the same i mod 8.
template <int LANES>
struct Parted {
    typename Registers<LANES>::Doubles of[PARTS / LANES] = {};

    CECLI_INLINE double total() const {
        double part[PARTS];
        std::memcpy(part, of, sizeof part);
        return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
    }
};

// Two rows, and room for what they have of one block of classes.
struct Pair {
    const Row &p, &q;
    std::ptrdiff_t size;
    double z_p[BLOCK], z_q[BLOCK];

    // The number of classes of a block.
    CECLI_INLINE std::ptrdiff_t of_block(std::ptrdiff_t start) const {
        return size - start < BLOCK ? size - start : BLOCK;
    }

    template <int LANES>
    CECLI_INLINE void decode_block(std::ptrdiff_t start) {
        decode<LANES>(p, start, of_block(start), z_p);
        decode<LANES>(q, start, of_block(start), z_q);
    }
};

// A row's likeliest class, the sum of e^d over all, and Σ e^d·d, with d = z − max z.
struct Side {
    double most, total, own;
};

// Sums over the classes of both: e^d_p·(d_p − d_q), the same over the codes that count and of e^d_p alone,
// and e^d_q·(d_q − d_p); and the logarithm of the observed class.
struct Summed {
    Side p, q;
    double p_to_q, stored_p_to_q, stored_p, q_to_p, token_p = NAN, token_q = NAN;
};

template <int LANES>
CECLI_INLINE bool find_likeliest(Pair& pair, Likeliest& of_p, Likeliest& of_q) {
    for (std::ptrdiff_t start = 0; start < pair.size; start += BLOCK) {
        pair.decode_block<LANES>(start);
        if (!added<LANES>(of_p, pair.z_p, start, pair.of_block(start))) return false;
        if (!added<LANES>(of_q, pair.z_q, start, pair.of_block(start))) return false;
    }
    return of_p.most() > -HUGE_VAL && of_q.most() > -HUGE_VAL;
}

// Fills `exps` with e^d_p and e^d_q of the classes, PARTS of each in turn.
template <int LANES>
CECLI_INLINE Summed summed(Pair& pair, double most_p, double most_q, std::ptrdiff_t token,
                           double* exps) {
    using Doubles = typename Registers<LANES>::Doubles;
    const Doubles zero = {};
    const double least = pair.p.encoding == CODE ? LEAST_STORED : -HUGE_VAL;
    Parted<LANES> p, q, own_p, own_q, p_to_q, q_to_p, stored_p_to_q, stored_p;
    Summed found;
    for (std::ptrdiff_t start = 0; start < pair.size; start += BLOCK) {
        pair.decode_block<LANES>(start);
        const std::ptrdiff_t some = pair.of_block(start);
        if (token >= start && token < start + some) {
            found.token_p = pair.z_p[token - start];
            found.token_q = pair.z_q[token - start];
        }
        for (std::ptrdiff_t i = 0; i < some; i += PARTS, exps += 2 * PARTS) {
            for (int part = 0; part < PARTS / LANES; ++part) {
                Doubles z_p, z_q;
                load(z_p, pair.z_p + i + part * LANES);
                load(z_q, pair.z_q + i + part * LANES);
                const Doubles d_p = z_p - most_p, d_q = z_q - most_q, apart = d_p - d_q;
                const Doubles x = power_of<LANES>(d_p), y = power_of<LANES>(d_q);
                store<Doubles>(exps + part * LANES, x);
                store<Doubles>(exps + PARTS + part * LANES, y);
                // What is nothing counts for nothing, even if it is infinitely apart.
                const Doubles to_q = d_p < NOTHING ? zero : x * apart;
                p.of[part] += x;
                q.of[part] += y;
                own_p.of[part] += d_p < NOTHING ? zero : x * d_p;
                own_q.of[part] += d_q < NOTHING ? zero : y * d_q;
                p_to_q.of[part] += to_q;
                q_to_p.of[part] -= d_q < NOTHING ? zero : y * apart;
                stored_p_to_q.of[part] += z_p > least ? to_q : zero;
                stored_p.of[part] += z_p > least ? x : zero;
            }
        }
    }
    found.p = {most_p, p.total(), own_p.total()};
    found.q = {most_q, q.total(), own_q.total()};
    found.p_to_q = p_to_q.total();
    found.q_to_p = q_to_p.total();
    found.stored_p_to_q = stored_p_to_q.total();
    found.stored_p = stored_p.total();
    return found;
}

// Σ m·ln m of the average m of two distributions.
template <int LANES>
CECLI_INLINE double mixed(const double* exps, std::ptrdiff_t size, double total_p, double total_q) {
    using Doubles = typename Registers<LANES>::Doubles;
    const double half_p = 0.5 / total_p, half_q = 0.5 / total_q;
    Parted<LANES> sum;
    for (std::ptrdiff_t i = 0; i < size; i += PARTS, exps += 2 * PARTS) {
        for (int part = 0; part < PARTS / LANES; ++part) {
            Doubles x, y;
            load(x, exps + part * LANES);
            load(y, exps + PARTS + part * LANES);
            const Doubles m = x * half_p + y * half_q;
            sum.of[part] += m * logarithm_of<LANES>(m);
        }
    }
    return sum.total();
}

// The figures of a row, with room for twice the classes, each made up to a multiple of PARTS. False if a
// value is no number or +∞, or all are −∞.
template <int LANES>
CECLI_INLINE bool figures(const Row& p, const Row& q, std::ptrdiff_t size, std::ptrdiff_t token,
                          double* exps, double* into) {
    Pair pair{p, q, size, {}, {}};
    Likeliest top_p, top_q;
    if (!find_likeliest<LANES>(pair, top_p, top_q)) return false;
    const Summed sums = summed<LANES>(pair, top_p.most(), top_q.most(), token, exps);
    const double total_p = sums.p.total, total_q = sums.q.total;
    const double log_p = log_of<1>(total_p), log_q = log_of<1>(total_q);
    into[ENTROPY_P] = log_p - sums.p.own / total_p;
    into[ENTROPY_Q] = log_q - sums.q.own / total_q;
    into[KL] = sums.p_to_q / total_p + (log_q - log_p);
    into[REVERSE_KL] = sums.q_to_p / total_q + (log_p - log_q);
    into[JS_DIVERGENCE] = -mixed<LANES>(exps, size, total_p, total_q) -
                          0.5 * (into[ENTROPY_P] + into[ENTROPY_Q]);
    into[TOTAL_P] = sums.p.most + log_p;
    into[TOTAL_Q] = sums.q.most + log_q;
    into[TOP1] = top_p.shared(top_q, 1);
    into[TOP5] = top_p.shared(top_q, 5);
    into[TOP10] = top_p.shared(top_q, TOP);
    into[LOG_P] = (sums.token_p - sums.p.most) - log_p;
    into[LOG_Q] = (sums.token_q - sums.q.most) - log_q;
    // Codes as they are, without dividing by their sum; of other numbers that is kl.
    const double shift = sums.p.most + log_q;
    into[KL_AS_STORED] = p.encoding == CODE ? exp_of<1>(sums.p.most) *
                                                  (sums.stored_p_to_q + shift * sums.stored_p)
                                            : into[KL];
    return true;
}

using PairFigures = bool (*)(const Row& p, const Row& q, std::ptrdiff_t size, std::ptrdiff_t token,
                             double* exps, double* into);

#define CECLI_FIGURES_FOR(NAME, LANES, TARGET)                                                      \
    TARGET inline bool NAME(const Row& p, const Row& q, std::ptrdiff_t size, std::ptrdiff_t token, \
                            double* exps, double* into) {                                          \
        return figures<LANES>(p, q, size, token, exps, into);                                      \
    }

CECLI_FIGURES_FOR(figures_one_by_one, 1, )
#ifdef CECLI_LANES
CECLI_FIGURES_FOR(figures_avx2, 4, CECLI_AVX2)
CECLI_FIGURES_FOR(figures_avx512, 8, CECLI_AVX512)
#endif

// The implementations that this machine supports, in the order of KINDS.
inline std::vector<PairFigures> figures_of_this_machine() {
    return of_this_machine<PairFigures>({figures_one_by_one,
#ifdef CECLI_LANES
                                         figures_avx2, figures_avx512
#endif
    });
}

}  // namespace cecli
