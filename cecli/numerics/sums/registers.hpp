// Vectors of doubles, if the compiler has them; one double is a vector of one lane.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(CECLI_PORTABLE)
#define CECLI_LANES
#define CECLI_INLINE inline __attribute__((always_inline))
#define CECLI_APART __attribute__((noinline))
#define CECLI_AVX2 __attribute__((target("avx2,fma")))
#define CECLI_AVX512 __attribute__((target("avx512f,avx2,fma")))
#else
#define CECLI_INLINE inline
#define CECLI_APART
#endif

namespace cecli {

template <int LANES>
struct Registers;

template <>
struct Registers<1> {
    using Doubles = double;
    using Words = std::int64_t;
    using Bits = std::uint64_t;
};

#ifdef CECLI_LANES
template <int LANES>
struct Registers {
    typedef double Doubles __attribute__((vector_size(8 * LANES)));
    typedef std::int64_t Words __attribute__((vector_size(8 * LANES)));
    typedef std::uint64_t Bits __attribute__((vector_size(8 * LANES)));
};
#endif

// The same bits as another type.
template <class To, class From>
CECLI_INLINE To bits_as(const From& from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

template <class Doubles>
CECLI_INLINE void load(Doubles& into, const double* from) {
    std::memcpy(&into, from, sizeof into);
}

template <class Doubles>
CECLI_INLINE void store(double* into, const Doubles& from) {
    std::memcpy(into, &from, sizeof from);
}

// The instruction sets that code is compiled for, the fastest last. All give the same bits.
constexpr const char* KINDS[] = {"one by one", "avx2", "avx512"};

// The number of them that this machine supports.
inline int kinds_of_this_machine() {
#ifdef CECLI_LANES
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
    return __builtin_cpu_supports("avx512f") ? 3 : 2;
#else
    return 1;
#endif
}

// The implementations, one for each instruction set, that this machine supports.
template <class T>
std::vector<T> of_this_machine(std::initializer_list<T> kinds) {
    return {kinds.begin(), kinds.begin() + kinds_of_this_machine()};
}

}  // namespace cecli
