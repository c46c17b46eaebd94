// Turning the ends of fields into rows: their wanted fields, blank lines, and line numbers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "marks.hpp"

namespace cecli {

// A growing list of trivially copyable values, whose spare memory is not initialized.
template <typename T>
struct List {
    List() = default;
    List(const List&) = delete;
    List& operator=(const List&) = delete;
    ~List() { std::free(at); }

    T* room_for(std::ptrdiff_t more) {
        if (size + more > room) grow(more);
        return at + size;
    }

    void push_back(T value) {
        *room_for(1) = value;
        ++size;
    }

    T* at = nullptr;
    std::ptrdiff_t size = 0, room = 0;

private:
    void grow(std::ptrdiff_t more) {
        const std::ptrdiff_t wanted = 2 * room + more + 1024;
        void* moved = std::realloc(at, wanted * sizeof(T));
        if (moved == nullptr) throw std::bad_alloc();
        at = static_cast<T*>(moved);
        room = wanted;
    }
};

// The requested fields.
struct Wanted {
    Wanted(std::uint32_t width, std::vector<std::uint32_t> places)
        : width(width), places(std::move(places)), next(width, width - 1) {
        // A field lies between two ends: that of the field before it, and its own.
        for (const std::uint32_t place : this->places) {
            next[place] = place;
            if (place) next[place - 1] = place - 1;
        }
        for (std::uint32_t end = width - 1; end-- > 0;)
            if (next[end] != end) next[end] = next[end + 1];
    }

    const std::uint32_t width;                // fields of a record
    const std::vector<std::uint32_t> places;  // of the requested fields
    // For each end in a record, the first relevant end at or after it. The last end of a record is
    // always relevant.
    std::vector<std::uint32_t> next;
};

// The rows of a text.
struct Rows {
    // Reserve room for the fields of a text of this size: growing would copy, and memory that is not
    // written to costs nothing.
    void make_room(std::ptrdiff_t size, const Wanted& wanted) {
        constexpr std::ptrdiff_t BYTES = 2;  // a short field and its end
        const std::ptrdiff_t most = size / BYTES / wanted.width + 1;
        fields.room_for(most * static_cast<std::ptrdiff_t>(wanted.places.size()));
    }

    // The line after them.
    std::int64_t line() const { return first_line + count + skips.size; }

    std::int64_t first_line = 1;
    std::int64_t count = 0;
    List<Span> fields;         // the requested fields of the first row, of the second, and so on
    List<std::int64_t> skips;  // for each line on which no row begins, the number of rows before it
    List<std::int64_t> blank_lines;
};

// The records of a short stretch of text. They are processed together, because work for each record
// would be slow between the steps of 64 bytes, in which a record may end or not.
//
// Field k of record i is text[begins[firsts[i] + k] : begins[firsts[i] + k + 1] - 1]. Only the begins
// and ends of requested fields and of records are known; the other begins are arbitrary.
class Stretch {
public:
    static constexpr std::uint32_t STEPS = 64, MOST_ENDS = STEPS * 64;
    // The number of values that may be written in excess.
    static constexpr std::uint32_t MARGIN = 16;

    Stretch(const Text& text, const Wanted& wanted)
        : // The first begin, those of an incomplete record, those of a stretch, and a margin.
          begins(new std::uint32_t[1 + wanted.width + MOST_ENDS + MARGIN]),
          firsts(new std::uint32_t[1 + MOST_ENDS + MARGIN]), text_(text), wanted_(wanted) {
        begins[0] = firsts[0] = 0;
    }

    // Add records to the rows; return false at a record that is neither a row nor blank. An incomplete
    // record is kept.
    bool pass_on(Rows& rows) {
        const std::uint32_t rest = firsts[records];
        if (!add_all(rows)) return false;
        std::copy(&begins[rest], &begins[ends + 1], &begins[0]);
        ends -= rest;
        records = firsts[0] = 0;
        return true;
    }

    const std::unique_ptr<std::uint32_t[]> begins, firsts;
    std::uint32_t ends = 0, records = 0;
    List<std::uint32_t> quoted_newlines;  // in all of the text so far

private:
    template <std::size_t N>
    using Number = std::integral_constant<std::size_t, N>;

    // Few columns are as many as the compiler is told: loops over them would take a fifth of the time
    // of finding fields.
    bool add_all(Rows& rows) {
        switch (wanted_.places.size()) {
            case 1: return add(rows, Number<1>());
            case 2: return add(rows, Number<2>());
            case 3: return add(rows, Number<3>());
            case 4: return add(rows, Number<4>());
            default: return add(rows, wanted_.places.size());
        }
    }

    template <class Columns>
    bool add(Rows& rows, const Columns columns) {
        const std::uint32_t *const begins = this->begins.get(), *const firsts = this->firsts.get();
        const std::uint32_t width = wanted_.width, end = records;
        const std::uint32_t *const places = wanted_.places.data();
        Span *const into = rows.fields.room_for(end * columns), *field = into;
        for (std::uint32_t i = 0; i < end; ++i) {
            const std::uint32_t* const fields = begins + firsts[i];
            const std::uint32_t found = firsts[i + 1] - firsts[i];
            if (found == 1 && is_blank({fields[0], fields[1] - 1})) {
                rows.blank_lines.push_back(rows.line());
                rows.skips.push_back(rows.count);
            } else if (found == width) {
                ++rows.count;
                for (std::size_t j = 0; j < columns; ++j)
                    *field++ = {fields[places[j]], fields[places[j] + 1] - 1};
            } else {
                return false;
            }
            for (; passed_ < quoted_newlines.size; ++passed_) {
                if (quoted_newlines.at[passed_] >= fields[found]) break;
                rows.skips.push_back(rows.count);
            }
        }
        rows.fields.size += field - into;
        return true;
    }

    bool is_blank(Span record) const {
        const std::uint8_t *at = text_.begin + record.begin, *end = text_.begin + record.end;
        if (at < end && end[-1] == '\r') --end;
        return std::all_of(at, end, [](std::uint8_t byte) { return byte == ' ' || byte == '\t'; });
    }

    const Text text_;
    const Wanted& wanted_;
    std::ptrdiff_t passed_ = 0;  // the number of quoted newlines processed
};

// Write the begins of the next fields, one byte after each end. At least eight are always written,
// even if there are fewer, because branches that depend on the text are slow.
inline void write_begins(std::uint64_t ends, std::uint32_t offset, std::uint32_t* begins) {
    const std::uint32_t found = __builtin_popcountll(ends);
    const auto write = [&](std::uint32_t i) {
        begins[i] = offset + static_cast<std::uint32_t>(__builtin_ctzll(ends | 1ull << 63)) + 1;
        ends &= ends - 1;
    };
    for (std::uint32_t i = 0; i < 8; ++i) write(i);
    for (std::uint32_t i = 8; i < found; ++i) write(i);
}

}  // namespace cecli
