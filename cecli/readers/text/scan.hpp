// The kernels that find fields, as this machine supports them, the fastest last. All give the same
// results.
#pragma once

#include "marks.hpp"
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

#include "fields.inc"

}  // namespace portable

#ifdef CECLI_X86

#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,popcnt")
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

#include "fields.inc"

}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,bmi,bmi2,popcnt")
namespace avx512 {

inline Marks marks(const std::uint8_t* text, std::uint8_t delimiter, std::uint8_t quote) {
    const __m512i bytes = _mm512_loadu_si512(text);
    const auto equal = [&](std::uint8_t byte) -> std::uint64_t {
        return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(static_cast<char>(byte)));
    };
    const std::uint64_t newlines = equal('\n');
    return {newlines | equal(delimiter), newlines, equal('\r'), equal(quote), equal(0)};
}

#include "fields.inc"

}  // namespace avx512
#pragma GCC pop_options

#endif

struct Scan {
    const char* name;
    bool (*find_fields)(const Text& text, const Wanted& wanted, Rows& rows);
    Ends (*end_of_records)(const Text& text);
    std::int64_t (*count_newlines)(const Text& text);
};

inline std::vector<Scan> scans_of_this_machine() {
    std::vector<Scan> scans = {{"portable", portable::find_fields, portable::end_of_records,
                                portable::count_newlines}};
#ifdef CECLI_X86
    __builtin_cpu_init();
    const bool counts_bits = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                             __builtin_cpu_supports("popcnt");
    if (counts_bits && __builtin_cpu_supports("avx2")) {
        scans.push_back({"avx2", avx2::find_fields, avx2::end_of_records, avx2::count_newlines});
    }
    if (counts_bits && __builtin_cpu_supports("avx512bw")) {
        scans.push_back(
            {"avx512", avx512::find_fields, avx512::end_of_records, avx512::count_newlines});
    }
#endif
    return scans;
}

}  // namespace cecli
