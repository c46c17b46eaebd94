// Products of hashed rows modulo a prime of 3072 bits; `cecli.numerics.multisets` describes them.

#pragma once

#include "blake2b.hpp"

#ifdef CECLI_LANES
#include <immintrin.h>
#define CECLI_IFMA __attribute__((target("avx512f,avx512ifma")))
#endif

namespace cecli {

constexpr int WORDS = 48, PARTS = WORDS / HASH_WORDS, DIGEST = 64, TEXT_DIGEST = 32;
// The prime is 2^3072 - BELOW.
constexpr std::uint64_t BELOW = 1103717;

constexpr std::uint64_t named(const char* name) {
    std::uint64_t word = 0;
    for (int i = 0; name[i]; ++i) word |= static_cast<std::uint64_t>(name[i]) << (8 * i);
    return word;
}
constexpr std::uint64_t OF_ROW = named("row"), OF_PART = named("part"), OF_TEXT = named("text");

// Rows as columns of words, and the product of their hashes.
struct Rows {
    const std::uint64_t* columns;
    Py_ssize_t width, rows;
    const std::uint64_t* key;
    std::uint64_t* product;
};

// A product of 2 * WORDS words modulo the prime; it may be the prime, or a little more.
inline void reduce(std::uint64_t* into, const std::uint64_t* wide) {
    __extension__ using Double = unsigned __int128;
    std::uint64_t carry = 0;
    for (int i = 0; i < WORDS; ++i) {
        const Double sum = static_cast<Double>(wide[WORDS + i]) * BELOW + wide[i] + carry;
        into[i] = static_cast<std::uint64_t>(sum);
        carry = static_cast<std::uint64_t>(sum >> 64);
    }
    // The second time, the carry is 0 or 1; a third one would need a number that is smaller.
    while (carry) {
        Double sum = static_cast<Double>(carry) * BELOW;
        for (int i = 0; i < WORDS; ++i) {
            sum += into[i];
            into[i] = static_cast<std::uint64_t>(sum);
            sum >>= 64;
        }
        carry = static_cast<std::uint64_t>(sum);
    }
}

inline void multiply(std::uint64_t* product, const std::uint64_t* by) {
    __extension__ using Double = unsigned __int128;
    std::uint64_t wide[2 * WORDS] = {};
    for (int i = 0; i < WORDS; ++i) {
        std::uint64_t carry = 0;
        for (int j = 0; j < WORDS; ++j) {
            const Double sum = static_cast<Double>(product[i]) * by[j] + wide[i + j] + carry;
            wide[i + j] = static_cast<std::uint64_t>(sum);
            carry = static_cast<std::uint64_t>(sum >> 64);
        }
        wide[i + WORDS] = carry;
    }
    reduce(product, wide);
}

// How hashes begin, the same for all rows.
struct Beginnings {
    Chained<std::uint64_t> row, parts[PARTS];

    explicit Beginnings(const std::uint64_t* key) : row(begun(DIGEST, DIGEST, 0, OF_ROW)) {
        std::uint64_t block[BLOCK_WORDS] = {};
        std::memcpy(block, key, DIGEST);
        compress(row, block, BLOCK_BYTES, false);
        for (int i = 0; i < PARTS; ++i) parts[i] = begun(DIGEST, 0, i, OF_PART);
    }
};

template <class Bits>
CECLI_INLINE Chained<Bits> in_lanes(const Chained<std::uint64_t>& of) {
    Chained<Bits> found;
    for (int i = 0; i < HASH_WORDS; ++i) found.words[i] = Bits{} + of.words[i];
    return found;
}

// The numbers that rows are hashed to: a word of each row in each lane.
template <class Bits>
CECLI_INLINE void hashed(Bits* number, const Beginnings& begin, const Rows& of, Py_ssize_t row) {
    Chained<Bits> whole = in_lanes<Bits>(begin.row);
    for (Py_ssize_t from = 0; from < of.width; from += BLOCK_WORDS) {
        Bits block[BLOCK_WORDS] = {};
        const Py_ssize_t left = of.width - from;
        const Py_ssize_t words = left < BLOCK_WORDS ? left : BLOCK_WORDS;
        for (Py_ssize_t i = 0; i < words; ++i)
            std::memcpy(&block[i], of.columns + (from + i) * of.rows + row, sizeof(Bits));
        compress(whole, block, BLOCK_BYTES + 8 * (from + words), left <= BLOCK_WORDS);
    }
    Bits block[BLOCK_WORDS] = {};
    for (int i = 0; i < HASH_WORDS; ++i) block[i] = whole.words[i];
    for (int part = 0; part < PARTS; ++part) {
        Chained<Bits> found = in_lanes<Bits>(begin.parts[part]);
        compress(found, block, DIGEST, true);
        for (int i = 0; i < HASH_WORDS; ++i) number[part * HASH_WORDS + i] = found.words[i];
    }
}

// Multiply by the rows from one on, some at a time, and return the first row that is left.
template <int LANES>
CECLI_INLINE Py_ssize_t times_rows(const Rows& of, const Beginnings& begin, Py_ssize_t row) {
    using Bits = typename Registers<LANES>::Bits;
    for (; row + LANES <= of.rows; row += LANES) {
        Bits number[WORDS];
        hashed(number, begin, of, row);
        for (int lane = 0; lane < LANES; ++lane) {
            std::uint64_t one[WORDS];
            for (int i = 0; i < WORDS; ++i)
                std::memcpy(&one[i], reinterpret_cast<const char*>(&number[i]) + 8 * lane, 8);
            multiply(of.product, one);
        }
    }
    return row;
}

inline void one_by_one(const Rows& of) { times_rows<1>(of, Beginnings(of.key), 0); }

#ifdef CECLI_LANES
CECLI_AVX2 inline void in_fours(const Rows& of) {
    const Beginnings begin(of.key);
    times_rows<1>(of, begin, times_rows<4>(of, begin, 0));
}

// Numbers of 52-bit limbs, eight at a time, for the multiply-add of AVX-512 IFMA. They have 3120
// bits: 2^3120 is BELOW * 2^48 modulo the prime, which is FOLD_0 + FOLD_1 * 2^52.
constexpr int LIMBS = 60, LIMB_BITS = 52;
constexpr std::uint64_t LIMB = (std::uint64_t{1} << LIMB_BITS) - 1;
constexpr std::uint64_t FOLD_0 = (BELOW << 48) & LIMB, FOLD_1 = BELOW >> 4;

constexpr int AT_ONCE = 4;

struct Limbs {
    __m512i at[LIMBS];
};

CECLI_IFMA inline __m512i low(__m512i sum, __m512i x, __m512i y) {
    return _mm512_madd52lo_epu64(sum, x, y);
}

CECLI_IFMA inline __m512i high(__m512i sum, __m512i x, __m512i y) {
    return _mm512_madd52hi_epu64(sum, x, y);
}

// Carry from limb to limb, and return the last carry.
CECLI_IFMA inline __m512i carried(__m512i* limbs, int size) {
    const __m512i mask = _mm512_set1_epi64(LIMB);
    __m512i carry = _mm512_setzero_si512();
    for (int i = 0; i < size; ++i) {
        const __m512i sum = _mm512_add_epi64(limbs[i], carry);
        limbs[i] = _mm512_and_si512(sum, mask);
        carry = _mm512_srli_epi64(sum, LIMB_BITS);
    }
    return carry;
}

CECLI_IFMA inline void multiply(Limbs& product, const Limbs& by) {
    __m512i wide[2 * LIMBS + 2];
    // A sum of at most 120 parts below 2^52 fits in a word. Four sums at a time, as each waits for
    // its last multiply-add.
    __m512i over = _mm512_setzero_si512();
    for (int k = 0; k < 2 * LIMBS - 1; ++k) {
        __m512i sums[AT_ONCE] = {over}, overs[AT_ONCE] = {};
        const int end = k < LIMBS ? k + 1 : LIMBS;
        int i = k < LIMBS ? 0 : k - LIMBS + 1;
        for (; i + AT_ONCE <= end; i += AT_ONCE) {
            for (int j = 0; j < AT_ONCE; ++j) {
                sums[j] = low(sums[j], product.at[i + j], by.at[k - i - j]);
                overs[j] = high(overs[j], product.at[i + j], by.at[k - i - j]);
            }
        }
        for (; i < end; ++i) {
            sums[0] = low(sums[0], product.at[i], by.at[k - i]);
            overs[0] = high(overs[0], product.at[i], by.at[k - i]);
        }
        wide[k] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        over = (overs[0] + overs[1]) + (overs[2] + overs[3]);
    }
    wide[2 * LIMBS - 1] = over;
    carried(wide, 2 * LIMBS);
    const __m512i fold[] = {_mm512_set1_epi64(FOLD_0), _mm512_set1_epi64(FOLD_1)};
    __m512i folded[LIMBS + 2] = {};
    for (int i = 0; i < LIMBS; ++i) folded[i] = wide[i];
    for (int i = 0; i < LIMBS; ++i) {
        const __m512i x = wide[LIMBS + i];
        folded[i] = low(folded[i], x, fold[0]);
        folded[i + 1] = low(high(folded[i + 1], x, fold[0]), x, fold[1]);
        folded[i + 2] = high(folded[i + 2], x, fold[1]);
    }
    carried(folded, LIMBS + 2);
    // What is beyond is folded again, and what that carries, which is 0 or 1, once more.
    __m512i beyond[] = {folded[LIMBS], folded[LIMBS + 1]};
    for (int again = 0; again < 2; ++again) {
        for (int j = 0; j < 2; ++j) {
            folded[j] = low(folded[j], beyond[j], fold[0]);
            folded[j + 1] = low(high(folded[j + 1], beyond[j], fold[0]), beyond[j], fold[1]);
            folded[j + 2] = high(folded[j + 2], beyond[j], fold[1]);
        }
        beyond[0] = carried(folded, LIMBS);
        beyond[1] = _mm512_setzero_si512();
    }
    for (int i = 0; i < LIMBS; ++i) product.at[i] = folded[i];
}

CECLI_IFMA inline Limbs as_limbs(const Registers<8>::Bits* words) {
    const __m512i mask = _mm512_set1_epi64(LIMB);
    Limbs found;
    for (int i = 0; i < LIMBS; ++i) {
        const int word = i * LIMB_BITS / 64, shift = i * LIMB_BITS % 64;
        __m512i bits = _mm512_setzero_si512();
        if (word < WORDS) bits = _mm512_srli_epi64(bits_as<__m512i>(words[word]), shift);
        if (shift > 12 && word + 1 < WORDS)
            bits |= _mm512_slli_epi64(bits_as<__m512i>(words[word + 1]), 64 - shift);
        found.at[i] = _mm512_and_si512(bits, mask);
    }
    return found;
}

// Multiply by the number in one lane.
inline void multiply(std::uint64_t* product, const Limbs& by, int lane) {
    std::uint64_t wide[2 * WORDS] = {}, number[WORDS];
    for (int i = 0; i < LIMBS; ++i) {
        const int word = i * LIMB_BITS / 64, shift = i * LIMB_BITS % 64;
        std::uint64_t limb;
        std::memcpy(&limb, reinterpret_cast<const char*>(&by.at[i]) + 8 * lane, 8);
        wide[word] |= limb << shift;
        if (shift > 12) wide[word + 1] |= limb >> (64 - shift);
    }
    reduce(number, wide);
    multiply(product, number);
}

CECLI_IFMA inline void in_eights(const Rows& of) {
    const Beginnings begin(of.key);
    Registers<8>::Bits number[WORDS];
    Py_ssize_t row = 0;
    if (of.rows >= 8) {
        hashed(number, begin, of, row);
        Limbs products = as_limbs(number);
        for (row = 8; row + 8 <= of.rows; row += 8) {
            hashed(number, begin, of, row);
            multiply(products, as_limbs(number));
        }
        for (int lane = 0; lane < 8; ++lane) multiply(of.product, products, lane);
    }
    times_rows<1>(of, begin, row);
}
#endif

struct Multiplier {
    const char* name;
    void (*run)(const Rows& of);
};

// The implementations that this machine supports, the fastest last. All give the same product.
inline std::vector<Multiplier> multipliers_of_this_machine() {
    std::vector<Multiplier> found = {{"one by one", one_by_one}};
#ifdef CECLI_LANES
    if (kinds_of_this_machine() > 1) found.push_back({"avx2", in_fours});
    if (kinds_of_this_machine() > 2 && __builtin_cpu_supports("avx512ifma"))
        found.push_back({"avx512ifma", in_eights});
#endif
    return found;
}

// The hashes of texts, one after the other among the letters, which end there.
inline void hash_texts(const unsigned char* letters, const std::int64_t* ends, Py_ssize_t texts,
                       std::uint64_t* into) {
    std::int64_t from = 0;
    for (Py_ssize_t text = 0; text < texts; ++text) {
        Chained<std::uint64_t> of = begun(TEXT_DIGEST, 0, 0, OF_TEXT);
        const std::int64_t bytes = ends[text] - from;
        std::int64_t taken = 0;
        do {
            std::uint64_t block[BLOCK_WORDS] = {};
            const std::int64_t left = bytes - taken, size = BLOCK_BYTES;
            const std::int64_t some = left < size ? left : size;
            if (some) std::memcpy(block, letters + from + taken, some);
            taken += some;
            compress(of, block, taken, taken == bytes);
        } while (taken < bytes);
        std::memcpy(into + text * (TEXT_DIGEST / 8), of.words, TEXT_DIGEST);
        from = ends[text];
    }
}

}  // namespace cecli
