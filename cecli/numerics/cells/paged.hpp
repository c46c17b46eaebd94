// The cells that rows are counted in, in memory that is used where there are rows.

#pragma once

#include "keys.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

namespace cecli {

// What becomes of rows, or lines of tables, that are added to cells.
enum Outcome { ADDED = 0, REFUSED = 1, NO_MEMORY = 2 };

constexpr int COLUMNS = 7;  // of a table: its code, and the fields of a cell

// The rows in a cell, all 0 if there are none. The sum of the inner bits of their keys is offset +
// 2^inner_bits * carry; the least key is `below` less than the largest of all.
struct Cell {
    std::int64_t rows, events, offset, carry, below, most;

    bool is_used() const { return rows != 0; }

    void add(const Cell& other) {
        rows += other.rows;
        events += other.events;
        offset += other.offset;
        carry += other.carry;
        below = other.below > below ? other.below : below;
        most = other.most > most ? other.most : most;
    }
};

// The same for few enough rows, in half a line of the cache: events count 2^32.
struct alignas(32) RowCell {
    std::int64_t counts, offset, below, most;

    bool is_used() const { return counts != 0; }

    void add(std::uint64_t packed, std::int64_t inner) {
        const auto key = static_cast<std::int64_t>(packed >> 1);
        counts += 1 + (static_cast<std::int64_t>(packed & 1) << 32);
        offset += key & inner;
        below = LARGEST - key > below ? LARGEST - key : below;
        most = key > most ? key : most;
    }

    Cell whole() const { return {counts & 0xFFFFFFFF, counts >> 32, offset, 0, below, most}; }
};

// Cells by their codes, all empty between uses. Pages of them take memory once they are used.
template <class C>
class Paged {
    static constexpr int PAGE_BITS = 12, GROUP_BITS = 6;
    static constexpr std::ptrdiff_t PAGE = std::ptrdiff_t{1} << PAGE_BITS;
    static constexpr std::ptrdiff_t GROUP = std::ptrdiff_t{1} << GROUP_BITS;
    static constexpr std::size_t KEPT = 64;  // pages that stay allocated between uses
    static constexpr std::size_t LINE = 64;  // bytes in a line of the cache

    struct Page {
        C cells[PAGE];
    };
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };
    struct Kept {
        std::unique_ptr<void, Free> memory;
        Page* page = nullptr;
    };

public:
    void reserve(std::int64_t size) {
        const std::size_t pages = static_cast<std::size_t>((size >> PAGE_BITS) + 1);
        if (pages <= pages_.size()) return;
        // The pages come last: without memory for them, their number tells that nothing is reserved.
        is_used_.resize(pages * (PAGE / GROUP));
        pages_.resize(pages);
    }

    // Returns a cell that is about to be used; null if there is no memory for it.
    C* find(std::int64_t code) {
        Kept& kept = pages_[static_cast<std::size_t>(code >> PAGE_BITS)];
        if (!kept.page && !allocate(kept)) return nullptr;
        is_used_[static_cast<std::size_t>(code >> GROUP_BITS)] = true;
        return &kept.page->cells[code & (PAGE - 1)];
    }

    // Calls a function with the code of each used cell and the cell, in the order of the codes.
    template <class Function>
    void each(const Function& function) {
        each_group([&](std::int64_t code, C* cells) {
            for (std::ptrdiff_t i = 0; i < GROUP; ++i)
                if (cells[i].is_used()) function(code + i, cells[i]);
        });
    }

    std::ptrdiff_t used() {
        std::ptrdiff_t count = 0;
        each([&](std::int64_t, const C&) { ++count; });
        return count;
    }

    void clear() {
        each_group([&](std::int64_t, C* cells) { std::fill_n(cells, GROUP, C{}); });
        std::fill(is_used_.begin(), is_used_.end(), false);
        std::size_t count = 0;
        for (Kept& kept : pages_)
            if (kept.page && ++count > KEPT) kept = Kept{};
    }

private:
    // Calls a function with the code of the first cell of each used group, and that cell.
    template <class Function>
    void each_group(const Function& function) {
        for (std::size_t page = 0; page < pages_.size(); ++page) {
            if (!pages_[page].page) continue;
            const std::size_t first = page * (PAGE / GROUP);
            for (std::size_t group = 0; group < PAGE / GROUP; ++group) {
                if (!is_used_[first + group]) continue;
                const auto code = static_cast<std::int64_t>(first + group) << GROUP_BITS;
                function(code, pages_[page].page->cells + (group << GROUP_BITS));
            }
        }
    }

    static bool allocate(Kept& kept) {
        std::size_t space = sizeof(Page) + LINE;
        kept.memory.reset(std::calloc(1, space));  // its memory is taken page by page, when used
        void* start = kept.memory.get();
        if (start) kept.page = static_cast<Page*>(std::align(LINE, sizeof(Page), start, space));
        return start;
    }

    std::vector<Kept> pages_;
    // Whether some cell of a group may be. Flags in the pages would share few lines of the cache.
    std::vector<unsigned char> is_used_;
};

// Cells of rows, and of tables and all.
struct Cells {
    Paged<RowCell> of_rows;
    Paged<Cell> whole;

    // Adds the cells of rows to the others; returns false if there is no memory for them.
    bool unite() {
        bool is_done = true;
        of_rows.each([&](std::int64_t code, const RowCell& cell) {
            Cell* into = whole.find(code);
            is_done &= into != nullptr;
            if (into) into->add(cell.whole());
        });
        of_rows.clear();
        return is_done;
    }

    std::ptrdiff_t used() { return whole.used(); }

    // Writes the used cells in the order of their codes, and empties all.
    void take(int inner_bits, std::int64_t* table) {
        const std::int64_t inner = (std::int64_t{1} << inner_bits) - 1;
        whole.each([&](std::int64_t code, const Cell& cell) {
            const std::int64_t fields[COLUMNS] = {
                code, cell.rows, cell.events, cell.offset & inner,
                cell.carry + (cell.offset >> inner_bits), LARGEST - cell.below, cell.most};
            table = std::copy_n(fields, COLUMNS, table);
        });
        clear();
    }

    void clear() {
        of_rows.clear();
        whole.clear();
    }
};

inline Cells& cells_of_this_thread(std::int64_t size) {
    // In memory of their own: compilers look the address of what is thread-local up for each row.
    static thread_local const std::unique_ptr<Cells> cells = std::make_unique<Cells>();
    cells->of_rows.reserve(size);
    cells->whole.reserve(size);
    return *cells;
}

}  // namespace cecli
