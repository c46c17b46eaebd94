// Loops over cells: isotonic regression, and which cells could still change it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cecli {

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
