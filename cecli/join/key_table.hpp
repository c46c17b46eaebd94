// A hash table of keys, and what else is done to the bytes of each key.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace cecli {

// Some texts in a buffer: text i is buffer[begins[i] : ends[i]].
struct Texts {
    const std::uint8_t* buffer;
    const std::int64_t *begins, *ends;
    std::ptrdiff_t rows;
};

// A key in 16 bytes. Of up to twelve bytes, it has all; of more, the first four, and where it is.
class Key {
public:
    Key() = default;
    Key(const std::uint8_t* text, std::size_t length) : words_{} {
        if (length > UINT32_MAX) throw std::length_error("a key is longer than 4 GB");
        const auto bytes = static_cast<std::uint32_t>(length);
        std::memcpy(&words_[0], &bytes, sizeof bytes);
        if (is_short()) {
            std::memcpy(head(), text, length);
        } else {
            std::memcpy(head(), text, PREFIX);
            std::memcpy(&words_[1], &text, sizeof text);
        }
    }

    std::uint32_t length() const {
        std::uint32_t bytes;
        std::memcpy(&bytes, &words_[0], sizeof bytes);
        return bytes;
    }

    bool is_short() const { return length() <= SHORT; }

    const std::uint8_t* text() const {
        if (is_short()) return reinterpret_cast<const std::uint8_t*>(words_) + LENGTH;
        const std::uint8_t* at;
        std::memcpy(&at, &words_[1], sizeof at);
        return at;
    }

    bool operator==(const Key& other) const {
        if (words_[0] != other.words_[0]) return false;  // the lengths, or the first bytes
        if (is_short()) return words_[1] == other.words_[1];
        return std::memcmp(text() + PREFIX, other.text() + PREFIX, length() - PREFIX) == 0;
    }

    std::uint64_t hash(std::uint64_t seed) const {
        std::uint64_t hash = mix(words_[0] ^ seed);
        if (is_short()) return mix(hash ^ words_[1]);
        const std::uint8_t* at = text() + PREFIX;
        std::size_t rest = length() - PREFIX;
        for (; rest > 8; at += 8, rest -= 8) hash = mix(hash ^ word(at, 8));
        return mix(hash ^ word(at, rest));
    }

private:
    static constexpr std::size_t LENGTH = 4, SHORT = 12, PREFIX = 4;

    static std::uint64_t word(const std::uint8_t* at, std::size_t size) {
        std::uint64_t value = 0;
        std::memcpy(&value, at, size);
        return value;
    }

    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195).
    static std::uint64_t mix(std::uint64_t x) {
        x += 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }

    std::uint8_t* head() { return reinterpret_cast<std::uint8_t*>(words_) + LENGTH; }

    std::uint64_t words_[2];
};

// Differs between processes, so that nobody can choose keys that share their hashes.
inline std::uint64_t seed_of_this_process() {
    static const std::uint64_t seed = [] {
        std::random_device device;
        return std::uint64_t{device()} << 32 | device();
    }();
    return seed;
}

// Keys and hashes of consecutive rows, a few at a time, so that memory can be fetched ahead.
struct Batch {
    static constexpr std::ptrdiff_t ROWS = 32;

    void read(const Texts& texts, std::ptrdiff_t first, std::uint64_t mask) {
        count = std::min(ROWS, texts.rows - first);
        for (std::ptrdiff_t i = 0; i < count; ++i) {
            const std::int64_t begin = texts.begins[first + i], end = texts.ends[first + i];
            keys[i] = Key(texts.buffer + begin, static_cast<std::size_t>(end - begin));
            hashes[i] = keys[i].hash(seed_of_this_process()) & mask;
        }
    }

    std::ptrdiff_t count;
    Key keys[ROWS];
    std::uint64_t hashes[ROWS];
};

// Distinct keys, numbered from 0 in the order in which they were added, with open addressing.
//
// A slot has the number of a key and half of its hash. A hash only says where to look: a key is
// found where all of its bytes are the same.
class KeyTable {
public:
    // mask : the bits of a hash that are used; few of them make different keys share a hash.
    explicit KeyTable(std::uint64_t mask) : mask_(mask) { resize(LEAST_SLOTS); }

    std::int64_t size() const { return size_; }
    const Key& key(std::int64_t number) const { return blocks_[number >> BITS][number & LOW]; }

    // The bytes that it takes.
    std::int64_t bytes() const {
        return static_cast<std::int64_t>(blocks_.size() * sizeof(Key) << BITS) +
               static_cast<std::int64_t>(slots_.size() * sizeof(Slot)) + long_bytes_;
    }

    // Add the keys of rows up to the first that is there already. Return that row, and the number of
    // its key; or the number of rows.
    std::ptrdiff_t add(const Texts& texts, std::int64_t& number) {
        Batch batch;
        for (std::ptrdiff_t first = 0; first < texts.rows; first += Batch::ROWS) {
            batch.read(texts, first, mask_);
            while (4 * (size_ + batch.count) > 3 * static_cast<std::int64_t>(slots_.size())) grow();
            fetch(batch);
            for (std::ptrdiff_t i = 0; i < batch.count; ++i) {
                const std::size_t slot = slot_of(batch.keys[i], batch.hashes[i]);
                if (slots_[slot].number != NONE) {
                    number = slots_[slot].number;
                    return first + i;
                }
                slots_[slot] = {half(batch.hashes[i]), append(batch.keys[i])};
            }
        }
        return texts.rows;
    }

    // Write the numbers of keys, -1 for each that is not there.
    void find(const Texts& texts, std::int64_t* numbers) const {
        Batch batch;
        for (std::ptrdiff_t first = 0; first < texts.rows; first += Batch::ROWS) {
            batch.read(texts, first, mask_);
            fetch(batch);
            // What is probably the key is fetched as well before it is compared.
            for (std::ptrdiff_t i = 0; i < batch.count; ++i) {
                const Slot slot = slots_[batch.hashes[i] & (slots_.size() - 1)];
                if (slot.number != NONE) prefetch(&key(slot.number));
            }
            for (std::ptrdiff_t i = 0; i < batch.count; ++i) {
                const Slot slot = slots_[slot_of(batch.keys[i], batch.hashes[i])];
                numbers[first + i] = slot.number == NONE ? -1 : std::int64_t{slot.number};
            }
        }
    }

private:
    struct Slot {
        std::uint32_t half, number;
    };

    static constexpr int BITS = 16;
    static constexpr std::int64_t LOW = (1 << BITS) - 1;
    static constexpr std::uint32_t NONE = UINT32_MAX;
    static constexpr std::size_t LEAST_SLOTS = 1 << 10, LONG_BYTES = 1 << 20;

    static std::uint32_t half(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

    static void prefetch(const void* at) {
#if defined(__GNUC__)
        __builtin_prefetch(at);
#endif
    }

    void fetch(const Batch& batch) const {
        for (std::ptrdiff_t i = 0; i < batch.count; ++i)
            prefetch(&slots_[batch.hashes[i] & (slots_.size() - 1)]);
    }

    // The slot that has the key, or the empty one where it belongs.
    std::size_t slot_of(const Key& wanted, std::uint64_t hash) const {
        const std::size_t last = slots_.size() - 1;
        std::size_t slot = hash & last;
        for (; slots_[slot].number != NONE; slot = (slot + 1) & last)
            if (slots_[slot].half == half(hash) && key(slots_[slot].number) == wanted) break;
        return slot;
    }

    std::uint32_t append(const Key& added) {
        if (size_ >= NONE) throw std::length_error("there are more than 2^32 - 2 keys");
        if ((size_ & LOW) == 0) blocks_.emplace_back(new Key[1 << BITS]);
        blocks_.back()[size_ & LOW] = added.is_short() ? added : kept(added);
        return static_cast<std::uint32_t>(size_++);
    }

    // A copy of a long key that lasts as long as the table.
    Key kept(const Key& key) {
        const std::size_t length = key.length();
        if (length > room_) {
            room_ = std::max(length, LONG_BYTES);
            long_keys_.emplace_back(new std::uint8_t[room_]);
            at_ = long_keys_.back().get();
            long_bytes_ += static_cast<std::int64_t>(room_);
        }
        std::memcpy(at_, key.text(), length);
        const Key copy(at_, length);
        at_ += length;
        room_ -= length;
        return copy;
    }

    void grow() {
        // A small table grows in large steps, a large one by as little as possible.
        resize(slots_.size() * (slots_.size() < (std::size_t{1} << 20) ? 8 : 2));
        for (std::int64_t number = 0; number < size_; ++number) {
            const std::uint64_t hash = key(number).hash(seed_of_this_process()) & mask_;
            std::size_t slot = hash & (slots_.size() - 1);
            while (slots_[slot].number != NONE) slot = (slot + 1) & (slots_.size() - 1);
            slots_[slot] = {half(hash), static_cast<std::uint32_t>(number)};
        }
    }

    void resize(std::size_t slots) { slots_.assign(slots, Slot{0, NONE}); }

    const std::uint64_t mask_;
    std::int64_t size_ = 0, long_bytes_ = 0;
    std::vector<std::unique_ptr<Key[]>> blocks_;
    std::vector<Slot> slots_;
    std::vector<std::unique_ptr<std::uint8_t[]>> long_keys_;
    std::uint8_t* at_ = nullptr;
    std::size_t room_ = 0;
};

// Write to which of 2^bits parts the key of each row belongs.
inline void write_parts(const Texts& texts, int bits, std::uint8_t* parts) {
    Batch batch;
    for (std::ptrdiff_t first = 0; first < texts.rows; first += Batch::ROWS) {
        batch.read(texts, first, UINT64_MAX);
        // A table finds its slots by other bits.
        for (std::ptrdiff_t i = 0; i < batch.count; ++i)
            parts[first + i] = static_cast<std::uint8_t>(batch.hashes[i] >> (64 - bits));
    }
}

// Copy texts, one behind the other.
inline void copy(const Texts& texts, std::uint8_t* into) {
    for (std::ptrdiff_t row = 0; row < texts.rows; ++row) {
        const std::int64_t length = texts.ends[row] - texts.begins[row];
        std::memcpy(into, texts.buffer + texts.begins[row], static_cast<std::size_t>(length));
        into += length;
    }
}

// Write the texts of several columns as one, whose parts are told apart whatever they hold: `, ` is
// between them, and commas and backslashes in them have a backslash before them. Return the number
// of bytes.
inline std::ptrdiff_t write_together(
    const std::vector<Texts>& columns, std::uint8_t* into, std::int64_t* begins, std::int64_t* ends
) {
    std::ptrdiff_t at = 0;
    for (std::ptrdiff_t row = 0; row < columns.front().rows; ++row) {
        begins[row] = at;
        for (const Texts& column : columns) {
            if (&column != &columns.front()) {
                into[at++] = ',';
                into[at++] = ' ';
            }
            for (std::int64_t i = column.begins[row]; i < column.ends[row]; ++i) {
                const std::uint8_t byte = column.buffer[i];
                if (byte == ',' || byte == '\\') into[at++] = '\\';
                into[at++] = byte;
            }
        }
        ends[row] = at;
    }
    return at;
}

// Note for the key of each row the line that asked for it. Return the first row whose key was asked
// for before; or the number of rows.
inline std::ptrdiff_t note_lines(
    const std::int64_t* numbers, const std::int64_t* lines, std::ptrdiff_t rows, std::int64_t* line_of
) {
    for (std::ptrdiff_t row = 0; row < rows; ++row) {
        if (numbers[row] < 0) continue;
        if (line_of[numbers[row]] != 0) return row;
        line_of[numbers[row]] = lines[row];
    }
    return rows;
}

}  // namespace cecli
