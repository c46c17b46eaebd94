// The ways to look for fields that this machine knows, the quickest last. All find the same.
#pragma once

#include "marks.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>
#define CECLI_X86
#endif

namespace cecli {

// How far ahead memory is asked for: not all machines do so on their own.
constexpr std::ptrdiff_t AHEAD = 2048;

struct Text {
    const std::uint8_t* begin;
    std::ptrdiff_t size;
    std::uint8_t delimiter, quote;
};

// A list that grows, and is not written to before that.
struct Positions {
    Positions() = default;
    Positions(const Positions&) = delete;
    Positions& operator=(const Positions&) = delete;
    ~Positions() { std::free(at); }

    std::uint32_t* room_for(std::ptrdiff_t more) {
        if (size + more > room) grow(more);
        return at + size;
    }

    void push_back(std::uint32_t position) {
        *room_for(1) = position;
        ++size;
    }

    std::uint32_t* at = nullptr;
    std::ptrdiff_t size = 0, room = 0;

private:
    void grow(std::ptrdiff_t more) {
        const std::ptrdiff_t wanted = 2 * room + more + 1024;
        void* moved = std::realloc(at, wanted * sizeof(std::uint32_t));
        if (moved == nullptr) throw std::bad_alloc();
        at = static_cast<std::uint32_t*>(moved);
        room = wanted;
    }
};

// Field k is text[begins.at[k] : begins.at[k + 1] - 1].
struct Fields {
    Positions begins;
    std::int64_t records = 0;   // newlines that end one
    std::int64_t newlines = 0;  // all of them
};

// The end of the last whole record, and what quotes have to say.
struct Ends {
    std::ptrdiff_t end;
    bool is_open, is_strict;
};

namespace portable {

// One bit for each of eight bytes that equals another. No carry passes from byte to byte, so that
// no byte is taken for its neighbour; the product gathers the highest bits (Hacker's Delight, 6-1).
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

inline std::uint64_t equal(__m256i low, __m256i high, std::uint8_t byte) {
    const __m256i wanted = _mm256_set1_epi8(static_cast<char>(byte));
    const auto bits = [&](__m256i bytes) {
        return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, wanted)));
    };
    return bits(low) | std::uint64_t{bits(high)} << 32;
}

inline Marks marks(const std::uint8_t* text, std::uint8_t delimiter, std::uint8_t quote) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text)),
                  high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32));
    const std::uint64_t newlines = equal(low, high, '\n');
    return {newlines | equal(low, high, delimiter), newlines, equal(low, high, '\r'),
            equal(low, high, quote), equal(low, high, 0)};
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
    bool (*find_fields)(const Text& text, Fields& fields);
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
