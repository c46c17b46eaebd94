// Hold the compiled readers of numbers to std::from_chars, bit for bit, on random decimals.
//
// Run it from the repository, with a compiler of C++17:
//
//     g++ -O2 -std=c++17 -I cecli/readers/text tests/decimals.cpp -o build/decimals
//     build/decimals 1000000000 [seed]
//
// It reads that many decimals: whole numbers, and digits on both sides of a point, of all lengths up
// to 34 characters, half of them in the digits of a double or of the middle between two. Each comes
// between bytes that are no part of it. The first difference ends it with exit code 1.

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "scan.hpp"

using namespace cecli;

namespace {

__extension__ using Wide = unsigned __int128;

// SplitMix64 (Steele, Lea, Flood 2014).
struct Random {
    std::uint64_t state;

    std::uint64_t operator()() {
        std::uint64_t x = state += 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
};

// Digits, most of them with a point somewhere.
std::string digits(Random& random) {
    const std::uint64_t shape = random();
    const int size = 1 + static_cast<int>(shape % 34);
    const int point = static_cast<int>(shape >> 8 & 1 ? (shape >> 16) % 34 : 1);
    const int zeros = shape >> 9 & 1 ? static_cast<int>((shape >> 24) % 16) : 0;
    std::string text;
    for (int i = 0; i < size; ++i)
        text += i == point ? '.' : i < zeros ? '0' : static_cast<char>('0' + random() % 10);
    return text;
}

// A double below 2^20, or the middle between two, in all of its digits or cut short.
std::string middle(Random& random) {
    const std::uint64_t shape = random();
    const int bits = 1 + static_cast<int>(shape % 60), down = static_cast<int>((shape >> 8) % 28);
    // A whole number times 5^down, with the point `down` digits from the right: it is that number
    // divided by 2^down.
    Wide whole = (random() >> (64 - bits)) | 1;
    for (int i = 0; i < down; ++i) whole *= 5;
    std::string text;
    for (int i = 0; whole || i <= down; ++i, whole /= 10) {
        if (i == down && down) text.insert(text.begin(), '.');
        text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(whole % 10)));
    }
    if (shape >> 16 & 1) text.resize(text.size() - (shape >> 20) % text.size());
    return text;
}

}  // namespace

int main(int count, char** arguments) {
    const long long total = count > 1 ? std::atoll(arguments[1]) : 1'000'000;
    Random random{count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 0};
    constexpr int ROWS = 1000;
    const Accepted any{-1e300, 1e300, false, false};
    const std::vector<Scan> scans = scans_of_this_machine();
    for (long long done = 0; done < total; done += ROWS) {
        std::string text;
        Span fields[ROWS];
        double expected[ROWS], found[ROWS];
        for (int row = 0; row < ROWS; ++row) {
            const std::string number = random() & 1 ? digits(random) : middle(random);
            text += static_cast<char>('0' + random() % 10);
            fields[row].begin = static_cast<std::uint32_t>(text.size());
            text += number == "." ? "0" : number;
            fields[row].end = static_cast<std::uint32_t>(text.size());
            std::from_chars(text.data() + fields[row].begin, text.data() + text.size(),
                            expected[row]);
        }
        const auto* begin = reinterpret_cast<const std::uint8_t*>(text.data());
        const Text scanned{begin, static_cast<std::ptrdiff_t>(text.size()), ',', '"'};
        for (const Scan& scan : scans) {
            const bool read = scan.read_numbers(scanned, {fields, 1, ROWS}, any, found);
            for (int row = 0; row < ROWS; ++row) {
                if (read && std::memcmp(&found[row], &expected[row], sizeof(double)) == 0) continue;
                const std::string number =
                    text.substr(fields[row].begin, fields[row].end - fields[row].begin);
                std::printf("%s: %s is %.17g, not %.17g\n", scan.name, number.c_str(),
                            expected[row], found[row]);
                return 1;
            }
        }
    }
    std::printf("%lld decimals alike\n", total);
}
