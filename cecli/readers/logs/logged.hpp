// A token as a log has it, and what tells it from all others. See token_rows.hpp.
#pragma once

#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cecli {

// Stands for "very unlikely", and is no log-probability.
constexpr double UNLIKELY = -9999.0;
constexpr std::string_view REPLACED = "\xef\xbf\xbd";

// Reads the number of JSON between two places, correctly rounded. Returns false beyond the range.
inline bool read_number(const char* begin, const char* end, double& out) {
    auto [stop, error] = std::from_chars(begin, end, out);
    return error == std::errc() && stop == end;
}

inline void quote(std::string_view text, std::string& out) {
    static const char* HEX = "0123456789abcdef";
    out.push_back('"');
    for (char byte : text) {
        auto code = static_cast<unsigned char>(byte);
        switch (byte) {
            case '"': out.append("\\\""); break;
            case '\\': out.append("\\\\"); break;
            case '\b': out.append("\\b"); break;
            case '\f': out.append("\\f"); break;
            case '\n': out.append("\\n"); break;
            case '\r': out.append("\\r"); break;
            case '\t': out.append("\\t"); break;
            default:
                if (code >= 0x20) {
                    out.push_back(byte);
                } else {
                    out.append("\\u00").push_back(HEX[code >> 4]);
                    out.push_back(HEX[code & 15]);
                }
        }
    }
    out.push_back('"');
}

// A token, as an entry of a log or one of the likeliest has it.
struct Logged {
    std::string token, bytes, number;
    bool has_token = false, has_logprob = false, has_bytes = false;
    double logprob = std::numeric_limits<double>::quiet_NaN();

    void clear() {
        token.clear(), bytes.clear(), number.clear();
        has_token = has_logprob = has_bytes = false;
        logprob = std::numeric_limits<double>::quiet_NaN();
    }

    bool is_known() const {
        return logprob > -std::numeric_limits<float>::max() && logprob != UNLIKELY;
    }

    bool is_replaced() const { return token.find(REPLACED) != std::string::npos; }

    // What tells a token from all others; with a mark if nothing does.
    void key(std::string& out) const {
        out.clear();
        if (has_bytes && !bytes.empty() && bytes != token) {
            out.append(REPLACED).push_back('[');
            for (size_t i = 0; i < bytes.size(); ++i) {
                if (i) out.append(", ");
                out.append(std::to_string(static_cast<unsigned char>(bytes[i])));
            }
            out.push_back(']');
            return;
        }
        if (token.empty() || is_replaced()) out.push_back('\x01');
        out.append(token);
    }

    double size() const {
        if (has_bytes && !bytes.empty() && bytes != token) return double(bytes.size());
        if (is_replaced()) return std::numeric_limits<double>::quiet_NaN();
        return double(has_bytes ? bytes.size() : token.size());
    }
};

// Texts, each with a code.
struct Texts {
    std::unordered_map<std::string, int64_t> places;
    std::vector<std::string> names;

    int64_t code(const std::string& text) {
        auto found = places.emplace(text, int64_t(names.size()));
        if (found.second) names.push_back(text);
        return found.first->second;
    }
};

}  // namespace cecli
