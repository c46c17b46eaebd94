// Loops over rows and cells: sums of rows in cells, and isotonic regression over cells.

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
};

// Cells by their codes, all empty between uses. Pages of them take memory once they are used.
class Cells {
    static constexpr int PAGE_BITS = 12;
    static constexpr std::ptrdiff_t PAGE = std::ptrdiff_t{1} << PAGE_BITS;
    static constexpr std::size_t KEPT = 256;  // pages that stay allocated between uses

    struct Page {
        Cell cells[PAGE];
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

    // Adds to a cell; returns false if there is no memory for it.
    bool add(std::int64_t code, const Cell& other) {
        std::unique_ptr<Page, Free>& page = pages_[static_cast<std::size_t>(code >> PAGE_BITS)];
        if (!page) {
            page.reset(static_cast<Page*>(std::calloc(1, sizeof(Page))));
            if (!page) return false;
        }
        const std::ptrdiff_t place = code & (PAGE - 1);
        // Without branches, of which many would be predicted wrongly.
        page->used[place >> 6] |= std::uint64_t{1} << (place & 63);
        Cell& cell = page->cells[place];
        cell.rows += other.rows;
        cell.events += other.events;
        cell.offset += other.offset;
        cell.carry += other.carry;
        cell.below = other.below > cell.below ? other.below : cell.below;
        cell.most = other.most > cell.most ? other.most : cell.most;
        return true;
    }

    std::ptrdiff_t used() const {
        std::ptrdiff_t count = 0;
        for (const auto& page : pages_)
            if (page)
                for (const std::uint64_t word : page->used) count += __builtin_popcountll(word);
        return count;
    }

    // Writes the used cells in the order of their codes, and empties them.
    void take(int inner_bits, std::int64_t* table) {
        std::size_t kept = 0;
        for (std::size_t place = 0; place < pages_.size(); ++place) {
            if (!pages_[place]) continue;
            table = take(*pages_[place], static_cast<std::int64_t>(place) << PAGE_BITS, inner_bits,
                         table);
            if (++kept > KEPT) pages_[place].reset();
        }
    }

private:
    static std::int64_t* take(Page& page, std::int64_t first, int inner_bits,
                              std::int64_t* table) {
        const std::int64_t inner = (std::int64_t{1} << inner_bits) - 1;
        for (std::ptrdiff_t place = 0; place < PAGE / 64; ++place) {
            for (std::uint64_t word = page.used[place]; word; word &= word - 1) {
                const std::ptrdiff_t at = place * 64 + __builtin_ctzll(word);
                Cell& cell = page.cells[at];
                const std::int64_t fields[COLUMNS] = {
                    first + at, cell.rows, cell.events, cell.offset & inner,
                    cell.carry + (cell.offset >> inner_bits), LARGEST - cell.below,
                    cell.most};
                for (int k = 0; k < COLUMNS; ++k) *table++ = fields[k];
                cell = Cell{};
            }
            page.used[place] = 0;
        }
        return table;
    }

    std::vector<std::unique_ptr<Page, Free>> pages_;
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
        if (!cells.add(codes[i], row)) return NO_MEMORY;
    }
    return ADDED;
}

// Adds packed rows to the cells of their leading bits.
inline Outcome add_packed(Cells& cells, const std::uint64_t* packed, std::ptrdiff_t rows,
                          std::int64_t size, int inner_bits) {
    const std::int64_t inner = (std::int64_t{1} << inner_bits) - 1;
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        const std::int64_t key = static_cast<std::int64_t>(packed[i] >> 1);
        const Cell row{1, static_cast<std::int64_t>(packed[i] & 1), key & inner, 0, LARGEST - key,
                       key};
        const std::int64_t code = key >> inner_bits;
        if (code >= size) return REFUSED;
        if (!cells.add(code, row)) return NO_MEMORY;
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
        const Cell cell{table[1], table[2], table[3], table[4], LARGEST - table[5], table[6]};
        if (!cells.add(table[0], cell)) return NO_MEMORY;
    }
    return ADDED;
}

__extension__ using Wide = __int128;

// Writes the first cell of each pool, ascending, and returns the number of pools.
inline std::ptrdiff_t pool(const std::int64_t* weight, const std::int64_t* events,
                           std::ptrdiff_t size, std::int64_t* starts) {
    struct Pool {
        std::int64_t weight, events;
    };
    std::vector<Pool> pools;
    pools.reserve(static_cast<std::size_t>(size));
    std::ptrdiff_t count = 0;
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        Pool last{weight[i], events[i]};
        std::int64_t start = i;
        while (!pools.empty() && static_cast<Wide>(pools.back().events) * last.weight >=
                                     static_cast<Wide>(last.events) * pools.back().weight) {
            last.weight += pools.back().weight;
            last.events += pools.back().events;
            start = starts[--count];
            pools.pop_back();
        }
        pools.push_back(last);
        starts[count++] = start;
    }
    return count;
}

// Marks the cells that could lie below the fit if their events came last.
inline void mark_living(const std::int64_t* weight, const std::int64_t* events,
                        const std::int64_t* starts, std::ptrdiff_t pools, std::ptrdiff_t size,
                        const unsigned char* is_wide, unsigned char* is_living) {
    for (std::ptrdiff_t k = 0; k < pools; ++k) {
        const std::ptrdiff_t end = k + 1 < pools ? starts[k + 1] : size;
        std::int64_t all = 0, happened = 0;
        for (std::ptrdiff_t i = starts[k]; i < end; ++i) {
            all += weight[i];
            happened += events[i];
        }
        std::int64_t x = 0, y = 0;
        for (std::ptrdiff_t i = starts[k]; i < end; ++i) {
            const std::int64_t corner = x + weight[i] - events[i];
            is_living[i] = is_wide[i] && static_cast<Wide>(y) * all <
                                             static_cast<Wide>(corner) * happened;
            x += weight[i];
            y += events[i];
        }
    }
}

}  // namespace cecli
