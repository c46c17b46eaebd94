// The positions of special bytes, 64 at a time.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cecli {

struct Text {
    const std::uint8_t* begin;
    std::ptrdiff_t size;
    std::uint8_t delimiter, quote;
};

// The bytes from begin to end of a text.
struct Span {
    std::uint32_t begin, end;
};

// One bit for each of 64 bytes, the lowest for the first.
struct Marks {
    std::uint64_t ends;      // delimiters and newlines, which end fields
    std::uint64_t newlines;
    std::uint64_t returns;   // carriage returns
    std::uint64_t quotes;
    std::uint64_t nuls;
};

// The marks of the first bytes only, of which there are fewer than 64.
inline Marks first_of(const Marks& seen, int bytes) {
    const std::uint64_t real = (std::uint64_t{1} << bytes) - 1;
    return {seen.ends & real, seen.newlines & real, seen.returns & real, seen.quotes & real,
            seen.nuls & real};
}

// The first eight bytes as a little-endian number. On most machines it compiles to one load.
inline std::uint64_t word(const std::uint8_t* text) {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value |= std::uint64_t{text[i]} << (8 * i);
    return value;
}

}  // namespace cecli
