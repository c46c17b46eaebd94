// Labels drawn for cells, and their order, by flips of fair coins; see `flips`, which gives the same.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "pools.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(CECLI_PORTABLE)
#define CECLI_POPCNT
#endif

#if defined(__GNUC__)
#define CECLI_FLIP inline __attribute__((always_inline))
#else
#define CECLI_FLIP inline
#endif

namespace cecli {

constexpr int MANY_BITS = 20;
constexpr std::int64_t MANY = std::int64_t{1} << MANY_BITS;  // flips that are counted one by one

// The outputs of SplitMix64 that one draw takes, in turn.
struct Stream {
    std::uint64_t start, place;

    CECLI_FLIP std::uint64_t next() {
        std::uint64_t z = start + ++place * 0x9E3779B97F4A7C15u;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
};

CECLI_FLIP std::int64_t count_heads(Stream& stream, std::int64_t flips) {
    std::int64_t found = 0;
    for (; flips >= 64; flips -= 64) found += __builtin_popcountll(stream.next());
    if (flips) {
        const std::uint64_t mask = (std::uint64_t{1} << flips) - 1;
        found += __builtin_popcountll(stream.next() & mask);
    }
    return found;
}

#ifdef CECLI_POPCNT
__attribute__((target("popcnt"))) inline std::int64_t count_heads_quickly(Stream& stream,
                                                                          std::int64_t flips) {
    return count_heads(stream, flips);
}
#endif

// The heads among at most MANY flips.
inline std::int64_t few_heads(Stream& stream, std::int64_t flips) {
#ifdef CECLI_POPCNT
    static const bool is_quick = __builtin_cpu_supports("popcnt");
    if (is_quick) return count_heads_quickly(stream, flips);
#endif
    return count_heads(stream, flips);
}

// Of more flips, those of MANY are scaled.
inline std::int64_t heads(Stream& stream, std::int64_t flips) {
    if (flips <= MANY) return few_heads(stream, flips);
    const auto counted = static_cast<double>(few_heads(stream, MANY) - MANY / 2);
    const double between = static_cast<double>(stream.next() >> 11) * 0x1p-53 - 0.5;
    const auto all = static_cast<double>(flips);
    const double scale = std::sqrt(all) * 0x1p-10;
    const double found = std::rint(all * 0.5 + (counted + between) * scale);
    if (found <= 0.0) return 0;
    return found >= all ? flips : static_cast<std::int64_t>(found);
}

// Draws the events among the units of each cell, each with a probability from 0 to 1/2: random binary
// digits are compared with those of the probability, of all units whose digits agree so far.
inline void draw_events(Stream& stream, const std::int64_t* units, const double* probability,
                        std::ptrdiff_t size, std::int64_t* events) {
    struct Undecided {
        std::ptrdiff_t cell;
        std::int64_t units;
        double rest;
    };
    std::vector<Undecided> cells;
    cells.reserve(static_cast<std::size_t>(size));
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        events[i] = 0;
        if (units[i] > 0 && probability[i] > 0.0) cells.push_back({i, units[i], probability[i]});
    }
    while (!cells.empty()) {
        std::size_t kept = 0;
        for (Undecided each : cells) {
            const std::int64_t ones = heads(stream, each.units), zeros = each.units - ones;
            const double doubled = each.rest * 2.0;
            if (doubled >= 1.0) {
                events[each.cell] += zeros;
                each.units = ones;
                each.rest = doubled - 1.0;
            } else {
                each.units = zeros;
                each.rest = doubled;
            }
            if (each.units > 0 && each.rest > 0.0) cells[kept++] = each;
        }
        cells.resize(kept);
    }
}

// A part of a cell: equally weighted units whose order is random, if it may matter.
struct Piece {
    std::int64_t units, events, each, weight, happened;
    bool is_wide;
};

// Parts of cells in ascending order.
struct Pieces {
    std::vector<Piece> all;

    void add(std::int64_t units, std::int64_t events, std::int64_t each, bool is_wide) {
        if (units) all.push_back({units, events, each, units * each, events * each, is_wide});
    }
};

// A pool of pieces, of which the last is before `end`.
struct PieceRange {
    std::int64_t weight, happened;
    std::size_t end;
};

// Isotonic regression over some pieces.
inline void pool_pieces(const std::vector<Piece>& pieces, std::vector<PieceRange>& pools) {
    pools.resize(pieces.size());
    PieceRange* last = pools.data();
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        PieceRange found{pieces[i].weight, pieces[i].happened, i + 1};
        while (last != pools.data() &&
               static_cast<Wide>(last[-1].happened) * found.weight >=
                   static_cast<Wide>(found.happened) * last[-1].weight) {
            --last;
            found.weight += last->weight;
            found.happened += last->happened;
        }
        *last++ = found;
    }
    pools.resize(static_cast<std::size_t>(last - pools.data()));
}

// Divides pieces at random wherever their order could change isotonic regression, until there are no
// more. Leaves its pools, as pieces of one unit each.
inline void pool_at_random(Stream& stream, Pieces& pieces) {
    Pieces next;
    std::vector<PieceRange> pools;
    for (bool is_settled = false; !is_settled;) {
        pool_pieces(pieces.all, pools);
        is_settled = true;
        next.all.clear();
        const Piece* piece = pieces.all.data();
        for (const PieceRange& pool : pools) {
            // Neighbours in a pool that can stay as they are need not be told apart any more.
            std::int64_t x = 0, y = 0, kept = 0, of_them = 0;
            const auto keep = [&] {
                next.add(kept, of_them, 1, false);
                kept = of_them = 0;
            };
            for (const Piece* end = pieces.all.data() + pool.end; piece != end; ++piece) {
                const std::int64_t corner = x + piece->weight - piece->happened;
                const bool is_living =
                    piece->is_wide && piece->units > 1 &&
                    static_cast<Wide>(y) * pool.weight < static_cast<Wide>(corner) * pool.happened;
                x += piece->weight;
                y += piece->happened;
                if (!is_living) {
                    kept += piece->weight;
                    of_them += piece->happened;
                    continue;
                }
                is_settled = false;
                keep();
                const std::int64_t events = heads(stream, piece->events);
                const std::int64_t units = events + heads(stream, piece->units - piece->events);
                next.add(units, events, piece->each, true);
                next.add(piece->units - units, piece->events - events, piece->each, true);
            }
            keep();
        }
        std::swap(pieces, next);
    }
}

}  // namespace cecli
