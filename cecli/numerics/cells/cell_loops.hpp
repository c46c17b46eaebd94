// Loops over rows: their sums in cells.

#pragma once

#include "keys.hpp"
#include "paged.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace cecli {

// Writes the keys of predictions.
inline void write_keys(const double* q, const double* rest, std::ptrdiff_t rows,
                       std::int64_t* keys) {
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        keys[i] = keys_of<1>(q[i], rest ? rest[i] : 1.0 - q[i]);
    }
}

// Writes packed rows; returns whether all targets are 0 or 1.
inline bool write_packed(const double* q, const double* rest, const double* target,
                         std::ptrdiff_t rows, std::uint64_t* into) {
    bool is_hard = true;
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        const bool happened = target[i] == 1.0;
        is_hard &= happened | (target[i] == 0.0);
        into[i] = packed<1>(q[i], rest ? rest[i] : 1.0 - q[i], happened);
    }
    return is_hard;
}

// Adds rows if all targets are 0 or 1 and all codes are in range.
inline Outcome add_rows(Cells& cells, const std::int64_t* codes, const std::int64_t* keys,
                     const double* target, std::ptrdiff_t rows, std::int64_t size,
                     int inner_bits) {
    const std::int64_t inner = (std::int64_t{1} << inner_bits) - 1;
    bool is_hard = true;
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        const bool happened = target[i] == 1.0;
        is_hard &= happened | (target[i] == 0.0);
        is_hard &= static_cast<std::uint64_t>(codes[i]) < static_cast<std::uint64_t>(size);
    }
    if (!is_hard) return REFUSED;
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        const std::int64_t key = keys[i];
        const Cell row{1, target[i] == 1.0, key & inner, 0, LARGEST - key, key};
        Cell* cell = cells.whole.find(codes[i]);
        if (!cell) return NO_MEMORY;
        cell->add(row);
    }
    return ADDED;
}

// Ranges of keys, ascending, each divided into cells of equal width. The ranges of the cell of leading
// bits base + c are those from firsts[c] on, before firsts[c + 1].
struct Range {
    std::int64_t least, most, start, shift;
};
struct Ranges {
    const Range* ranges;
    const std::int32_t* firsts;
    std::int64_t base, cells;

    // Returns the cell of a key, or -1 if it is in no range.
    std::int64_t code(std::int64_t key, int inner_bits) const {
        const std::int64_t cell = (key >> inner_bits) - base;
        if (static_cast<std::uint64_t>(cell) >= static_cast<std::uint64_t>(cells)) return -1;
        std::int32_t first = firsts[cell], end = firsts[cell + 1];
        if (first == end) return -1;
        while (end - first > 1) {
            const std::int32_t middle = first + (end - first) / 2;
            (ranges[middle].least <= key ? first : end) = middle;
        }
        const Range& range = ranges[first];
        if (key < range.least || key > range.most) return -1;
        return range.start + ((key - range.least) >> range.shift);
    }
};

// Copies the packed rows that are in some range, and returns their number.
inline std::ptrdiff_t keep_within(const std::uint64_t* packed, std::ptrdiff_t rows, int inner_bits,
                                  const Ranges& ranges, std::uint64_t* kept) {
    std::ptrdiff_t count = 0;
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        kept[count] = packed[i];
        count += ranges.code(static_cast<std::int64_t>(packed[i] >> 1), inner_bits) >= 0;
    }
    return count;
}

// Writes the predictions and the targets of packed rows.
inline void write_numbers(const std::uint64_t* packed, std::ptrdiff_t rows, double* q,
                          double* target) {
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        const auto key = static_cast<std::int64_t>(packed[i] >> 1);
        const bool is_low = key < LARGEST / 2;
        const std::int64_t bits = is_low ? key : LARGEST - key;
        double near;
        std::memcpy(&near, &bits, sizeof near);
        q[i] = is_low ? near : 1.0 - near;
        target[i] = static_cast<double>(packed[i] & 1);
    }
}

// The code of a packed row: its range, or the leading bits of its key if there are none.
inline std::int64_t code_of(std::int64_t key, int inner_bits, const Ranges* ranges) {
    return ranges ? ranges->code(key, inner_bits) : key >> inner_bits;
}

// Adds packed rows to the cells of ranges, or of their leading bits if there are none.
inline Outcome add_packed(Cells& cells, const std::uint64_t* packed, std::ptrdiff_t rows,
                          std::int64_t size, int inner_bits, const Ranges* ranges) {
    constexpr std::ptrdiff_t AHEAD = 256;  // rows whose cells are on their way to the cache
    const std::int64_t inner = (std::int64_t{1} << inner_bits) - 1;
    RowCell* found[AHEAD];
    for (std::ptrdiff_t start = 0; start < rows; start += AHEAD, packed += AHEAD) {
        const std::ptrdiff_t some = rows - start < AHEAD ? rows - start : AHEAD;
        for (std::ptrdiff_t i = 0; i < some; ++i) {
            const auto key = static_cast<std::int64_t>(packed[i] >> 1);
            const std::int64_t code = ranges ? ranges->code(key, inner_bits) : key >> inner_bits;
            if (static_cast<std::uint64_t>(code) >= static_cast<std::uint64_t>(size))
                return REFUSED;
            found[i] = cells.of_rows.find(code);
            if (!found[i]) return NO_MEMORY;
            __builtin_prefetch(found[i], 1);
        }
        for (std::ptrdiff_t i = 0; i < some; ++i) found[i]->add(packed[i], inner);
    }
    return ADDED;
}

// Adds the cells of a table if all codes are in range.
inline Outcome add_table(Cells& cells, const std::int64_t* table, std::ptrdiff_t used,
                      std::int64_t size) {
    for (std::ptrdiff_t i = 0; i < used; ++i) {
        const std::int64_t code = table[i * COLUMNS];
        if (static_cast<std::uint64_t>(code) >= static_cast<std::uint64_t>(size)) return REFUSED;
    }
    for (std::ptrdiff_t i = 0; i < used; ++i, table += COLUMNS) {
        const Cell line{table[1], table[2], table[3], table[4], LARGEST - table[5], table[6]};
        Cell* cell = cells.whole.find(table[0]);
        if (!cell) return NO_MEMORY;
        cell->add(line);
    }
    return ADDED;
}

}  // namespace cecli
