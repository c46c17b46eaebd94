// Exact sums of doubles, and of products of two, in one wide fixed-point number.
//
// A double is m * 2^e with a whole m of 53 bits, and a product of two has 106. The number is kept in
// limbs of 32 bits, each in a signed word of 64, so that 2^29 terms can be added before any carry
// must be passed on.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace cecli {

// The lowest bit of a product of two denormals is 2^-2148.
constexpr int LOWEST = -2148;
constexpr int LIMB_BITS = 32;
// Up to 2^2048 times 2^40 terms, and a sign.
constexpr int LIMBS = (2148 + 2048 + 64) / LIMB_BITS + 1;
constexpr std::ptrdiff_t TERMS_BEFORE_CARRY = 1 << 29;

struct Parts {
    std::uint64_t mantissa;
    int exponent;
    bool negative;
};

inline Parts parts_of(double x) {
    std::uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    const int biased = static_cast<int>(bits >> 52) & 0x7ff;
    const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
    const bool normal = biased != 0;
    return {fraction | (static_cast<std::uint64_t>(normal) << 52), biased + !normal - 1075,
            static_cast<bool>(bits >> 63)};
}

class Accumulator {
public:
    void add(double x) {
        const Parts a = parts_of(x);
        add(a.mantissa, a.exponent, a.negative);
    }

    void add_product(double x, double y) {
        const Parts a = parts_of(x), b = parts_of(y);
        add(static_cast<unsigned __int128>(a.mantissa) * b.mantissa, a.exponent + b.exponent,
            a.negative != b.negative);
    }

    // Adds another sum, whose carries are passed on.
    void add(Accumulator& other) {
        other.carry();
        for (int i = 0; i < PLACES; ++i) limbs_[i] += other.limbs_[i];
    }

    // Passes carries on, so that every limb but the last is a digit from 0 to 2^32 - 1.
    void carry() {
        for (int i = 0; i + 1 < LIMBS; ++i) {
            const std::int64_t over = limbs_[i] >> LIMB_BITS;  // arithmetic: towards minus infinity
            limbs_[i] -= over * (std::int64_t{1} << LIMB_BITS);
            limbs_[i + 1] += over;
        }
    }

    // The sum is that of limb(i) * 2^(LOWEST + LIMB_BITS * i) over all `PLACES` limbs.
    static constexpr int PLACES = LIMBS + 4;
    std::int64_t limb(int i) const { return limbs_[i]; }

    // Writes the sum as a little-endian number in two's complement, in units of 2^LOWEST.
    void write(unsigned char* bytes) {
        carry();
        for (int i = 0; i < LIMBS; ++i) {
            const std::uint32_t digit = static_cast<std::uint32_t>(limbs_[i]);
            for (int k = 0; k < 4; ++k) bytes[4 * i + k] = static_cast<unsigned char>(digit >> (8 * k));
        }
    }

private:
    // Adds or subtracts whole * 2^exponent, with whole below 2^106.
    void add(unsigned __int128 whole, int exponent, bool negative) {
        const int place = exponent - LOWEST;
        std::int64_t* limb = limbs_ + place / LIMB_BITS;
        const int shift = place % LIMB_BITS;
        // 106 bits moved by up to 31 take five limbs: the lowest and highest are split off.
        const unsigned __int128 low = whole << shift;
        const std::uint64_t high =
            shift == 0 ? 0 : static_cast<std::uint64_t>(whole >> (128 - shift));
        const std::int64_t sign = negative ? -1 : 1;
        limb[0] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(low));
        limb[1] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(low >> 32));
        limb[2] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(low >> 64));
        limb[3] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(low >> 96));
        limb[4] += sign * static_cast<std::int64_t>(high);
    }

    // The same for a whole number below 2^64.
    void add(std::uint64_t mantissa, int exponent, bool negative) {
        const int place = exponent - LOWEST;
        std::int64_t* limb = limbs_ + place / LIMB_BITS;
        const unsigned __int128 moved = static_cast<unsigned __int128>(mantissa)
                                        << (place % LIMB_BITS);
        const std::int64_t sign = negative ? -1 : 1;
        limb[0] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(moved));
        limb[1] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(moved >> 32));
        limb[2] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(moved >> 64));
    }

    std::int64_t limbs_[PLACES] = {};
};

// Products of at least this size have an error term that is not subnormal.
constexpr double LEAST_PRODUCT = 0x1p-900, LARGEST_PRODUCT = 0x1p+900;
// A row adds a few terms to each of these.
constexpr std::ptrdiff_t WEIGHTED_BEFORE_CARRY = TERMS_BEFORE_CARRY >> 4;

// Σ wx, Σ w²x and Σ w²x².
struct WeightedMoments {
    Accumulator weighted, twice_weighted, squares;

    void carry() {
        weighted.carry();
        twice_weighted.carry();
        squares.carry();
    }
};

// A rounded product and its rounding error; `is_exact` if the error is a double.
struct Product {
    double rounded, lost;
    bool is_exact;

    Product(double x, double y) : rounded(x * y), lost(std::fma(x, y, -rounded)) {
        const double size = std::fabs(rounded);
        is_exact = size <= LARGEST_PRODUCT && (size >= LEAST_PRODUCT || x == 0.0 || y == 0.0);
    }
};

// One value at a time, on any machine.
struct OneByOne {
    static void sum(const double* x, std::ptrdiff_t size, Accumulator& total) {
        for (std::ptrdiff_t i = 0; i < size; ++i) {
            if (i % TERMS_BEFORE_CARRY == 0) total.carry();
            total.add(x[i]);
        }
    }

    static void dot(const double* x, const double* y, std::ptrdiff_t size, Accumulator& total) {
        for (std::ptrdiff_t i = 0; i < size; ++i) {
            if (i % TERMS_BEFORE_CARRY == 0) total.carry();
            total.add_product(x[i], y[i]);
        }
    }

    static void moments(const double* x, std::ptrdiff_t size, Accumulator& total,
                        Accumulator& squares) {
        for (std::ptrdiff_t i = 0; i < size; ++i) {
            if (i % TERMS_BEFORE_CARRY == 0) {
                total.carry();
                squares.carry();
            }
            if (x[i] == 0.0) continue;
            total.add(x[i]);
            squares.add_product(x[i], x[i]);
        }
    }

    // Returns whether every product wx is the sum of two doubles; if not, the sums are invalid.
    static bool weighted_moments(const double* x, const double* w, std::ptrdiff_t size,
                                 WeightedMoments& sums) {
        for (std::ptrdiff_t i = 0; i < size; ++i) {
            if (i % WEIGHTED_BEFORE_CARRY == 0) sums.carry();
            const Product wx(w[i], x[i]);
            if (!wx.is_exact) return false;
            if (wx.rounded == 0.0) continue;
            sums.weighted.add(wx.rounded);
            sums.weighted.add(wx.lost);
            sums.twice_weighted.add_product(w[i], wx.rounded);
            sums.twice_weighted.add_product(w[i], wx.lost);
            sums.squares.add_product(wx.rounded, wx.rounded);
            sums.squares.add_product(wx.rounded, 2.0 * wx.lost);
            sums.squares.add_product(wx.lost, wx.lost);
        }
        return true;
    }

    // The same for Σ w²xy.
    static bool weighted_dot(const double* x, const double* y, const double* w,
                             std::ptrdiff_t size, Accumulator& total) {
        for (std::ptrdiff_t i = 0; i < size; ++i) {
            if (i % WEIGHTED_BEFORE_CARRY == 0) total.carry();
            const Product wx(w[i], x[i]), wy(w[i], y[i]);
            if (!wx.is_exact || !wy.is_exact) return false;
            total.add_product(wx.rounded, wy.rounded);
            total.add_product(wx.rounded, wy.lost);
            total.add_product(wx.lost, wy.rounded);
            total.add_product(wx.lost, wy.lost);
        }
        return true;
    }
};

}  // namespace cecli
