// Dictionary coding: distinct texts are numbered in the order of first occurrence.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "marks.hpp"

namespace cecli {

// The distinct fields of a column, in a hash table with open addressing. Fields hold no NULs.
class Dictionary {
public:
    static constexpr std::int32_t none = -1;

    Dictionary(const std::uint8_t* text, std::uint32_t size) : text_(text), size_(size) {
        of_byte_.fill(none);
    }

    // Return the code of a field of one byte if it is known, else `none`. No quote is.
    std::int64_t known(Span field) const {
        return field.end - field.begin == 1 ? of_byte_[text_[field.begin]] : none;
    }

    // Return a field's code, a new one if the field is new.
    std::int64_t code(Span field) {
        if (field.end - field.begin != 1) return find(field);
        std::int32_t& code = of_byte_[text_[field.begin]];
        if (code == none) code = add({field, 0});
        return code;
    }

    std::size_t size() const { return entries_.size(); }
    Span field(std::size_t code) const { return entries_[code].field; }

private:
    struct Entry {
        Span field;
        std::uint64_t hash;
    };

    std::int32_t add(Entry entry) {
        entries_.push_back(entry);
        return static_cast<std::int32_t>(entries_.size() - 1);
    }

    std::int32_t find(Span field) {
        // At least half of the slots stay free, so that searches are short.
        if (2 * entries_.size() >= slots_.size()) grow();
        const std::uint64_t hash = hash_of(field);
        std::size_t slot = hash & (slots_.size() - 1);
        for (; slots_[slot] != none; slot = (slot + 1) & (slots_.size() - 1))
            if (same(entries_[slots_[slot]], field, hash)) return slots_[slot];
        return slots_[slot] = add({field, hash});
    }

    bool same(const Entry& entry, Span field, std::uint64_t hash) const {
        const std::uint32_t length = field.end - field.begin;
        return entry.hash == hash && entry.field.end - entry.field.begin == length &&
               // Up to eight bytes the hash is one-to-one.
               (length <= 8 ||
                std::memcmp(text_ + entry.field.begin, text_ + field.begin, length) == 0);
    }

    std::uint64_t hash_of(Span field) const {
        const std::uint8_t* at = text_ + field.begin;
        std::uint32_t length = field.end - field.begin;
        std::uint64_t hash = 0;
        for (; length > 8; at += 8, length -= 8) hash = mix(hash ^ word(at));
        return mix(hash ^ word_of(at, length));
    }

    // The finalizer of MurmurHash3. It is one-to-one, and every bit of the input affects the low bits,
    // which choose the slot.
    static std::uint64_t mix(std::uint64_t x) {
        x = (x ^ (x >> 33)) * 0xff51afd7ed558ccd;
        x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53;
        return x ^ (x >> 33);
    }

    // Up to eight bytes as a number. Reading all eight is fast, but must not go beyond the text.
    std::uint64_t word_of(const std::uint8_t* at, std::uint32_t length) const {
        if (at + 8 <= text_ + size_) {
            const std::uint64_t rest = word(at);
            return length == 8 ? rest : rest & ((std::uint64_t{1} << (8 * length)) - 1);
        }
        std::uint64_t value = 0;
        for (std::uint32_t i = 0; i < length; ++i) value |= std::uint64_t{at[i]} << (8 * i);
        return value;
    }

    void grow() {
        slots_.assign(slots_.empty() ? 64 : 2 * slots_.size(), none);
        for (std::size_t code = 0; code < entries_.size(); ++code) {
            if (entries_[code].field.end - entries_[code].field.begin == 1) continue;
            std::size_t slot = entries_[code].hash & (slots_.size() - 1);
            while (slots_[slot] != none) slot = (slot + 1) & (slots_.size() - 1);
            slots_[slot] = static_cast<std::int32_t>(code);
        }
    }

    const std::uint8_t* text_;
    std::uint32_t size_;
    std::array<std::int32_t, 256> of_byte_;
    std::vector<Entry> entries_;
    std::vector<std::int32_t> slots_;
};

}  // namespace cecli
