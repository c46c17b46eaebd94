// Loops over rows: their sums in cells.

#pragma once

#include "keys.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

namespace cecli {

constexpr int COLUMNS = 7;  // of a table: its code, and the fields of a cell

// The rows in a cell, all 0 if there are none. The sum of the inner bits of their keys is offset +
// 2^inner_bits * carry; the least key is `below` less than the largest of all.
struct Cell {
    std::int64_t rows, events, offset, carry, below, most;

    void add(const Cell& other) {
        rows += other.rows;
        events += other.events;
        offset += other.offset;
        carry += other.carry;
        below = other.below > below ? other.below : below;
        most = other.most > most ? other.most : most;
    }
};

// The same of fewer than 2^22 rows, whose inner bits need no carry, in half a line of the cache.
struct Tally {
    static constexpr std::int64_t ROW = std::int64_t{1} << 32;

    std::int64_t counts;  // the events, and ROW for each row
    std::int64_t offset, below, most;

    void add(std::int64_t key, std::int64_t happened, std::int64_t inner) {
        counts += ROW + happened;
        offset += key & inner;
        below = LARGEST - key > below ? LARGEST - key : below;
        most = key > most ? key : most;
    }

    Cell cell() const { return {counts / ROW, counts % ROW, offset, 0, below, most}; }
};

// Values by their codes, all 0 between uses. Pages of them take memory once they are used.
template <class Value>
class Pages {
    static constexpr int PAGE_BITS = 12;
    static constexpr std::ptrdiff_t PAGE = std::ptrdiff_t{1} << PAGE_BITS;
    static constexpr std::size_t KEPT = 64;  // pages that stay allocated between uses

    struct Page {
        Value values[PAGE];
        std::uint64_t used[PAGE / 64];
    };
    struct Free {
        void operator()(Page* page) const { std::free(page); }
    };

public:
    void reserve(std::int64_t size) {
        const std::size_t pages = static_cast<std::size_t>((size >> PAGE_BITS) + 1);
        if (pages > pages_.size()) pages_.resize(pages);
    }

    // Returns the value of a code, which is used from now on; null if there is no memory for it.
    Value* at(std::int64_t code) {
        std::unique_ptr<Page, Free>& page = pages_[static_cast<std::size_t>(code >> PAGE_BITS)];
        if (!page) {
            page.reset(static_cast<Page*>(std::calloc(1, sizeof(Page))));
            if (!page) return nullptr;
        }
        const std::ptrdiff_t place = code & (PAGE - 1);
        // Without branches, of which many would be predicted wrongly.
        page->used[place >> 6] |= std::uint64_t{1} << (place & 63);
        return &page->values[place];
    }

    std::ptrdiff_t used() const {
        std::ptrdiff_t count = 0;
        for (const auto& page : pages_)
            if (page)
                for (const std::uint64_t word : page->used) count += __builtin_popcountll(word);
        return count;
    }

    // Calls visit(code, value) for all that are used, in the order of their codes, and empties them.
    template <class Visit>
    void take(const Visit& visit) {
        std::size_t kept = 0;
        for (std::size_t number = 0; number < pages_.size(); ++number) {
            if (!pages_[number]) continue;
            Page& page = *pages_[number];
            for (std::ptrdiff_t place = 0; place < PAGE; place += 64) {
                std::uint64_t& word = page.used[place / 64];
                for (; word; word &= word - 1) {
                    const std::ptrdiff_t at = place + __builtin_ctzll(word);
                    visit((static_cast<std::int64_t>(number) << PAGE_BITS) + at, page.values[at]);
                    page.values[at] = Value{};
                }
            }
            if (++kept > KEPT) pages_[number].reset();
        }
    }

private:
    std::vector<std::unique_ptr<Page, Free>> pages_;
};

// Cells by their codes, and rows that are not in them yet.
struct Cells {
    void reserve(std::int64_t size) {
        tallies.reserve(size);
        cells.reserve(size);
    }

    // Adds the tallies to the cells; returns false if there is no memory for all.
    bool settle() {
        bool is_done = true;
        tallies.take([&](std::int64_t code, const Tally& tally) {
            Cell* const cell = cells.at(code);
            is_done &= cell != nullptr;
            if (cell) cell->add(tally.cell());
        });
        return is_done;
    }

    std::ptrdiff_t used() const { return cells.used(); }

    // Writes the used cells in the order of their codes, and empties them.
    void take(int inner_bits, std::int64_t* table) {
        const std::int64_t inner = (std::int64_t{1} << inner_bits) - 1;
        cells.take([&](std::int64_t code, const Cell& cell) {
            const std::int64_t fields[COLUMNS] = {
                code, cell.rows, cell.events, cell.offset & inner,
                cell.carry + (cell.offset >> inner_bits), LARGEST - cell.below, cell.most};
            for (int k = 0; k < COLUMNS; ++k) *table++ = fields[k];
        });
    }

    Pages<Tally> tallies;
    Pages<Cell> cells;
};

inline Cells& cells_of_this_thread(std::int64_t size) {
    static thread_local Cells cells;
    cells.reserve(size);
    return cells;
}

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

enum Outcome { ADDED = 0, REFUSED = 1, NO_MEMORY = 2 };

// Tallies rows if all targets are 0 or 1 and all codes are in range.
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
        Tally* const tally = cells.tallies.at(codes[i]);
        if (!tally) return NO_MEMORY;
        tally->add(keys[i], target[i] == 1.0, inner);
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

// Tallies packed rows in the cells of ranges, or of their leading bits if there are none.
inline Outcome add_packed(Cells& cells, const std::uint64_t* packed, std::ptrdiff_t rows,
                          std::int64_t size, int inner_bits, const Ranges* ranges) {
    const std::int64_t inner = (std::int64_t{1} << inner_bits) - 1;
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        const std::int64_t key = static_cast<std::int64_t>(packed[i] >> 1);
        const std::int64_t code = ranges ? ranges->code(key, inner_bits) : key >> inner_bits;
        if (static_cast<std::uint64_t>(code) >= static_cast<std::uint64_t>(size)) return REFUSED;
        Tally* const tally = cells.tallies.at(code);
        if (!tally) return NO_MEMORY;
        tally->add(key, static_cast<std::int64_t>(packed[i] & 1), inner);
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
        Cell* const cell = cells.cells.at(table[0]);
        if (!cell) return NO_MEMORY;
        cell->add({table[1], table[2], table[3], table[4], LARGEST - table[5], table[6]});
    }
    return ADDED;
}

}  // namespace cecli
