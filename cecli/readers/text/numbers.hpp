// Reading a column of numbers.
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <system_error>

#include "decimals.hpp"
#include "marks.hpp"

namespace cecli {

// The fields of a column, one a row.
struct Column {
    const Span* first;
    std::ptrdiff_t stride, rows;
};

// The numbers that a column may hold: those from low to high, and the infinities if so said.
struct Accepted {
    double low, high;
    bool below, above;

    bool operator()(double value) const {
        if (std::isinf(value)) return value < 0.0 ? below : above;
        return low <= value && value <= high;
    }
};

// The bytes of a field, without the carriage return of its line and the quotes around it.
struct Bare {
    Bare(const Text& text, Span field)
        : first(text.begin + field.begin), last(text.begin + field.end) {
        last -= first < last && last[-1] == '\r';
        const bool is_quoted = first < last && *first == text.quote;
        first += is_quoted;
        last -= is_quoted;
    }

    const std::uint8_t *first, *last;
};

inline bool is_blank(std::uint8_t byte) { return byte == ' ' || byte == '\t'; }

// Reads any number, with blanks around it; returns whether it is one whose value fits a double.
inline bool read_any(const Bare& bare, double& value) {
    const std::uint8_t *first = bare.first, *last = bare.last;
    while (first < last && is_blank(*first)) ++first;
    while (first < last && is_blank(last[-1])) --last;
    const bool is_signed = first < last && (*first == '+' || *first == '-');
    const std::uint8_t* const digits = first + is_signed;
    // from_chars also accepts nan, but a number begins with a digit, a point or the i of inf.
    if (digits == last) return false;
    const std::uint8_t begin = *digits;
    if (!((begin >= '0' && begin <= '9') || begin == '.' || begin == 'i' || begin == 'I'))
        return false;
    if (*first == '+') first = digits;  // from_chars takes no plus
    const auto end = reinterpret_cast<const char*>(last);
    const auto done = std::from_chars(reinterpret_cast<const char*>(first), end, value);
    value += 0.0;  // turns -0.0 into 0.0
    return done.ec == std::errc{} && done.ptr == end;
}

}  // namespace cecli
