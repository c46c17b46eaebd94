// Loops over rows and cells: sums of rows in cells, and isotonic regression over cells.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <vector>

namespace cecli {

constexpr int COLUMNS = 7;  // of a table: its code, and the fields of a cell

// The rows in a cell. The sum of the inner bits of their keys is offset + 2^inner_bits * carry.
struct Cell {
    std::int64_t rows, events, offset, carry, least, most;
};

// Cells by their codes, all empty between uses; only what is used takes memory and time.
class Cells {
public:
    Cells() = default;
    Cells(const Cells&) = delete;
    Cells& operator=(const Cells&) = delete;
    ~Cells() { std::free(cells_); }

    void reserve(std::ptrdiff_t size) {
        if (size <= size_) return;
        std::free(cells_);
        cells_ = nullptr;
        size_ = 0;
        cells_ = static_cast<Cell*>(std::calloc(static_cast<std::size_t>(size), sizeof(Cell)));
        if (!cells_) throw std::bad_alloc();
        size_ = size;
        words_.assign(static_cast<std::size_t>(size / 64 + 1), 0);
    }

    void add(std::int64_t code, const Cell& other) {
        Cell& cell = cells_[code];
        if (cell.rows == 0) {
            words_[static_cast<std::size_t>(code >> 6)] |= std::uint64_t{1} << (code & 63);
            cell = other;
            return;
        }
        cell.rows += other.rows;
        cell.events += other.events;
        cell.offset += other.offset;
        cell.carry += other.carry;
        if (other.least < cell.least) cell.least = other.least;
        if (other.most > cell.most) cell.most = other.most;
    }

    std::ptrdiff_t used() const {
        std::ptrdiff_t count = 0;
        for (const std::uint64_t word : words_) count += __builtin_popcountll(word);
        return count;
    }

    // Writes the used cells in the order of their codes, and empties them.
    void take(int inner_bits, std::int64_t* table) {
        const std::int64_t inner = (std::int64_t{1} << inner_bits) - 1;
        for (std::size_t place = 0; place < words_.size(); ++place) {
            for (std::uint64_t word = words_[place]; word; word &= word - 1) {
                const std::int64_t code =
                    static_cast<std::int64_t>(place) * 64 + __builtin_ctzll(word);
                Cell& cell = cells_[code];
                const std::int64_t fields[COLUMNS] = {
                    code,       cell.rows,  cell.events, cell.offset & inner,
                    cell.carry + (cell.offset >> inner_bits), cell.least, cell.most};
                for (int k = 0; k < COLUMNS; ++k) *table++ = fields[k];
                cell = Cell{};
            }
            words_[place] = 0;
        }
    }

private:
    Cell* cells_ = nullptr;
    std::ptrdiff_t size_ = 0;
    std::vector<std::uint64_t> words_;
};

inline Cells& cells_of_this_thread(std::ptrdiff_t size) {
    static thread_local Cells cells;
    cells.reserve(size);
    return cells;
}

// Returns whether all targets are 0 or 1 and all codes are in range; then the rows were added.
inline bool add_rows(Cells& cells, const std::int64_t* codes, const std::int64_t* keys,
                     const double* target, std::ptrdiff_t rows, std::int64_t size,
                     int inner_bits) {
    const std::int64_t inner = (std::int64_t{1} << inner_bits) - 1;
    bool is_hard = true;
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        const bool happened = target[i] == 1.0;
        is_hard &= happened | (target[i] == 0.0);
        is_hard &= static_cast<std::uint64_t>(codes[i]) < static_cast<std::uint64_t>(size);
    }
    if (!is_hard) return false;
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        const std::int64_t key = keys[i];
        cells.add(codes[i], {1, target[i] == 1.0, key & inner, 0, key, key});
    }
    return true;
}

// Returns whether all codes are in range; then the cells of the table were added.
inline bool add_table(Cells& cells, const std::int64_t* table, std::ptrdiff_t used,
                      std::int64_t size) {
    for (std::ptrdiff_t i = 0; i < used; ++i) {
        const std::int64_t code = table[i * COLUMNS];
        if (static_cast<std::uint64_t>(code) >= static_cast<std::uint64_t>(size)) return false;
    }
    for (std::ptrdiff_t i = 0; i < used; ++i, table += COLUMNS)
        cells.add(table[0], {table[1], table[2], table[3], table[4], table[5], table[6]});
    return true;
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
