// What Cython cannot say: where the bytes that matter stand, 64 at a time, and std::from_chars.
#pragma once

#include <charconv>
#include <cstdint>
#include <system_error>

#if defined(__SSE2__) && !defined(CECLI_PORTABLE)
#include <emmintrin.h>
#define CECLI_SSE2
#endif

namespace cecli {

// One bit for each of 64 bytes, the lowest for the first.
struct Marks {
    std::uint64_t ends;      // delimiters and newlines: what ends a field
    std::uint64_t newlines;
    std::uint64_t returns;   // carriage returns
    std::uint64_t refused;   // quotes and NULs
};

// The first eight bytes as a number, the first lowest; on most machines compilers make it one load.
inline std::uint64_t word(const std::uint8_t* text) {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value |= std::uint64_t{text[i]} << (8 * i);
    return value;
}

#ifdef CECLI_SSE2

inline Marks marks(const std::uint8_t* text, std::uint8_t delimiter, std::uint8_t quote) {
    const __m128i newline = _mm_set1_epi8('\n'), carriage_return = _mm_set1_epi8('\r'),
                  nul = _mm_setzero_si128(), mark = _mm_set1_epi8(static_cast<char>(quote)),
                  separator = _mm_set1_epi8(static_cast<char>(delimiter));
    const auto bits = [](__m128i equal, int shift) {
        return std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(equal))} << shift;
    };
    Marks seen{};
    for (int i = 0; i < 64; i += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + i));
        const __m128i ends_line = _mm_cmpeq_epi8(bytes, newline);
        seen.newlines |= bits(ends_line, i);
        seen.ends |= bits(_mm_or_si128(ends_line, _mm_cmpeq_epi8(bytes, separator)), i);
        seen.returns |= bits(_mm_cmpeq_epi8(bytes, carriage_return), i);
        seen.refused |=
            bits(_mm_or_si128(_mm_cmpeq_epi8(bytes, mark), _mm_cmpeq_epi8(bytes, nul)), i);
    }
    return seen;
}

#else

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
        seen.refused |= (equal(bytes, quote) | equal(bytes, 0)) << i;
    }
    return seen;
}

#endif

// The marks of the first bytes alone, of which there are fewer than 64.
inline Marks first_of(Marks seen, int bytes) {
    const std::uint64_t real = (std::uint64_t{1} << bytes) - 1;
    return {seen.ends & real, seen.newlines & real, seen.returns & real, seen.refused & real};
}

// Ask for memory that will be read soon.
inline void prefetch(const std::uint8_t* text) { __builtin_prefetch(text); }

inline int count(std::uint64_t bits) { return __builtin_popcountll(bits); }

// Write where the next fields begin, one byte after each end, and return how many they are. Eight
// are written always, more than there may be: branches that depend on the text are slow ones. So
// there must be room for eight at least; there are at most 64.
inline int write_begins(std::uint64_t ends, std::uint32_t offset, std::uint32_t* begins) {
    const int found = count(ends);
    const auto write = [&](int i) {
        begins[i] = offset + static_cast<std::uint32_t>(__builtin_ctzll(ends | 1ull << 63)) + 1;
        ends &= ends - 1;
    };
    for (int i = 0; i < 8; ++i) write(i);
    for (int i = 8; i < found; ++i) write(i);
    return found;
}

// Read all of a text as a decimal that fits a double, correctly rounded. What comes in begins with
// digits or a point, after a minus sign or without: from_chars takes inf and nan, too.
inline bool read_decimal(const std::uint8_t* first, const std::uint8_t* last, double& value) {
    const auto end = reinterpret_cast<const char*>(last);
    const auto done = std::from_chars(reinterpret_cast<const char*>(first), end, value);
    return done.ec == std::errc{} && done.ptr == end;
}

}  // namespace cecli
