// Numbers in the shortest decimals that are read back as the same, as Python writes them.

#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <string>

namespace cecli {

// Adds a finite number as `repr` writes it: with an exponent below 1e-4, and from 1e16 on.
inline void add_number(double value, std::string& text) {
    if (std::signbit(value)) text += '-';
    char shortest[32];
    const char* const end =
        std::to_chars(shortest, shortest + sizeof shortest, std::fabs(value),
                      std::chars_format::scientific).ptr;
    const char* const mark = static_cast<const char*>(std::memchr(shortest, 'e', end - shortest));
    char digits[24];
    int count = 0;
    for (const char* from = shortest; from != mark; ++from) {
        if (*from != '.') digits[count++] = *from;
    }
    int exponent = 0;
    for (const char* from = mark + 2; from != end; ++from) exponent = 10 * exponent + (*from - '0');
    const int before = (mark[1] == '-' ? -exponent : exponent) + 1;  // digits before the point
    if (before <= -4 || before > 16) {
        text += digits[0];
        if (count > 1) text.append(1, '.').append(digits + 1, count - 1);
        text.append(mark, end);
    } else if (before <= 0) {
        text.append("0.").append(-before, '0').append(digits, count);
    } else if (before >= count) {
        text.append(digits, count).append(before - count, '0').append(".0");
    } else {
        text.append(digits, before).append(1, '.').append(digits + before, count - before);
    }
}

}  // namespace cecli
