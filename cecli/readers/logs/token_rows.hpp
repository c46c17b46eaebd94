// The tokens in the records of a log, a row each. See token_rows.pyx.
//
// A record is read strictly: what the decoder in Python refuses is never accepted. What is refused
// here is left to that decoder, which accepts some of it, and tells what is wrong with the rest.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "lexer.hpp"
#include "logged.hpp"

namespace cecli {

// What the value at a path is; layouts.py has the same names in the same order.
enum class Part {
    NOTHING, DOC, EPOCH, CHOICE, ENTRY, TOKEN, LOGPROB, BYTES, TOP, TOP_TOKEN, TOP_LOGPROB,
    TOP_BYTES, TOKENS, TOKEN_LOGPROBS, TOP_DICTS
};

// How many tokens are shown before and after one, and what it is between.
constexpr size_t BEFORE = 8, AFTER = 4;
constexpr std::string_view OPENS = "\xe2\x9f\xa6", CLOSES = "\xe2\x9f\xa7";

class TokenRows : private Lexer {
  public:
    TokenRows(
        const std::vector<std::string>& paths, const std::vector<int>& parts, bool with_tops,
        bool with_contexts
    ) : nodes_(1), with_tops_(with_tops), with_contexts_(with_contexts) {
        for (size_t i = 0; i < paths.size(); ++i) place(paths[i], Part(parts[i]));
    }

    // Reads whole lines, until the first one that is refused. Returns the offset at which that line
    // begins, or the size.
    size_t read(const char* text, size_t start, size_t size, int64_t first_line) {
        size_t line = start;
        read_lines = 0;
        while (line < size) {
            const char* end = static_cast<const char*>(std::memchr(text + line, '\n', size - line));
            if (end == nullptr) return line;
            line_ = first_line + read_lines;
            size_t before = lines.size();
            if (!record(text + line, end)) {
                forget(before);
                return line;
            }
            ++read_lines;
            line = size_t(end - text) + 1;
        }
        return size;
    }

    std::vector<int64_t> lines, choices, positions, tokens, docs, epochs, blanks;
    std::vector<double> logprobs, sizes;
    std::vector<std::string> tops, contexts;
    Texts token_texts, doc_texts, epoch_texts;
    int64_t read_lines = 0;

  private:
    struct Node {
        std::vector<std::pair<std::string, int>> members;
        int item = -1;
        Part part = Part::NOTHING;
    };

    int added() {
        nodes_.emplace_back();
        return int(nodes_.size()) - 1;
    }

    // Adds a path such as choices[].logprobs.
    void place(const std::string& path, Part part) {
        int node = 0;
        size_t at = 0;
        while (at < path.size()) {
            if (path.compare(at, 2, "[]") == 0) {
                if (nodes_[size_t(node)].item < 0) {
                    int next = added();
                    nodes_[size_t(node)].item = next;
                }
                node = nodes_[size_t(node)].item;
                at += 2;
                continue;
            }
            if (path[at] == '.') ++at;
            size_t end = std::min(path.find('.', at), path.find("[]", at));
            std::string key = path.substr(at, end == std::string::npos ? end : end - at);
            int next = child(node, key);
            if (next < 0) {
                next = added();
                nodes_[size_t(node)].members.emplace_back(key, next);
            }
            node = next;
            at = end == std::string::npos ? path.size() : end;
        }
        nodes_[size_t(node)].part = part;
    }

    int child(int node, std::string_view key) const {
        if (node < 0) return -1;
        for (const auto& member : nodes_[size_t(node)].members) {
            if (member.first == key) return member.second;
        }
        return -1;
    }

    void forget(size_t rows) {
        lines.resize(rows), choices.resize(rows), positions.resize(rows), tokens.resize(rows);
        docs.resize(rows), epochs.resize(rows), logprobs.resize(rows), sizes.resize(rows);
        tops.resize(with_tops_ ? rows : 0), contexts.resize(with_contexts_ ? rows : 0);
    }

    bool record(const char* at, const char* end) {
        at_ = at, end_ = end;
        keys_.clear();
        has_list_ = false;
        choice_ = 0;
        doc_.clear(), epoch_.clear();
        columns_clear();
        blank();
        if (at_ == end_) {
            blanks.push_back(line_);
            return true;
        }
        if (*at_ != '{' || !value(0, 1)) return false;
        blank();
        if (at_ != end_ || !has_list_) return false;
        if (doc_.empty()) doc_ = std::to_string(line_);
        docs.resize(lines.size(), doc_texts.code(doc_));
        epochs.resize(lines.size(), epoch_texts.code(epoch_));
        return true;
    }

    // Reads a value; of a node below 0, nothing is wanted.
    bool value(int node, int depth) {
        if (at_ == end_ || depth > DEEPEST) return false;
        Part part = node < 0 ? Part::NOTHING : nodes_[size_t(node)].part;
        switch (part) {
            case Part::DOC: return label(doc_);
            case Part::EPOCH: return label(epoch_);
            case Part::TOKEN: return token(entry_);
            case Part::TOP_TOKEN: return token(top_);
            case Part::LOGPROB: return logprob(entry_);
            case Part::TOP_LOGPROB: return logprob(top_);
            case Part::BYTES: return bytes(entry_);
            case Part::TOP_BYTES: return bytes(top_);
            case Part::TOKENS: return texts();
            case Part::TOKEN_LOGPROBS: return numbers();
            case Part::TOP_DICTS: return dictionaries(depth);
            default: break;
        }
        bool is_wanted = node >= 0 && (node == 0 || !nodes_[size_t(node)].members.empty());
        bool has_items = node >= 0 && nodes_[size_t(node)].item >= 0;
        switch (*at_) {
            case '{': return !has_items && object(node, part, depth);
            case '[': return (has_items || !is_wanted) && list(node, depth);
            case '"': return !has_items && !is_wanted && string(nullptr, false);
            case 'n': return word("null", 4);
            default: return !has_items && !is_wanted && bare();
        }
    }

    bool object(int node, Part part, int depth) {
        ++at_;
        switch (part) {
            case Part::ENTRY: entry_.clear(), listed_.clear(); break;
            case Part::TOP: top_.clear(); break;
            case Part::CHOICE: columns_clear(); break;
            default: break;
        }
        size_t first = keys_.size();
        blank();
        bool is_good = true;
        if (!is('}')) {
            do {
                blank();
                is_good = member(node, depth);
                blank();
            } while (is_good && is(','));
            is_good = is_good && is('}');
        }
        is_good = is_good && have_distinct_keys(first);
        if (part == Part::ENTRY) is_good = is_good && !is_after_sampling(first);
        keys_.resize(first);
        if (!is_good) return false;
        switch (part) {
            case Part::ENTRY: return row();
            case Part::TOP: return noted();
            case Part::CHOICE: return columns();
            default: return true;
        }
    }

    bool member(int node, int depth) {
        const char* begin = at_ + 1;
        if (!string(nullptr, true)) return false;
        std::string_view key(begin, size_t(at_ - 1 - begin));
        keys_.push_back(key);
        blank();
        if (!is(':')) return false;
        blank();
        return value(child(node, key), depth + 1);
    }

    bool have_distinct_keys(size_t first) {
        size_t size = keys_.size() - first;
        if (size > 12) {
            auto begin = keys_.begin() + std::ptrdiff_t(first);
            std::sort(begin, keys_.end());
            return std::adjacent_find(begin, keys_.end()) == keys_.end();
        }
        for (size_t i = first; i < keys_.size(); ++i) {
            for (size_t j = first; j < i; ++j) {
                if (keys_[i] == keys_[j]) return false;
            }
        }
        return true;
    }

    // Whether a token has probabilities after sampling, which its log-probability need not agree with.
    bool is_after_sampling(size_t first) const {
        return std::find(keys_.begin() + std::ptrdiff_t(first), keys_.end(), "top_probs") !=
               keys_.end();
    }

    bool list(int node, int depth) {
        ++at_;
        int item = node < 0 ? -1 : nodes_[size_t(node)].item;
        Part part = item < 0 ? Part::NOTHING : nodes_[size_t(item)].part;
        if (part == Part::ENTRY) begin_tokens();
        if (part == Part::CHOICE) choice_ = 0;
        blank();
        if (is(']')) return true;
        do {
            blank();
            if (at_ == end_) return false;
            bool has_object = *at_ == '{';
            if (part != Part::NOTHING && !has_object) return false;
            if (!value(item, depth + 1)) return false;
            if (part == Part::ENTRY) ++position_;
            if (part == Part::CHOICE) ++choice_;
            blank();
        } while (is(','));
        if (part == Part::ENTRY) end_tokens();
        return is(']');
    }

    void begin_tokens() {
        has_list_ = true;
        position_ = 0;
        first_row_ = lines.size();
        sequence_.clear();
    }

    // Shows each token of a list between those around it.
    void end_tokens() {
        if (!with_contexts_) return;
        for (size_t row = first_row_; row < lines.size(); ++row) {
            auto at = size_t(positions[row]);
            std::string out;
            for (size_t i = at < BEFORE ? 0 : at - BEFORE; i < at; ++i) out.append(sequence_[i]);
            out.append(OPENS).append(sequence_[at]).append(CLOSES);
            size_t stop = std::min(sequence_.size(), at + 1 + AFTER);
            for (size_t i = at + 1; i < stop; ++i) out.append(sequence_[i]);
            contexts.push_back(std::move(out));
        }
    }

    // Reads a list with a function for each item.
    template <class Read>
    bool items(Read read) {
        if (at_ == end_) return false;
        if (*at_ == 'n') return word("null", 4);
        if (!is('[')) return false;
        blank();
        if (is(']')) return true;
        do {
            blank();
            if (at_ == end_ || !read()) return false;
            blank();
        } while (is(','));
        return is(']');
    }

    // Reads a text whose escapes are resolved.
    bool resolved(std::string& out) {
        const char* begin = at_;
        out.clear();
        if (!string(&out, false)) return false;
        // Without an escape, nothing was appended.
        if (out.empty()) out.assign(begin + 1, size_t(at_ - begin) - 2);
        return true;
    }

    // Reads a name: a text, or a number as it is written.
    bool label(std::string& out) {
        const char* begin = at_;
        if (*at_ == '"') return resolved(out);
        if (*at_ == 'n') return word("null", 4);
        if (*at_ != '-' && (*at_ < '0' || *at_ > '9')) return false;
        if (!bare()) return false;
        out.assign(begin, size_t(at_ - begin));
        return true;
    }

    bool token(Logged& of) {
        of.has_token = true;
        return *at_ == '"' && resolved(of.token);
    }

    // Reads a number; null stays not a number.
    bool number(double& out) {
        const char* begin = at_;
        if (*at_ == 'n') return word("null", 4);
        if (*at_ != '-' && (*at_ < '0' || *at_ > '9')) return false;
        if (!bare()) return false;
        return read_number(begin, at_, out);
    }

    bool logprob(Logged& of) {
        const char* begin = at_;
        of.has_logprob = true;
        if (!number(of.logprob)) return false;
        of.number.assign(begin, size_t(at_ - begin));
        return true;
    }

    bool bytes(Logged& of) {
        of.has_bytes = at_ != end_ && *at_ == '[';
        return items([&] {
            double code = -1.0;
            if (!number(code) || !(code >= 0.0 && code <= 255.0) || code != std::floor(code)) {
                return false;
            }
            of.bytes.push_back(char(static_cast<unsigned char>(code)));
            return true;
        });
    }

    void columns_clear() {
        texts_.clear(), values_.clear(), written_.clear(), dictionaries_.clear();
        has_texts_ = has_values_ = has_dictionaries_ = false;
    }

    bool texts() {
        has_texts_ = at_ != end_ && *at_ == '[';
        return items([&] {
            texts_.emplace_back();
            return *at_ == '"' && resolved(texts_.back());
        });
    }

    bool numbers() {
        has_values_ = at_ != end_ && *at_ == '[';
        return items([&] {
            const char* begin = at_;
            values_.push_back(std::numeric_limits<double>::quiet_NaN());
            if (!number(values_.back())) return false;
            written_.emplace_back(begin, size_t(at_ - begin));
            return true;
        });
    }

    // Reads, for each token, an object with the log-probabilities of the likeliest.
    bool dictionaries(int depth) {
        has_dictionaries_ = at_ != end_ && *at_ == '[';
        return depth < DEEPEST && items([&] {
            dictionaries_.emplace_back();
            if (*at_ == 'n') return word("null", 4);
            if (!is('{')) return false;
            blank();
            if (is('}')) return true;
            do {
                blank();
                Logged next;
                if (at_ == end_ || *at_ != '"' || !resolved(next.token)) return false;
                blank();
                if (!is(':')) return false;
                blank();
                if (at_ == end_ || !logprob(next)) return false;
                dictionaries_.back().push_back(std::move(next));
                blank();
            } while (is(','));
            return is('}') && are_distinct(dictionaries_.back());
        });
    }

    static bool are_distinct(const std::vector<Logged>& tokens) {
        std::vector<std::string_view> names;
        for (const Logged& one : tokens) names.push_back(one.token);
        std::sort(names.begin(), names.end());
        return std::adjacent_find(names.begin(), names.end()) == names.end();
    }

    // Makes rows of the columns of a choice.
    bool columns() {
        if (!has_texts_ && !has_values_ && !has_dictionaries_) return true;
        if (texts_.size() != values_.size()) return false;
        if (has_dictionaries_ && dictionaries_.size() != texts_.size()) return false;
        begin_tokens();
        for (position_ = 0; size_t(position_) < texts_.size(); ++position_) {
            auto at = size_t(position_);
            entry_.clear();
            entry_.token = texts_[at], entry_.has_token = true;
            entry_.logprob = values_[at], entry_.has_logprob = true, entry_.number = written_[at];
            listed_.clear();
            if (has_dictionaries_) listed_ = dictionaries_[at];
            if (!row()) return false;
        }
        end_tokens();
        return true;
    }

    bool noted() {
        if (!top_.has_token || !top_.has_logprob) return false;
        if (with_tops_) listed_.push_back(top_);
        return true;
    }

    // Makes a row of an entry. The first token of a text may have no log-probability, and is none.
    bool row() {
        if (!entry_.has_token || !entry_.has_logprob) return false;
        if (with_contexts_) sequence_.push_back(entry_.token);
        if (position_ == 0 && std::isnan(entry_.logprob)) return true;
        double logprob = entry_.logprob;
        if (logprob <= -std::numeric_limits<float>::max()) {
            logprob = -std::numeric_limits<double>::infinity();
        }
        lines.push_back(line_), choices.push_back(choice_), positions.push_back(position_);
        tokens.push_back(token_texts.code(entry_.token));
        logprobs.push_back(logprob), sizes.push_back(entry_.size());
        if (with_tops_) tops.push_back(top_text());
        return true;
    }

    // The log-probabilities that are known, of the likeliest tokens and of the one that was observed.
    // Nothing if there is no list of the likeliest.
    std::string top_text() {
        if (listed_.empty()) return {};
        std::string out = "{", own, key;
        entry_.key(own);
        bool has_own = false;
        auto add = [&](const std::string& name, const std::string& number) {
            if (out.size() > 1) out.append(", ");
            quote(name, out);
            out.append(": ").append(number);
        };
        for (const Logged& next : listed_) {
            next.key(key);
            has_own = has_own || key == own;
            if (next.is_known()) add(key, next.number);
        }
        if (!has_own && entry_.is_known()) add(own, entry_.number);
        out.push_back('}');
        return out;
    }

    std::vector<Node> nodes_;
    bool with_tops_, with_contexts_;
    std::vector<std::string> sequence_;
    size_t first_row_ = 0;
    std::vector<std::string_view> keys_;
    Logged entry_, top_;
    std::vector<Logged> listed_;
    std::vector<std::string> texts_, written_;
    std::vector<double> values_;
    std::vector<std::vector<Logged>> dictionaries_;
    bool has_texts_ = false, has_values_ = false, has_dictionaries_ = false;
    std::string doc_, epoch_;
    int64_t line_ = 0, choice_ = 0, position_ = 0;
    bool has_list_ = false;
};

}  // namespace cecli
