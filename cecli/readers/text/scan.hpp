// The kernels that find and read fields, as this machine supports them, the fastest last. All give the
// same results.
#pragma once

#include "decimals.hpp"
#include "marks.hpp"
#include "numbers.hpp"
#include "rows.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>
#define CECLI_X86
#endif

namespace cecli {

// The distance of prefetching, which not all machines do on their own.
constexpr std::ptrdiff_t AHEAD = 2048;

// The end of the last whole record, whether a quote is open there, and whether quotes are strict.
struct Ends {
    std::ptrdiff_t end;
    bool is_open, is_strict;
};

namespace portable {

// One bit for each of eight bytes: whether it equals `byte`. No carry passes between bytes, so each
// bit depends on its own byte only. The product gathers the highest bits (Hacker's Delight, 6-1).
inline std::uint64_t equal(std::uint64_t bytes, std::uint8_t byte) {
    constexpr std::uint64_t ones = 0x0101010101010101, low = 0x7f * ones;
    const std::uint64_t other = bytes ^ (ones * byte);
    const std::uint64_t same = ~(((other & low) + low) | other | low);
    return ((same >> 7) * 0x0102040810204080) >> 56;
}

inline Marks marks(const std::uint8_t* text, std::uint8_t delimiter, std::uint8_t quote) {
    Marks seen{};
    for (int i = 0; i < 64; i += 8) {
        const std::uint64_t bytes = word(text + i);
        const std::uint64_t ends_line = equal(bytes, '\n');
        seen.newlines |= ends_line << i;
        seen.ends |= (ends_line | equal(bytes, delimiter)) << i;
        seen.returns |= equal(bytes, '\r') << i;
        seen.quotes |= equal(bytes, quote) << i;
        seen.nuls |= equal(bytes, 0) << i;
    }
    return seen;
}

// Reads the last `count` of eight bytes; returns whether they are digits.
inline bool read_digits(const std::uint8_t* text, int count, std::uint64_t& value) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    const int others = 8 * (8 - count);
    const std::uint64_t digits = (word(text) ^ (ones * '0')) >> others << others;
    // Two, then four, then eight digits. The lower byte comes first, so it counts more.
    const std::uint64_t two = (digits * (1 + (10 << 8)) >> 8) & 0x00ff00ff00ff00ff;
    const std::uint64_t four = (two * (1 + (100 << 16)) >> 16) & 0x0000ffff0000ffff;
    value = four * (1 + (std::uint64_t{10'000} << 32)) >> 32;
    // Adding 118 to 10 or more sets the highest bit of a byte.
    return !((digits | (digits + ones * 118)) & (ones * 128));
}

// Finds the digits of a usual decimal: some digits, with a point or without; returns whether it is one
// whose places and digits are not too many.
inline bool find_digits(const Text& text, const std::uint8_t* first, const std::uint8_t* last,
                        Digits& digits, int& places) {
    constexpr std::ptrdiff_t MOST = 19;  // digits that fit 64 bits, whatever they are
    const std::uint8_t* at = first;
    std::uint64_t whole = 0, parts[3] = {};
    for (; at < last && *at >= '0' && *at <= '9'; ++at) whole = 10 * whole + (*at - '0');
    const std::ptrdiff_t before = at - first, after = at < last ? last - at - 1 : 0;
    if (before + after == 0 || before > MOST || after > MOST_PLACES) return false;
    if (at < last && (*at != '.' || last - text.begin < 24)) return false;
    for (int k = 0, left = static_cast<int>(after); left > 0; ++k, left -= 8)
        if (!read_digits(last - 8 * (k + 1), left < 8 ? left : 8, parts[k])) return false;
    if (parts[2] > 999 || (whole && before + after > MOST)) return false;
    for (std::ptrdiff_t i = 0; whole && i < after; ++i) whole *= 10;
    whole += (parts[2] * EIGHT_DIGITS + parts[1]) * EIGHT_DIGITS + parts[0];
    digits = {0, static_cast<std::int32_t>(whole / EIGHT_DIGITS / EIGHT_DIGITS),
              static_cast<std::int32_t>(whole / EIGHT_DIGITS % EIGHT_DIGITS),
              static_cast<std::int32_t>(whole % EIGHT_DIGITS)};
    places = static_cast<int>(after);
    return true;
}

#include "numbers.inc"

#include "fields.inc"

}  // namespace portable

#ifdef CECLI_X86

#pragma GCC push_options
#pragma GCC target("avx2,fma,bmi,bmi2,popcnt")
namespace avx2 {

// 64 bytes, or the results of a comparison in the highest bit of each.
struct Bytes {
    explicit Bytes(const std::uint8_t* text)
        : low(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(text))),
          high(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32))) {}

    Bytes(__m256i low, __m256i high) : low(low), high(high) {}

    Bytes operator==(std::uint8_t byte) const {
        const __m256i wanted = _mm256_set1_epi8(static_cast<char>(byte));
        return {_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted)};
    }

    Bytes operator|(Bytes other) const {
        return {_mm256_or_si256(low, other.low), _mm256_or_si256(high, other.high)};
    }

    std::uint64_t bits() const {
        const auto bits_of = [](__m256i half) {
            return static_cast<std::uint32_t>(_mm256_movemask_epi8(half));
        };
        return bits_of(low) | std::uint64_t{bits_of(high)} << 32;
    }

    __m256i low, high;
};

// The number of 32 digits, a byte each.
inline Digits digits_of(__m256i bytes) {
    // Two, four, then eight digits in each place.
    const __m256i two = _mm256_maddubs_epi16(bytes, _mm256_set1_epi16(10 + (1 << 8)));
    const __m256i four = _mm256_madd_epi16(two, _mm256_set1_epi32(100 + (1 << 16)));
    const __m256i eight = _mm256_madd_epi16(_mm256_packus_epi32(four, four),
                                            _mm256_set1_epi32(10'000 + (1 << 16)));
    Digits digits;
    _mm_storeu_si128(
        reinterpret_cast<__m128i*>(&digits),
        _mm_unpacklo_epi64(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1)));
    return digits;
}

// The bytes from `first` on have all bits, those before it none.
inline __m256i from(std::uint32_t first) {
    alignas(64) static constexpr std::int8_t STEP[64] = {
        0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
        0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(STEP + 32 - first));
}

// Finds the digits of a usual decimal: some digits, with a point or without; returns whether it is one
// whose places are not too many.
inline bool find_digits(const Text& text, const std::uint8_t* first, const std::uint8_t* last,
                        Digits& digits, int& places) {
    const auto size = static_cast<std::uint64_t>(last - first);
    if (size - 1 >= 32 || last - text.begin < 33) return false;
    const auto load = [&](const std::uint8_t* at) {
        return _mm256_sub_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)),
                               _mm256_set1_epi8('0'));
    };
    const auto bits = [](__m256i bytes) {
        return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
    };
    const __m256i bytes = load(last - 32);
    const __m256i nine = _mm256_set1_epi8(9);
    const auto start = static_cast<std::uint32_t>(32 - size);
    const std::uint32_t field = ~std::uint32_t{0} << start;
    const std::uint32_t others =
        ~bits(_mm256_cmpeq_epi8(_mm256_max_epu8(bytes, nine), nine)) & field;
    const std::uint32_t points =
        bits(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('.' - '0'))) & field;
    if (others != points || (others & (others - 1)) || others == field) return false;
    // The digits before the point move by one byte, over it.
    const bool has_point = others != 0;
    places = has_point ? 31 - __builtin_ctz(others) : 0;
    const __m256i moved =
        _mm256_blendv_epi8(load(last - 32 - has_point), bytes, from(32 - places));
    digits = digits_of(_mm256_and_si256(moved, from(start + has_point)));
    return places <= MOST_PLACES;
}

inline Marks marks(const std::uint8_t* text, std::uint8_t delimiter, std::uint8_t quote) {
    const Bytes bytes(text), newlines = bytes == '\n';
    const Bytes returns = bytes == '\r', quotes = bytes == quote, nuls = bytes == 0;
    Marks seen = {(newlines | (bytes == delimiter)).bits(), newlines.bits(), 0, 0, 0};
    if ((returns | quotes | nuls).bits()) {  // many texts have none
        seen.returns = returns.bits();
        seen.quotes = quotes.bits();
        seen.nuls = nuls.bits();
    }
    return seen;
}

#include "numbers.inc"

#include "fields.inc"

}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx2,fma,bmi,bmi2,popcnt")
namespace avx512 {

// Finds the digits of a usual decimal: some digits, with a point or without; returns whether it is one
// whose places are not too many. Bytes that a mask leaves out are not read.
inline bool find_digits(const Text&, const std::uint8_t* first, const std::uint8_t* last,
                        Digits& digits, int& places) {
    const auto size = static_cast<std::uint64_t>(last - first);
    if (size - 1 >= 32) return false;
    const std::uint32_t field = ~std::uint32_t{0} << (32 - size);
    const __m256i bytes = _mm256_maskz_loadu_epi8(field, last - 32);
    const __m256i zero = _mm256_set1_epi8('0'), nine = _mm256_set1_epi8(9);
    const std::uint32_t others =
        _mm256_mask_cmpgt_epu8_mask(field, _mm256_sub_epi8(bytes, zero), nine);
    const std::uint32_t points =
        _mm256_mask_cmpeq_epi8_mask(others, bytes, _mm256_set1_epi8('.'));
    if (others != points || (others & (others - 1)) || others == field) return false;
    // The digits before the point move by one byte, over it.
    const bool has_point = others != 0;
    const std::uint32_t after = ~(others | (others - 1));
    const std::uint32_t before = (field & (others - 1)) << has_point;
    const __m256i moved = _mm256_mask_loadu_epi8(bytes, before, last - 32 - has_point);
    digits = avx2::digits_of(_mm256_maskz_sub_epi8(before | after, moved, zero));
    places = __builtin_popcount(after);
    return places <= MOST_PLACES;
}

inline Marks marks(const std::uint8_t* text, std::uint8_t delimiter, std::uint8_t quote) {
    const __m512i bytes = _mm512_loadu_si512(text);
    const auto equal = [&](std::uint8_t byte) -> std::uint64_t {
        return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(static_cast<char>(byte)));
    };
    const std::uint64_t newlines = equal('\n');
    return {newlines | equal(delimiter), newlines, equal('\r'), equal(quote), equal(0)};
}

// Write the begins of the next fields, one byte after each end, and up to sixteen more values.
inline void write_begins(std::uint64_t ends, std::uint32_t offset, std::uint32_t* begins) {
    const __m512i sixteen = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    for (std::uint32_t i = 0; i < 64; i += 16) {
        const auto some = static_cast<__mmask16>(ends >> i);
        const __m512i after = _mm512_set1_epi32(static_cast<int>(offset + i + 1));
        const __m512i places = _mm512_add_epi32(sixteen, after);
        _mm512_storeu_si512(begins, _mm512_maskz_compress_epi32(some, places));
        begins += __builtin_popcount(some);
    }
}

#include "numbers.inc"

#include "fields.inc"

}  // namespace avx512
#pragma GCC pop_options

#endif

struct Scan {
    const char* name;
    bool (*find_fields)(const Text& text, const Wanted& wanted, Rows& rows);
    Ends (*end_of_records)(const Text& text);
    std::int64_t (*count_newlines)(const Text& text);
    bool (*read_numbers)(const Text& text, const Column& column, const Accepted& accepted,
                         double* into);
};

#define CECLI_SCAN(KIND)                                                                           \
    Scan { #KIND, KIND::find_fields, KIND::end_of_records, KIND::count_newlines, KIND::read_numbers }

inline std::vector<Scan> scans_of_this_machine() {
    std::vector<Scan> scans = {CECLI_SCAN(portable)};
#ifdef CECLI_X86
    __builtin_cpu_init();
    const bool counts_bits = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                             __builtin_cpu_supports("popcnt");
    const bool has_avx2 =
        counts_bits && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (has_avx2) scans.push_back(CECLI_SCAN(avx2));
    if (has_avx2 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        scans.push_back(CECLI_SCAN(avx512));
#endif
    return scans;
}

}  // namespace cecli
