// Two distributions over many classes, row by row: what one tells of the other, from three passes over
// a row that fits the cache. The classes are summed in eight interleaved parts, whatever the number of
// lanes, so that all instruction sets give the same bits; `pairs.py` says the same in NumPy.

#pragma once

#include "exponential.hpp"
#include "logarithm.hpp"
#include "registers.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace cecli {

constexpr int PARTS = 8;  // of a sum
constexpr int TOP = 10;   // the likeliest classes that are compared

// What is found of a row, in this order in the output.
enum Figure {
    KL, REVERSE_KL, JS_DIVERGENCE, ENTROPY_P, ENTROPY_Q, TOTAL_P, TOTAL_Q,
    TOP1, TOP5, TOP10, LOG_P, LOG_Q, FIGURES
};

// How a number is stored.
enum Encoding { DOUBLE, FLOAT, HALF, BFLOAT, CODE };

struct Row {
    const void* values;
    Encoding encoding;
    bool is_probability;
    double scale, least;  // of codes: ln p = scale·code + least
};

inline float half_of(std::uint16_t half) {
    // The exponent is moved, by a product that also makes numbers below the normal ones right.
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
    const std::uint32_t rest = static_cast<std::uint32_t>(half & 0x7fffu) << 13;
    const float moved = bits_as<float>(rest) * 0x1p112f;
    const bool is_special = (half & 0x7c00u) == 0x7c00u;  // infinite, or no number
    const std::uint32_t top = is_special ? (rest | 0x7f800000u) : bits_as<std::uint32_t>(moved);
    return bits_as<float>(top | sign);
}

template <class From, class Convert>
CECLI_INLINE void converted(const void* from, std::ptrdiff_t size, double* into, Convert convert) {
    const From* values = static_cast<const From*>(from);
    for (std::ptrdiff_t i = 0; i < size; ++i) into[i] = convert(values[i]);
}

CECLI_INLINE void decode(const Row& row, std::ptrdiff_t size, double* into) {
    const double scale = row.scale, least = row.least;
    switch (row.encoding) {
        case DOUBLE:
            converted<double>(row.values, size, into, [](double x) { return x; });
            break;
        case FLOAT:
            converted<float>(row.values, size, into, [](float x) { return double{x}; });
            break;
        case HALF:
            converted<std::uint16_t>(row.values, size, into,
                                     [](std::uint16_t x) { return double{half_of(x)}; });
            break;
        case BFLOAT:
            converted<std::uint16_t>(row.values, size, into, [](std::uint16_t x) {
                return double{bits_as<float>(static_cast<std::uint32_t>(x) << 16)};
            });
            break;
        case CODE:
            converted<std::uint16_t>(row.values, size, into,
                                     [scale, least](std::uint16_t x) { return scale * x + least; });
            break;
    }
}

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

// The likeliest classes, the likelier first, and of those alike the first one.
struct Likeliest {
    double value[TOP];
    std::ptrdiff_t place[TOP];
    int count = 0;

    CECLI_INLINE double least() const { return count < TOP ? -HUGE_VAL : value[TOP - 1]; }

    void add(double x, std::ptrdiff_t i) {
        int at = count < TOP ? count++ : TOP - 1;
        for (; at > 0 && value[at - 1] < x; --at) {
            value[at] = value[at - 1];
            place[at] = place[at - 1];
        }
        value[at] = x;
        place[at] = i;
    }

    // The number of classes among the first k of both.
    int shared(const Likeliest& other, int k) const {
        int found = 0;
        for (int i = 0; i < k && i < count; ++i) {
            for (int j = 0; j < k && j < other.count; ++j) found += place[i] == other.place[j];
        }
        return found;
    }
};

// The likeliest classes of a row, padded to whole parts. Tells of a value that is no number.
template <int LANES>
CECLI_INLINE Likeliest likeliest(const double* z, std::ptrdiff_t size, bool& is_number) {
    using Doubles = typename Registers<LANES>::Doubles;
    Likeliest found;
    for (std::ptrdiff_t i = 0; i < size; i += LANES) {
        Doubles value;
        load(value, z + i);
        bool any = found.count < TOP;
        if constexpr (LANES == 1) {
            any |= !(value <= found.least());
        } else {
            const auto above = ~(value <= found.least());
            for (int lane = 0; lane < LANES; ++lane) any |= above[lane] != 0;
        }
        if (!any) continue;
        for (int lane = 0; lane < LANES && i + lane < size; ++lane) {
            const double x = z[i + lane];
            if (!(x < HUGE_VAL)) is_number = false;
            if (found.count < TOP || x > found.least()) found.add(x, i + lane);
        }
    }
    return found;
}

// The sums of a row along its exponentials.
template <int LANES>
struct Passed {
    Parted<LANES> p, q, own_p, own_q, p_along_q, q_along_p, mixed;
};

template <int LANES>
CECLI_INLINE void row_of(double* z_p, double* z_q, double* e_p, double* e_q, std::ptrdiff_t size,
                         std::ptrdiff_t token, double* into, bool& is_number) {
    using Doubles = typename Registers<LANES>::Doubles;
    const Doubles zero = {};
    const std::ptrdiff_t whole_size = (size + PARTS - 1) / PARTS * PARTS;
    for (std::ptrdiff_t i = size; i < whole_size; ++i) z_p[i] = z_q[i] = -HUGE_VAL;
    const Likeliest top_p = likeliest<LANES>(z_p, size, is_number);
    const Likeliest top_q = likeliest<LANES>(z_q, size, is_number);
    const double most_p = top_p.value[0], most_q = top_q.value[0];
    is_number = is_number && most_p > -HUGE_VAL && most_q > -HUGE_VAL;
    if (!is_number) return;
    Passed<LANES> sums;
    for (std::ptrdiff_t i = 0; i < whole_size; i += PARTS) {
        for (int part = 0; part < PARTS / LANES; ++part) {
            const std::ptrdiff_t at = i + part * LANES;
            Doubles d_p, d_q;
            load(d_p, z_p + at);
            load(d_q, z_q + at);
            d_p -= most_p;
            d_q -= most_q;
            const Doubles x = exp_of<LANES>(d_p), y = exp_of<LANES>(d_q);
            store<Doubles>(e_p + at, x);
            store<Doubles>(e_q + at, y);
            sums.p.of[part] += x;
            sums.q.of[part] += y;
            sums.own_p.of[part] += x > 0.0 ? x * d_p : zero;
            sums.own_q.of[part] += y > 0.0 ? y * d_q : zero;
            sums.p_along_q.of[part] += x > 0.0 ? x * d_q : zero;
            sums.q_along_p.of[part] += y > 0.0 ? y * d_p : zero;
        }
    }
    const double p = sums.p.total(), q = sums.q.total();
    const double half_p = 0.5 / p, half_q = 0.5 / q;
    for (std::ptrdiff_t i = 0; i < whole_size; i += PARTS) {
        for (int part = 0; part < PARTS / LANES; ++part) {
            Doubles x, y;
            load(x, e_p + i + part * LANES);
            load(y, e_q + i + part * LANES);
            const Doubles m = x * half_p + y * half_q;
            sums.mixed.of[part] += m > 0.0 ? m * log_of<LANES>(m) : zero;
        }
    }
    const double log_p = log_of<1>(p), log_q = log_of<1>(q);
    const double own_p = sums.own_p.total() / p, own_q = sums.own_q.total() / q;
    into[ENTROPY_P] = log_p - own_p;
    into[ENTROPY_Q] = log_q - own_q;
    into[KL] = (own_p - sums.p_along_q.total() / p) + (log_q - log_p);
    into[REVERSE_KL] = (own_q - sums.q_along_p.total() / q) + (log_p - log_q);
    into[JS_DIVERGENCE] = -sums.mixed.total() - 0.5 * (into[ENTROPY_P] + into[ENTROPY_Q]);
    into[TOTAL_P] = most_p + log_p;
    into[TOTAL_Q] = most_q + log_q;
    into[TOP1] = top_p.shared(top_q, 1);
    into[TOP5] = top_p.shared(top_q, 5) / static_cast<double>(size < 5 ? size : 5);
    into[TOP10] = top_p.shared(top_q, TOP) / static_cast<double>(size < TOP ? size : TOP);
    into[LOG_P] = token < 0 ? NAN : (z_p[token] - most_p) - log_p;
    into[LOG_Q] = token < 0 ? NAN : (z_q[token] - most_q) - log_q;
}

// ln x of each, in place, in a buffer with room for whole parts.
template <int LANES>
CECLI_INLINE void logarithms(double* x, std::ptrdiff_t size) {
    for (std::ptrdiff_t i = 0; i < size; i += LANES) {
        typename Registers<LANES>::Doubles value;
        load(value, x + i);
        store(x + i, log_of<LANES>(value));
    }
}

// The figures of a row; false if a value is no number, or all are −∞.
#define CECLI_PAIR_FOR(NAME, LANES, TARGET)                                                       \
    TARGET inline bool NAME(const Row& p, const Row& q, std::ptrdiff_t size, std::ptrdiff_t token, \
                            double* buffer, std::ptrdiff_t room, double* into) {                   \
        double *z_p = buffer, *z_q = z_p + room, *e_p = z_q + room, *e_q = e_p + room;             \
        bool is_number = true;                                                                     \
        decode(p, size, z_p);                                                                      \
        decode(q, size, z_q);                                                                      \
        if (p.is_probability) logarithms<LANES>(z_p, size);                                        \
        if (q.is_probability) logarithms<LANES>(z_q, size);                                        \
        row_of<LANES>(z_p, z_q, e_p, e_q, size, token, into, is_number);                           \
        return is_number;                                                                          \
    }

CECLI_PAIR_FOR(pair_one_by_one, 1, )
#ifdef CECLI_LANES
CECLI_PAIR_FOR(pair_avx2, 4, CECLI_AVX2)
CECLI_PAIR_FOR(pair_avx512, 8, CECLI_AVX512)
#endif

using Pair = bool (*)(const Row& p, const Row& q, std::ptrdiff_t size, std::ptrdiff_t token,
                      double* buffer, std::ptrdiff_t room, double* into);

// The implementations that this machine supports, in the order of KINDS.
inline std::vector<Pair> pairs_of_this_machine() {
    return of_this_machine<Pair>({pair_one_by_one,
#ifdef CECLI_LANES
                                  pair_avx2, pair_avx512
#endif
    });
}

}  // namespace cecli
