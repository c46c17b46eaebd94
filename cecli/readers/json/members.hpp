// The members of records in JSON lines, as delimited text. See converter.pyx.
//
// A record is read strictly: what the decoder in Python refuses is never accepted. What is refused
// here is left to that decoder, which accepts some of it, and tells what is wrong with the rest.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lexer.hpp"

namespace cecli {

constexpr char DELIMITER = 0x1f;

class Members : private Lexer {
  public:
    explicit Members(const std::vector<std::string>& columns)
        : columns_(columns), cells_(columns.size()), made_(columns.size()) {
        for (size_t i = 0; i < columns_.size(); ++i) places_.emplace(columns_[i], int(i));
    }

    // Appends the cells of whole lines to `out`, until the first line that is refused. Returns the
    // offset at which that line begins, or the size.
    size_t convert(const char* text, size_t start, size_t size, std::string& out, int64_t& lines) {
        size_t line = start;
        while (line < size) {
            const char* end = static_cast<const char*>(std::memchr(text + line, '\n', size - line));
            if (end == nullptr) return line;
            if (!row(text + line, end, out)) return line;
            ++lines;
            line = size_t(end - text) + 1;
        }
        return size;
    }

  private:
    // What a record consists of, in order: objects that begin, and keys.
    struct Token {
        int depth;
        int column;  // the wanted column of a key; -1 for none, -2 for the begin of an object
        std::string key;
    };
    struct Cell {
        std::string_view text;
        bool is_set = false;
    };

    bool row(const char* at, const char* end, std::string& out) {
        at_ = at, end_ = end;
        blank();
        if (at_ == end_) {
            out.push_back('\n');
            return true;
        }
        // Usually a record has the keys of the one before, which then need not be looked up.
        if (!record(at, true) && !record(at, false)) return false;
        for (const Cell& cell : cells_) {
            out.append(cell.text);
            out.push_back(DELIMITER);
        }
        out.push_back('\n');
        return true;
    }

    bool record(const char* at, bool follows) {
        if (follows && expected_.empty()) return false;
        at_ = at, follows_ = follows, number_ = 0;
        for (Cell& cell : cells_) cell = Cell();
        if (!follows) {
            expected_.clear(), path_.clear(), leaves_.clear();
        }
        blank();
        bool is_good = at_ != end_ && *at_ == '{' && object(1, false);
        if (is_good) {
            blank();
            is_good = at_ == end_ && number_ == expected_.size();
        }
        if (!is_good && !follows) expected_.clear();
        return is_good;
    }

    // Returns whether a token is the expected one; or, in a record of its own kind, notes it.
    bool token(int depth, int column, std::string_view key) {
        if (!follows_) {
            expected_.push_back({depth, column, std::string(key)});
            ++number_;
            return true;
        }
        if (number_ == expected_.size()) return false;
        const Token& next = expected_[number_++];
        return next.depth == depth && (next.column == -2) == (column == -2) && next.key == key;
    }

    // Reads an object; those inside of lists have no paths.
    bool object(int depth, bool in_list) {
        if (depth > DEEPEST || !is('{') || !token(depth, -2, {})) return false;
        size_t first = keys_.size();
        blank();
        bool is_good = true;
        if (!is('}')) {
            do {
                blank();
                is_good = member(depth, in_list);
                blank();
            } while (is_good && is(','));
            is_good = is_good && is('}');
        }
        is_good = is_good && (follows_ || are_distinct(first));
        keys_.resize(first);
        return is_good;
    }

    bool are_distinct(size_t first) {
        auto begin = keys_.begin() + std::ptrdiff_t(first);
        std::sort(begin, keys_.end());
        return std::adjacent_find(begin, keys_.end()) == keys_.end();
    }

    bool member(int depth, bool in_list) {
        const char* begin = at_ + 1;
        if (!string(nullptr, true)) return false;
        std::string_view key(begin, size_t(at_ - 1 - begin));
        blank();
        if (!is(':')) return false;
        blank();
        if (at_ == end_) return false;
        if (follows_) {
            if (!token(depth, -1, key)) return false;
            return value(depth, expected_[number_ - 1].column, in_list);
        }
        keys_.push_back(key);
        size_t before = path_.size();
        int column = -1;
        if (!in_list) {
            path_.append(key);
            auto found = places_.find(path_);
            if (found != places_.end()) column = found->second;
            if (*at_ != '{' && !leaves_.insert(path_).second) return false;
            path_.push_back('.');
        }
        token(depth, column, key);
        bool is_good = value(depth, column, in_list);
        path_.resize(before);
        return is_good;
    }

    bool value(int depth, int column, bool in_list) {
        if (at_ == end_) return false;
        if (column < 0) {
            switch (*at_) {
                case '{': return object(depth + 1, in_list);
                case '[': return list(depth + 1, nullptr);
                case '"': return string(nullptr, false);
                default: return bare();
            }
        }
        Cell& cell = cells_[size_t(column)];
        std::string& made = made_[size_t(column)];
        const char* begin = at_;
        if (cell.is_set || *at_ == '{') return false;
        cell.is_set = true;
        made.clear();
        if (*at_ == '"') {
            if (!string(&made, false) || has_control(made)) return false;
            std::string_view raw(begin + 1, size_t(at_ - begin) - 2);
            cell.text = made.empty() ? raw : std::string_view(made);
            return true;
        }
        if (*at_ == '[') {
            if (!list(depth + 1, &made)) return false;
            cell.text = made;
            return true;
        }
        if (!bare()) return false;
        if (*begin != 'n') cell.text = std::string_view(begin, size_t(at_ - begin));
        return true;
    }

    // Reads a list. As a cell, it may have numbers, words and such lists.
    bool list(int depth, std::string* made) {
        if (depth > DEEPEST || !is('[')) return false;
        if (made) made->push_back('[');
        blank();
        if (!is(']')) {
            bool is_first = true;
            do {
                blank();
                if (at_ == end_) return false;
                if (made && !is_first) made->append(", ");
                is_first = false;
                const char* begin = at_;
                bool is_good;
                switch (*at_) {
                    case '{': is_good = !made && object(depth + 1, true); break;
                    case '[': is_good = list(depth + 1, made); break;
                    case '"': is_good = !made && string(nullptr, false); break;
                    default:
                        is_good = bare();
                        if (made) made->append(begin, size_t(at_ - begin));
                }
                if (!is_good) return false;
                blank();
            } while (is(','));
            if (!is(']')) return false;
        }
        if (made) made->push_back(']');
        return true;
    }

    std::vector<std::string> columns_;
    std::unordered_map<std::string, int> places_;
    std::vector<Cell> cells_;
    std::vector<std::string> made_;  // texts of cells that are not as in the file
    std::vector<Token> expected_;
    std::vector<std::string_view> keys_;
    std::unordered_set<std::string> leaves_;
    std::string path_;
    bool follows_ = false;
    size_t number_ = 0;
};

// Appends the objects of an array that are followed by a comma, each on a line of its own. Returns
// the offset after the last of these commas. A newline in a text becomes another control character,
// so that it stays an error.
inline size_t split(
    const char* text, size_t start, size_t size, std::string& out, int64_t& count
) {
    for (size_t after = start;; ++count) {
        size_t at = after, kept = out.size();
        while (at < size && is_blank(text[at])) ++at;
        if (at >= size || text[at] != '{') return after;
        int64_t depth = 0;
        bool in_text = false, has_ended = false;
        for (; at < size && !has_ended; ++at) {
            char byte = text[at];
            if (byte == '\n') byte = in_text ? '\x01' : ' ';
            out.push_back(byte);
            if (in_text) {
                if (byte == '\\' && at + 1 < size && text[at + 1] != '\n') out.push_back(text[++at]);
                in_text = byte != '"';
            } else {
                in_text = byte == '"';
                depth += (byte == '{') - (byte == '}');
                has_ended = depth == 0;
            }
        }
        while (at < size && is_blank(text[at])) ++at;
        if (!has_ended || at >= size || text[at] != ',') {
            out.resize(kept);
            return after;
        }
        out.push_back('\n');
        after = at + 1;
    }
}

}  // namespace cecli
