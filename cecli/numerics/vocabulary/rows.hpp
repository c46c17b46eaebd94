// A row of numbers as they are stored, decoded a few classes at a time.

#pragma once

#include "logarithm.hpp"
#include "registers.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace cecli {

// How a number is stored.
enum Encoding { DOUBLE, FLOAT, HALF, BFLOAT, CODE };
constexpr std::ptrdiff_t WIDTHS[] = {8, 4, 2, 2, 2};  // of each, in bytes

constexpr int PARTS = 8;  // of a sum
constexpr int GROUP = 64;  // classes that are compared with the likeliest at a time
constexpr std::ptrdiff_t BLOCK = 1024;  // classes that are decoded at a time

struct Row {
    const unsigned char* values;
    Encoding encoding;
    bool is_probability;
    double scale, least;  // of codes: ln p = scale·code + least
};

// All without a branch and without a float below the normal ones, which are slow.
inline float half_of(std::uint16_t half) {
    const std::uint32_t sign = (half & 0x8000u) << 16, rest = (half & 0x7fffu) << 13;
    // The exponent 31 is that of what is infinite or no number, 0 that of halves below the normal ones.
    const std::uint32_t is_special = ((half & 0x7c00u) + 0x400u) >> 15;
    const std::uint32_t is_small = (half & 0x7c00u) == 0 ? ~0u : 0u;
    const std::uint32_t normal = (rest + (112u << 23)) | ((0u - is_special) & 0x7f800000u);
    const float small = bits_as<float>(rest + (113u << 23)) - 0x1p-14f;
    const std::uint32_t size = (bits_as<std::uint32_t>(small) & is_small) | (normal & ~is_small);
    return bits_as<float>(size | sign);
}

template <class From, class Convert>
CECLI_INLINE void converted(const unsigned char* from, std::ptrdiff_t size, double* into,
                            Convert convert) {
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        From value;
        std::memcpy(&value, from + i * sizeof(From), sizeof(From));
        into[i] = convert(value);
    }
}

// The logarithms of some consecutive classes, and −∞ up to a multiple of GROUP.
template <int LANES>
CECLI_INLINE void decode(const Row& row, std::ptrdiff_t start, std::ptrdiff_t size, double* into) {
    const unsigned char* at = row.values + start * WIDTHS[row.encoding];
    const double scale = row.scale, least = row.least;
    switch (row.encoding) {
        case DOUBLE:
            converted<double>(at, size, into, [](double x) { return x; });
            break;
        case FLOAT:
            converted<float>(at, size, into, [](float x) { return double{x}; });
            break;
        case HALF:
            converted<std::uint16_t>(at, size, into,
                                     [](std::uint16_t x) { return double{half_of(x)}; });
            break;
        case BFLOAT:
            converted<std::uint16_t>(at, size, into, [](std::uint16_t x) {
                return double{bits_as<float>(static_cast<std::uint32_t>(x) << 16)};
            });
            break;
        case CODE:
            converted<std::uint16_t>(at, size, into,
                                     [scale, least](std::uint16_t x) { return scale * x + least; });
            break;
    }
    if (row.is_probability) {
        for (std::ptrdiff_t i = 0; i < size; i += LANES) {
            typename Registers<LANES>::Doubles value;
            load(value, into + i);
            store(into + i, log_of<LANES>(value));
        }
    }
    for (std::ptrdiff_t i = size; i % GROUP != 0; ++i) into[i] = -HUGE_VAL;
}

}  // namespace cecli
