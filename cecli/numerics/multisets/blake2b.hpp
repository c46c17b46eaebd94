// BLAKE2b (RFC 7693) of one message, or of several messages of the same length at once.

#pragma once

#include "registers.hpp"

namespace cecli {

constexpr int HASH_WORDS = 8, BLOCK_WORDS = 16;
constexpr std::uint64_t BLOCK_BYTES = 8 * BLOCK_WORDS;

constexpr std::uint64_t INITIAL[HASH_WORDS] = {
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
};

constexpr unsigned char SCHEDULE[10][BLOCK_WORDS] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

// The chained value of a hash: a word of each message in each of its lanes.
template <class Bits>
struct Chained {
    Bits words[HASH_WORDS];
};

// The value before the first block: its length in bytes, that of its key, a salt and a name of at
// most eight letters.
inline Chained<std::uint64_t> begun(int digest, int key, std::uint64_t salt, std::uint64_t name) {
    Chained<std::uint64_t> of;
    std::memcpy(of.words, INITIAL, sizeof of.words);
    of.words[0] ^= 0x01010000 ^ static_cast<std::uint64_t>(key) << 8 ^ digest;
    of.words[4] ^= salt;
    of.words[6] ^= name;
    return of;
}

template <class Bits>
CECLI_INLINE Bits turned(Bits word, int by) {
    return (word >> by) | (word << (64 - by));
}

template <class Bits>
CECLI_INLINE void mix(Bits& a, Bits& b, Bits& c, Bits& d, Bits x, Bits y) {
    a = a + b + x;
    d = turned<Bits>(d ^ a, 32);
    c = c + d;
    b = turned<Bits>(b ^ c, 24);
    a = a + b + y;
    d = turned<Bits>(d ^ a, 16);
    c = c + d;
    b = turned<Bits>(b ^ c, 63);
}

// Take in a block; `bytes` are those of the message up to its end.
template <class Bits>
CECLI_INLINE void compress(Chained<Bits>& of, const Bits* block, std::uint64_t bytes, bool last) {
    Bits v[2 * HASH_WORDS] = {};
    for (int i = 0; i < HASH_WORDS; ++i) {
        v[i] = of.words[i];
        v[HASH_WORDS + i] = Bits{} + INITIAL[i];
    }
    v[12] ^= bytes;
    if (last) v[14] = ~v[14];
    for (int round = 0; round < 12; ++round) {
        const unsigned char* s = SCHEDULE[round % 10];
        mix(v[0], v[4], v[8], v[12], block[s[0]], block[s[1]]);
        mix(v[1], v[5], v[9], v[13], block[s[2]], block[s[3]]);
        mix(v[2], v[6], v[10], v[14], block[s[4]], block[s[5]]);
        mix(v[3], v[7], v[11], v[15], block[s[6]], block[s[7]]);
        mix(v[0], v[5], v[10], v[15], block[s[8]], block[s[9]]);
        mix(v[1], v[6], v[11], v[12], block[s[10]], block[s[11]]);
        mix(v[2], v[7], v[8], v[13], block[s[12]], block[s[13]]);
        mix(v[3], v[4], v[9], v[14], block[s[14]], block[s[15]]);
    }
    for (int i = 0; i < HASH_WORDS; ++i) of.words[i] ^= v[i] ^ v[HASH_WORDS + i];
}

}  // namespace cecli
