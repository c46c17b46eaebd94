// All sums of a report on binary predictions for each of some groups, in one pass over the rows in
// the order of their groups.

#pragma once

#include "cuts.hpp"
#include "digits.hpp"
#include "one_pass.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace cecli {

// The scores whose sums and sums of squares are found, and those on a grid; in the order of digits.
constexpr int SUMMED = 5, GRIDDED = 4;
constexpr int GRID_UNIT = -50;

// Digits, as in digits.hpp, of each bin: rows and hits, sums on a grid, and sums with squares.
constexpr int COUNTED = 2;
constexpr int GRID_LEVEL = -2, GRID_LEVELS = 4;
constexpr int SUM_LEVEL = -3, SUM_LEVELS = 5;
constexpr int SQUARE_LEVEL = -6, SQUARE_LEVELS = 8;
constexpr int COLUMNS = COUNTED + GRIDDED * GRID_LEVELS + SUMMED * (SUM_LEVELS + SQUARE_LEVELS);

template <int LANES>
CECLI_INLINE GridSum on_grid(const double* values, std::ptrdiff_t size) {
    Grid<LANES> grid;
    std::ptrdiff_t i = 0;
    for (; i + LANES <= size; i += LANES) {
        typename Registers<LANES>::Doubles x;
        load(x, values + i);
        grid(x);
    }
    Grid<1> rest;
    for (; i < size; ++i) rest(values[i]);
    return grid.total() + rest.total();
}

// The number of predictions, stated on a scale, that are at least one half.
template <class Scale>
CECLI_INLINE std::int64_t likely(const double* stated, std::ptrdiff_t size) {
    std::int64_t count = 0;
    for (std::ptrdiff_t i = 0; i < size; ++i) count += Scale::preference(stated[i]) >= 0.0;
    return count;
}

// The implementations for an instruction set.
struct Cutter {
    bool (*cut)(const double* values, std::ptrdiff_t size, GridSum* sums);
    GridSum (*on_grid)(const double* values, std::ptrdiff_t size);
    std::int64_t (*likely)(const double* stated, std::ptrdiff_t size);
    void (*score)(const double* target, const double* stated, std::ptrdiff_t size, double low,
                  double high, ScoresOfGroups& scores, Counts& counts, GridSums& grids);
};

#define CECLI_CUTTER_FOR(NAME, LANES, TARGET)                                                      \
    struct NAME {                                                                                  \
        TARGET static bool cut(const double* values, std::ptrdiff_t size, GridSum* sums) {         \
            return cecli::cut<LANES>(values, size, sums);                                          \
        }                                                                                          \
        TARGET static GridSum on_grid(const double* values, std::ptrdiff_t size) {                 \
            return cecli::on_grid<LANES>(values, size);                                            \
        }                                                                                          \
        template <class Scale>                                                                     \
        TARGET static std::int64_t likely(const double* stated, std::ptrdiff_t size) {             \
            return cecli::likely<Scale>(stated, size);                                             \
        }                                                                                          \
    };

CECLI_CUTTER_FOR(CutOneByOne, 1, )
#ifdef CECLI_LANES
CECLI_CUTTER_FOR(CutAvx2, 4, CECLI_AVX2)
CECLI_CUTTER_FOR(CutAvx512, 8, CECLI_AVX512)
#endif

template <class Scale, class Way>
constexpr Cutter cutter_of(decltype(Cutter::score) score) {
    return {Way::cut, Way::on_grid, Way::template likely<Scale>, score};
}

template <class Scale>
std::vector<Cutter> cutters_of_this_machine() {
    return of_this_machine<Cutter>(
        {cutter_of<Scale, CutOneByOne>(score_one_by_one<Scale, ScoresOfGroups>),
#ifdef CECLI_LANES
         cutter_of<Scale, CutAvx2>(score_avx2<Scale, ScoresOfGroups>),
         cutter_of<Scale, CutAvx512>(score_avx512<Scale, ScoresOfGroups>)
#endif
        });
}

// A digit of a sum over rare values, which are too small or too large to be cut: sum 2k is that of the
// values of score k, and sum 2k + 1 that of their squares.
struct RareDigit {
    std::int64_t sum, bin, level, digit;
};

// The sums over some rows.
struct GroupTotals {
    GridSum counts[COUNTED] = {}, grids[GRIDDED] = {}, cuts[SUMMED][CUTS] = {};
    // Of rare values, in the order of RareDigit; none if there are none.
    std::vector<Accumulator> rare;

    void add_rare(int k, double value) {
        rare.resize(2 * SUMMED);
        rare[2 * k].add(value);
        rare[2 * k + 1].add_product(value, value);
    }

    void add(GroupTotals& other) {
        for (int k = 0; k < COUNTED; ++k) counts[k] += other.counts[k];
        for (int k = 0; k < GRIDDED; ++k) grids[k] += other.grids[k];
        for (int k = 0; k < SUMMED; ++k) {
            for (int c = 0; c < CUTS; ++c) cuts[k][c] += other.cuts[k][c];
        }
        if (other.rare.empty()) return;
        rare.resize(2 * SUMMED);
        for (int sum = 0; sum < 2 * SUMMED; ++sum) rare[sum].add(other.rare[sum]);
    }
};

// Writes a number of units, which are powers of two, as digits from a level on.
inline void write_digits(GridSum value, int unit, int first, int levels, std::ptrdiff_t bins,
                         std::int64_t* digits) {
    const int place = unit - DIGIT_BITS * first;
    value *= GridSum{1} << (place % DIGIT_BITS);
    int level = place / DIGIT_BITS;
    for (; value != 0 && level + 1 < levels; ++level) {
        digits[level * bins] += static_cast<std::int64_t>(value) & ((std::int64_t{1} << DIGIT_BITS) - 1);
        value >>= DIGIT_BITS;  // arithmetic: towards minus infinity
    }
    if (value != 0) digits[level * bins] += static_cast<std::int64_t>(value);
}

// Writes the sums of a bin into its column of the digits.
inline void write(const GroupTotals& totals, std::ptrdiff_t bin, std::ptrdiff_t bins,
                  std::int64_t* digits, std::vector<RareDigit>& rare) {
    digits += bin;
    for (const GridSum count : totals.counts) {
        *digits = static_cast<std::int64_t>(count);
        digits += bins;
    }
    for (const GridSum& grid : totals.grids) {
        write_digits(grid, GRID_UNIT, GRID_LEVEL, GRID_LEVELS, bins, digits);
        digits += GRID_LEVELS * bins;
    }
    for (const auto& cuts : totals.cuts) {
        for (int k = 0; k < CUTS; ++k) {
            const bool is_square = k > 1;
            write_digits(cuts[k], UNITS[k], is_square ? SQUARE_LEVEL : SUM_LEVEL,
                         is_square ? SQUARE_LEVELS : SUM_LEVELS, bins,
                         digits + (is_square ? SUM_LEVELS * bins : 0));
        }
        digits += (SUM_LEVELS + SQUARE_LEVELS) * bins;
    }
    for (std::size_t sum = 0; sum < totals.rare.size(); ++sum) {
        std::int64_t found[LEVELS] = {};
        add_digits(totals.rare[sum], 1, found);
        for (int level = 0; level < LEVELS; ++level) {
            if (found[level]) rare.push_back({std::int64_t(sum), bin, LOWEST_LEVEL + level, found[level]});
        }
    }
}

// Rows in the order of their bins: those of target 0 by their groups, then those of target 1.
struct InOrder {
    std::ptrdiff_t size, bins;
    std::vector<std::ptrdiff_t> starts;  // the first row of each bin, and the number of rows
    std::unique_ptr<double[]> stated;
    std::unique_ptr<std::int32_t[]> rows;  // where they were
    bool is_sound = true;  // whether each row has a bin

    InOrder(const double* target, const double* of, const std::int64_t* codes, std::ptrdiff_t groups,
            std::ptrdiff_t count)
        : size(count), bins(2 * groups), starts(bins + 1), stated(new double[size]),
          rows(new std::int32_t[size]) {
        const std::unique_ptr<std::int32_t[]> bin(new std::int32_t[size]);
        for (std::ptrdiff_t row = 0; row < size; ++row) {
            is_sound &= static_cast<std::uint64_t>(codes[row]) < static_cast<std::uint64_t>(groups);
            bin[row] = static_cast<std::int32_t>(codes[row] + (target[row] == 1.0 ? groups : 0));
        }
        if (!is_sound) return;
        for (std::ptrdiff_t row = 0; row < size; ++row) ++starts[bin[row] + 1];
        for (std::ptrdiff_t k = 0; k < bins; ++k) starts[k + 1] += starts[k];
        std::vector<std::ptrdiff_t> next(starts.begin(), starts.end() - 1);
        for (std::ptrdiff_t row = 0; row < size; ++row) {
            const std::ptrdiff_t place = next[bin[row]]++;
            stated[place] = of[row];
            rows[place] = static_cast<std::int32_t>(row);
        }
    }
};

// The largest loss, and the first of the rows that have it.
inline void find_largest(const double* loss, std::ptrdiff_t size, const std::int32_t* rows,
                         BinarySums& sums) {
    // Non-negative doubles have the same order as their bits.
    std::int64_t most = bits_as<std::int64_t>(loss[0]);
    for (std::ptrdiff_t i = 1; i < size; ++i) {
        const std::int64_t bits = bits_as<std::int64_t>(loss[i]);
        most = bits > most ? bits : most;
    }
    const double value = bits_as<double>(most);
    if (value < sums.largest_loss) return;
    if (value > sums.largest_loss) sums.largest_row = PTRDIFF_MAX;
    sums.largest_loss = value;
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        if (loss[i] == value && rows[i] < sums.largest_row) sums.largest_row = rows[i];
    }
}

// Adds a stretch of scores that belong to one bin.
inline void add_stretch(const Cutter& cutter, const ScoresOfGroups& scores, const double* stated,
                        std::ptrdiff_t first, std::ptrdiff_t size, bool happened,
                        GroupTotals& totals) {
    const std::int64_t likely = cutter.likely(stated + first, size);
    totals.counts[0] += size;
    totals.counts[1] += happened ? likely : size - likely;
    const double* const gridded[GRIDDED] = {scores.loss_covariance, scores.loss_variance,
                                            scores.brier_variance, scores.entropy_by_prob};
    for (int k = 0; k < GRIDDED; ++k) totals.grids[k] += cutter.on_grid(gridded[k] + first, size);
    const double* const summed[SUMMED] = {scores.prob, scores.loss, scores.entropy,
                                          scores.squared_error, scores.outcome_variance};
    for (int k = 0; k < SUMMED; ++k) {
        const double* const values = summed[k] + first;
        if (cutter.cut(values, size, totals.cuts[k])) continue;
        double usual[PASSED];
        for (std::ptrdiff_t i = 0; i < size; ++i) {
            const bool is_usual = has_cuts(values[i]);
            usual[i] = is_usual ? values[i] : 0.0;
            if (!is_usual) totals.add_rare(k, values[i]);
        }
        cutter.cut(usual, size, totals.cuts[k]);
    }
}

// Adds up rows by their groups. Returns whether all losses are finite; if not, the sums are invalid.
// Digits are 0 at first; totals are those of the rows of each target.
inline bool add_up(const Cutter& cutter, const InOrder& order, double low, double high,
                   const Bins& bins, std::uint64_t* packed, BinarySums& sums, GroupTotals* totals,
                   std::int64_t* digits, std::vector<RareDigit>& rare) {
    const std::ptrdiff_t size = order.size, count = order.bins;
    const std::ptrdiff_t negatives = order.starts[count / 2];
    ScoresOfGroups scores;
    alignas(64) double target[PASSED];
    std::ptrdiff_t bin = 0;
    GroupTotals of_bin;
    for (std::ptrdiff_t start = 0; start < size; start += PASSED) {
        const double* const stated = order.stated.get() + start;
        const std::ptrdiff_t rows = size - start < PASSED ? size - start : PASSED;
        for (std::ptrdiff_t i = 0; i < rows; ++i) target[i] = start + i < negatives ? 0.0 : 1.0;
        scores.packed = packed + start;
        cutter.score(target, stated, rows, low, high, scores, sums.counts, sums.grids);
        find_largest(scores.loss, rows, order.rows.get() + start, sums);
        if (sums.largest_loss == HUGE_VAL) return false;
        count_bins(scores.loss, rows, bins, sums);
        std::ptrdiff_t first = 0;
        while (first < rows) {
            const std::ptrdiff_t end = order.starts[bin + 1] - start;
            const std::ptrdiff_t stop = end < rows ? end : rows;
            const bool happened = bin >= count / 2;
            if (stop > first) {
                add_stretch(cutter, scores, stated, first, stop - first, happened, of_bin);
            }
            if (end <= rows) {
                if (of_bin.counts[0] != 0) {
                    write(of_bin, bin, count, digits, rare);
                    totals[happened].add(of_bin);
                    of_bin = GroupTotals();
                }
                ++bin;
            }
            first = stop;
        }
    }
    return true;
}

}  // namespace cecli
