// The tokens of JSON in one line of text, strictly read. See members.hpp.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

namespace cecli {

constexpr int DEEPEST = 64;

inline bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

class Lexer {
  protected:
    void blank() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r')) ++at_;
    }

    bool is(char mark) {
        if (at_ == end_ || *at_ != mark) return false;
        ++at_;
        return true;
    }

    bool word(const char* name, size_t size) {
        if (size_t(end_ - at_) < size || std::memcmp(at_, name, size) != 0) return false;
        at_ += size;
        return true;
    }

    bool digits() {
        const char* begin = at_;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
        return at_ != begin;
    }

    // Reads a number or a word.
    bool bare() {
        switch (*at_) {
            case 't': return word("true", 4);
            case 'f': return word("false", 5);
            case 'n': return word("null", 4);
            case '-': ++at_;
        }
        if (!is('0') && !digits()) return false;
        if (is('.') && !digits()) return false;
        if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
            ++at_;
            if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
            if (!digits()) return false;
        }
        return true;
    }

    // Reads a text. If it has escapes and is wanted, `made` gets what they stand for.
    bool string(std::string* made, bool is_key) {
        if (!is('"')) return false;
        const char* plain = at_;
        while (at_ != end_) {
            auto byte = static_cast<unsigned char>(*at_);
            if (byte == '"') {
                if (made && !made->empty()) made->append(plain, size_t(at_ - plain));
                ++at_;
                return true;
            }
            if (byte < 0x20 || (byte == '\\' && is_key)) return false;
            if (byte != '\\') {
                ++at_;
                continue;
            }
            if (made) made->append(plain, size_t(at_ - plain));
            ++at_;
            if (!escape(made)) return false;
            plain = at_;
        }
        return false;
    }

    bool escape(std::string* made) {
        if (at_ == end_) return false;
        char letter = *at_++;
        switch (letter) {
            case '"': case '\\': case '/': return appended(letter, made);
            case 'b': return appended('\b', made);
            case 'f': return appended('\f', made);
            case 'n': return appended('\n', made);
            case 'r': return appended('\r', made);
            case 't': return appended('\t', made);
            case 'u': break;
            default: return false;
        }
        uint32_t code = 0;
        if (!hexadecimal(code)) return false;
        if (made == nullptr) return true;
        if (code >= 0xd800 && code < 0xdc00) {
            uint32_t low = 0;
            if (!is('\\') || !is('u') || !hexadecimal(low)) return false;
            if (low < 0xdc00 || low > 0xdfff) return false;
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        } else if (code >= 0xdc00 && code < 0xe000) {
            return false;
        }
        encoded(code, *made);
        return true;
    }

    static bool appended(char letter, std::string* made) {
        if (made) made->push_back(letter);
        return true;
    }

    bool hexadecimal(uint32_t& code) {
        if (end_ - at_ < 4) return false;
        for (int i = 0; i < 4; ++i) {
            char digit = *at_++;
            uint32_t value;
            if (digit >= '0' && digit <= '9') value = uint32_t(digit - '0');
            else if (digit >= 'a' && digit <= 'f') value = uint32_t(digit - 'a') + 10;
            else if (digit >= 'A' && digit <= 'F') value = uint32_t(digit - 'A') + 10;
            else return false;
            code = code << 4 | value;
        }
        return true;
    }

    static void encoded(uint32_t code, std::string& out) {
        auto tail = [&](int shift) { out.push_back(char(0x80 | (code >> shift & 0x3f))); };
        if (code < 0x80) {
            out.push_back(char(code));
        } else if (code < 0x800) {
            out.push_back(char(0xc0 | code >> 6)), tail(0);
        } else if (code < 0x10000) {
            out.push_back(char(0xe0 | code >> 12)), tail(6), tail(0);
        } else {
            out.push_back(char(0xf0 | code >> 18)), tail(12), tail(6), tail(0);
        }
    }

    // Returns whether a text has a character that no cell of delimited text can have.
    static bool has_control(const std::string& text) {
        for (char byte : text) {
            if (static_cast<unsigned char>(byte) < 0x20) return true;
        }
        return false;
    }

    const char* at_ = nullptr;
    const char* end_ = nullptr;
};

}  // namespace cecli
