// Exact sums of the weights, or of the targets, of rows in cells, as integers of several words.

#pragma once

#include "accumulator.hpp"
#include "keys.hpp"
#include "paged.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cecli {

__extension__ using Wide128 = unsigned __int128;

// A sum of whole numbers that are not negative, lowest word first.
template <int WORDS>
struct WideSum {
    std::uint64_t words[WORDS];

    void add(Wide128 low, std::uint64_t high = 0) {
        Wide128 sum = static_cast<Wide128>(words[0]) + static_cast<std::uint64_t>(low);
        words[0] = static_cast<std::uint64_t>(sum);
        sum = (sum >> 64) + words[1] + static_cast<std::uint64_t>(low >> 64);
        words[1] = static_cast<std::uint64_t>(sum);
        if constexpr (WORDS > 2) words[2] += static_cast<std::uint64_t>(sum >> 64) + high;
    }

    // The bits from `begin` on, which may be negative; those below the first are 0.
    std::uint64_t bits(int begin, int count) const {
        std::uint64_t found = 0;
        for (int k = 0; k < WORDS; ++k) {
            const int shift = 64 * k - begin;
            if (shift > -64 && shift <= 0) found |= words[k] >> -shift;
            if (shift > 0 && shift < 64) found |= words[k] << shift;
        }
        return found & ((std::uint64_t{1} << count) - 1);
    }
};

// Some packed rows, and their weights or targets, which are not negative, and finite.
struct NumberedPiece {
    const std::uint64_t* packed;
    const double* numbers;
    std::ptrdiff_t rows;
};

// Numbers are whole ones times 2^exponent. The largest of them is less than 2^(exponent + spread + 53).
struct NumberUnit {
    int exponent = 0, spread = 0;
};

// Returns the unit of all numbers.
inline NumberUnit unit_of(const std::vector<NumberedPiece>& pieces) {
    // Such numbers have the same order as their bits. Those of 0, less 1, are the largest.
    std::uint64_t least = UINT64_MAX, most = 0;
    for (const NumberedPiece& piece : pieces) {
        for (std::ptrdiff_t i = 0; i < piece.rows; ++i) {
            const auto bits = bits_as<std::uint64_t>(piece.numbers[i] + 0.0);
            least = std::min(least, bits - 1);
            most = std::max(most, bits);
        }
    }
    if (most == 0) return {};
    const int exponent = parts_of(bits_as<double>(least + 1)).exponent;
    return {exponent, parts_of(bits_as<double>(most)).exponent - exponent};
}

// The rows in a cell, all 0 if there are none. The least key is `below` less than the largest of all.
struct RowsOfCell {
    std::uint64_t rows;
    std::int64_t below, most;

    bool is_used() const { return rows != 0; }

    void add(std::int64_t key, std::uint64_t times) {
        rows += times;
        below = std::max(below, LARGEST - key);
        most = std::max(most, key);
    }
};

// The columns of all cells in the order of their codes, int64.
struct CellColumns {
    static constexpr int DIGIT = 36;

    std::int64_t* to;
    std::ptrdiff_t size;
    int exponent;  // of the unit of numbers

    // Writes the fields that all cells have, and returns the column after them.
    std::int64_t* begin(std::int64_t code, const RowsOfCell& cell) {
        std::int64_t* column = to++;
        const std::int64_t fields[] = {code, static_cast<std::int64_t>(cell.rows),
                                       LARGEST - cell.below, cell.most};
        for (const std::int64_t field : fields) *column = field, column += size;
        return column;
    }

    // Writes the digits of a sum, each from -2^35 to 2^35 - 1, and returns the column after them.
    template <int WORDS>
    std::int64_t* digits(const WideSum<WORDS>& sum, int first, int levels,
                         std::int64_t* column) const {
        const int lead = ((first % DIGIT) + DIGIT) % DIGIT;
        std::int64_t over = 0;
        for (int k = 0; k < levels; ++k, column += size) {
            const std::int64_t digit =
                static_cast<std::int64_t>(sum.bits(DIGIT * k - lead, DIGIT)) + over;
            over = (digit + (std::int64_t{1} << (DIGIT - 1))) >> DIGIT;
            *column = digit - over * (std::int64_t{1} << DIGIT);
        }
        return column;
    }
};

// The rows in a cell: their weights and the squares of these, of all and of events; the weighted sum
// of the inner bits of their keys.
struct alignas(64) WeighedCell : RowsOfCell {
    WideSum<2> weight, events;
    WideSum<3> offset, squares, event_squares;
};

// Four columns of numbers, then the levels of digits of sums of weights, of weights of events, of
// offsets, of squares, and of those of events.
struct WeighedColumns : CellColumns {
    using Cell = WeighedCell;
    static constexpr int SPREAD = 32;
    // Levels for 128 and 192 bits, and those that the first digit is below the unit.
    static constexpr int WEIGHTS = 5, OTHERS = 7;
    static constexpr int COUNT = 4 + 2 * WEIGHTS + 3 * OTHERS;

    bool counted;  // whether a weight is a number of rows

    void add(std::uint64_t packed, double number, std::int64_t inner, WeighedCell& cell) const {
        const Parts part = parts_of(number);
        const int shift = part.exponent - exponent;
        const Wide128 weight = static_cast<Wide128>(part.mantissa) << shift;
        const Wide128 square = static_cast<Wide128>(part.mantissa) * part.mantissa;
        const Wide128 low = square << (2 * shift);
        const std::uint64_t high =
            shift ? static_cast<std::uint64_t>(square >> (128 - 2 * shift)) : 0;
        const auto key = static_cast<std::int64_t>(packed >> 1);
        cell.RowsOfCell::add(key, counted ? static_cast<std::uint64_t>(number) : 1);
        cell.weight.add(weight);
        cell.offset.add(static_cast<Wide128>(key & inner) * part.mantissa << shift);
        cell.squares.add(low, high);
        if (packed & 1) {
            cell.events.add(weight);
            cell.event_squares.add(low, high);
        }
    }

    void write(std::int64_t code, const WeighedCell& cell) {
        std::int64_t* column = begin(code, cell);
        column = digits(cell.weight, exponent, WEIGHTS, column);
        column = digits(cell.events, exponent, WEIGHTS, column);
        column = digits(cell.offset, exponent, OTHERS, column);
        column = digits(cell.squares, 2 * exponent, OTHERS, column);
        digits(cell.event_squares, 2 * exponent, OTHERS, column);
    }
};

// The rows in a cell, of weight 1, in one line of the cache: their targets, and the sum of the inner bits
// of their keys, which has 62 bits.
struct alignas(64) SoftCell : RowsOfCell {
    std::uint64_t offset;
    WideSum<2> events;
};

// Five columns of numbers, of which the last has the offsets, then the levels of digits of targets.
struct SoftColumns : CellColumns {
    using Cell = SoftCell;
    static constexpr int SPREAD = 50, TARGETS = 5, COUNT = 5 + TARGETS;

    void add(std::uint64_t packed, double number, std::int64_t inner, SoftCell& cell) const {
        const auto key = static_cast<std::int64_t>(packed >> 1);
        cell.RowsOfCell::add(key, 1);
        cell.offset += static_cast<std::uint64_t>(key & inner);
        if (number == 0.0) return;
        const Parts part = parts_of(number);
        cell.events.add(static_cast<Wide128>(part.mantissa) << (part.exponent - exponent));
    }

    void write(std::int64_t code, const SoftCell& cell) {
        std::int64_t* column = begin(code, cell);
        *column = static_cast<std::int64_t>(cell.offset);
        digits(cell.events, exponent, TARGETS, column + size);
    }
};

// Rows in the cells of the leading bits of their keys, none between uses.
template <class Columns>
class NumberedCells {
    using Cell = typename Columns::Cell;
    static constexpr std::ptrdiff_t AHEAD = 16;  // rows whose cells are on their way to the cache

public:
    static NumberedCells& of_this_thread(int inner_bits) {
        static thread_local NumberedCells found;
        found.inner_bits_ = inner_bits;
        found.cells_.reserve((LARGEST >> inner_bits) + 1);
        return found;
    }

    // Adds all rows, or leaves the cells empty.
    Outcome add(const std::vector<NumberedPiece>& pieces, const Columns& columns) {
        for (const NumberedPiece& piece : pieces) {
            for (std::ptrdiff_t start = 0; start < piece.rows; start += AHEAD) {
                const Outcome outcome = add_some({piece.packed + start, piece.numbers + start,
                                                  std::min(piece.rows - start, AHEAD)},
                                                 columns);
                if (outcome == ADDED) continue;
                cells_.clear();
                return outcome;
            }
        }
        return ADDED;
    }

    std::ptrdiff_t used() { return cells_.used(); }

    // Writes the used cells in the order of their codes, and empties all.
    void take(Columns columns) {
        cells_.each([&](std::int64_t code, const Cell& cell) { columns.write(code, cell); });
        cells_.clear();
    }

private:
    Outcome add_some(const NumberedPiece& some, const Columns& columns) {
        const std::int64_t inner = (std::int64_t{1} << inner_bits_) - 1;
        Cell* found[AHEAD];
        for (std::ptrdiff_t i = 0; i < some.rows; ++i) {
            const auto key = static_cast<std::int64_t>(some.packed[i] >> 1);
            if (key > LARGEST) return REFUSED;
            found[i] = cells_.find(key >> inner_bits_);
            if (!found[i]) return NO_MEMORY;
            __builtin_prefetch(found[i], 1);
        }
        for (std::ptrdiff_t i = 0; i < some.rows; ++i)
            columns.add(some.packed[i], some.numbers[i], inner, *found[i]);
        return ADDED;
    }

    Paged<Cell> cells_;
    int inner_bits_ = 0;
};

}  // namespace cecli
