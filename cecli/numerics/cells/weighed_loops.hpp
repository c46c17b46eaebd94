// Exact sums of the weights, or of the targets, of rows in cells, as integers of several words.

#pragma once

#include "accumulator.hpp"
#include "keys.hpp"

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

// Numbers that are not negative, and finite: whole ones times 2^exponent. The largest of them is less
// than 2^(spread + 53).
struct NumberUnit {
    int exponent, most;

    NumberUnit() : exponent(1 << 12), most(-(1 << 12)) {}

    void cover(const double* numbers, std::ptrdiff_t rows) {
        for (std::ptrdiff_t i = 0; i < rows; ++i) {
            if (numbers[i] == 0.0) continue;
            const int own = parts_of(numbers[i]).exponent;
            exponent = own < exponent ? own : exponent;
            most = own > most ? own : most;
        }
    }

    int spread() const { return most - exponent; }
};

// A packed row, and its weight or target.
struct NumberedRow {
    std::uint64_t packed;
    double number;

    std::int64_t key() const { return static_cast<std::int64_t>(packed >> 1); }
};

// The rows in a cell.
struct RowsOfCell {
    std::int64_t code, least, most;
    std::uint64_t rows;

    void add(std::int64_t key, std::uint64_t times) {
        rows += times;
        least = key < least ? key : least;
        most = key > most ? key : most;
    }
};

// The columns of all cells in the order of their codes, int64.
struct CellColumns {
    static constexpr int DIGIT = 36;

    std::int64_t* to;
    std::ptrdiff_t size;
    int exponent;  // of the unit of numbers

    // Writes the fields that all cells have, and returns the column after them.
    std::int64_t* begin(const RowsOfCell& cell) {
        std::int64_t* column = to++;
        const std::int64_t fields[] = {cell.code, static_cast<std::int64_t>(cell.rows), cell.least,
                                       cell.most};
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
struct WeighedCell : RowsOfCell {
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

    void add(const NumberedRow& row, std::uint64_t inner, WeighedCell& cell) const {
        const Parts part = parts_of(row.number);
        const int shift = part.exponent - exponent;
        const Wide128 weight = static_cast<Wide128>(part.mantissa) << shift;
        const Wide128 square = static_cast<Wide128>(part.mantissa) * part.mantissa;
        const Wide128 low = square << (2 * shift);
        const std::uint64_t high =
            shift ? static_cast<std::uint64_t>(square >> (128 - 2 * shift)) : 0;
        cell.RowsOfCell::add(row.key(), counted ? static_cast<std::uint64_t>(row.number) : 1);
        cell.weight.add(weight);
        cell.offset.add(static_cast<Wide128>(inner) * part.mantissa << shift);
        cell.squares.add(low, high);
        if (row.packed & 1) {
            cell.events.add(weight);
            cell.event_squares.add(low, high);
        }
    }

    void write(const WeighedCell& cell) {
        std::int64_t* column = begin(cell);
        column = digits(cell.weight, exponent, WEIGHTS, column);
        column = digits(cell.events, exponent, WEIGHTS, column);
        column = digits(cell.offset, exponent, OTHERS, column);
        column = digits(cell.squares, 2 * exponent, OTHERS, column);
        digits(cell.event_squares, 2 * exponent, OTHERS, column);
    }
};

// The rows in a cell, of weight 1: their targets, and the sum of the inner bits of their keys, which has
// 62 bits.
struct SoftCell : RowsOfCell {
    std::uint64_t offset;
    WideSum<2> events;
};

// Five columns of numbers, of which the last has the offsets, then the levels of digits of targets.
struct SoftColumns : CellColumns {
    using Cell = SoftCell;
    static constexpr int SPREAD = 50, TARGETS = 5, COUNT = 5 + TARGETS;

    void add(const NumberedRow& row, std::uint64_t inner, SoftCell& cell) const {
        cell.RowsOfCell::add(row.key(), 1);
        cell.offset += inner;
        if (row.number == 0.0) return;
        const Parts part = parts_of(row.number);
        cell.events.add(static_cast<Wide128>(part.mantissa) << (part.exponent - exponent));
    }

    void write(const SoftCell& cell) {
        std::int64_t* column = begin(cell);
        *column = static_cast<std::int64_t>(cell.offset);
        digits(cell.events, exponent, TARGETS, column + size);
    }
};

// Rows in the cells of the leading bits of their keys.
class NumberedRows {
public:
    void reserve(std::size_t rows) { rows_.reserve(rows); }

    void add(const std::uint64_t* packed, const double* numbers, std::ptrdiff_t rows) {
        for (std::ptrdiff_t i = 0; i < rows; ++i) rows_.push_back({packed[i], numbers[i]});
        unit_.cover(numbers, rows);
    }

    const NumberUnit& unit() const { return unit_; }

    // Sorts the rows by their cells, and returns how many these are. Rows that are neighbours in a
    // cell are added up without its sums leaving the registers and the nearest cache.
    std::ptrdiff_t sort(int inner_bits) {
        shift_ = inner_bits + 1;
        std::int64_t least = INT64_MAX, most = 0;
        for (const NumberedRow& row : rows_) {
            least = code(row) < least ? code(row) : least;
            most = code(row) > most ? code(row) : most;
        }
        std::vector<NumberedRow> sorted(rows_.size());
        for (int bits = 0; bits < 64 && (most - least) >> bits > 0; bits += RADIX) {
            std::size_t starts[(1 << RADIX) + 1] = {};
            const auto part = [&](const NumberedRow& row) {
                return ((code(row) - least) >> bits) & ((1 << RADIX) - 1);
            };
            for (const NumberedRow& row : rows_) ++starts[part(row) + 1];
            for (int k = 0; k < 1 << RADIX; ++k) starts[k + 1] += starts[k];
            for (const NumberedRow& row : rows_) sorted[starts[part(row)]++] = row;
            rows_.swap(sorted);
        }
        std::ptrdiff_t cells = rows_.empty() ? 0 : 1;
        for (std::size_t i = 1; i < rows_.size(); ++i) cells += code(rows_[i]) != code(rows_[i - 1]);
        return cells;
    }

    // Writes the cells of sorted rows.
    template <class Columns>
    void write(Columns columns) const {
        const std::uint64_t inner = (std::uint64_t{1} << (shift_ - 1)) - 1;
        typename Columns::Cell cell = begun<typename Columns::Cell>(rows_[0]);
        for (const NumberedRow& row : rows_) {
            if (code(row) != cell.code) {
                columns.write(cell);
                cell = begun<typename Columns::Cell>(row);
            }
            columns.add(row, static_cast<std::uint64_t>(row.key()) & inner, cell);
        }
        columns.write(cell);
    }

private:
    static constexpr int RADIX = 9;

    std::int64_t code(const NumberedRow& row) const {
        return static_cast<std::int64_t>(row.packed >> shift_);
    }

    // The cell of a row, without any rows.
    template <class Cell>
    Cell begun(const NumberedRow& row) const {
        Cell cell{};
        cell.code = code(row);
        cell.least = LARGEST;
        return cell;
    }

    std::vector<NumberedRow> rows_;
    NumberUnit unit_;
    int shift_ = 1;
};

}  // namespace cecli
