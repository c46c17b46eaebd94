// The tokens whose log-probabilities two cells both have. See token_rows.pyx.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lexer.hpp"
#include "logged.hpp"

namespace cecli {

// The tokens in a cell, which is an object whose values are numbers.
class Cell : private Lexer {
  public:
    std::vector<std::string> names;
    std::vector<double> values;
    size_t likeliest = 0;

    bool read(std::string_view text) {
        names.clear(), values.clear();
        likeliest = 0;
        at_ = text.data(), end_ = at_ + text.size();
        if (!is('{')) return false;
        if (!is('}')) {
            do {
                blank();
                if (!pair()) return false;
            } while (is(','));
            if (!is('}')) return false;
        }
        return at_ == end_;
    }

  private:
    bool pair() {
        const char* begin = at_;
        names.emplace_back();
        if (!string(&names.back(), false)) return false;
        if (names.back().empty()) names.back().assign(begin + 1, size_t(at_ - begin) - 2);
        if (!is(':')) return false;
        blank();
        double value = 0.0;
        const char* number = at_;
        if (at_ == end_ || !bare() || !read_number(number, at_, value)) return false;
        if (!values.empty() && value > values[likeliest]) likeliest = values.size();
        values.push_back(value);
        return true;
    }
};

// Finds what two cells have in common, in the order of the first.
class Common {
  public:
    std::vector<double> p, q;
    bool has_same_likeliest = false;

    // Returns false if a cell is no such object.
    bool find(std::string_view ours, std::string_view theirs) {
        p.clear(), q.clear(), places_.clear();
        if (!first_.read(ours) || !second_.read(theirs)) return false;
        for (size_t i = 0; i < first_.names.size(); ++i) note(first_.names[i], i, 0);
        for (size_t i = 0; i < second_.names.size(); ++i) note(second_.names[i], i, 1);
        for (size_t i = 0; i < first_.names.size(); ++i) {
            const std::string& name = first_.names[i];
            const Places& found = places_.at(name);
            // A marked name, or one that occurs twice, may be of several tokens.
            if (name[0] == '\x01' || found.counts[0] != 1 || found.counts[1] != 1) continue;
            p.push_back(first_.values[i]);
            q.push_back(second_.values[found.second]);
        }
        has_same_likeliest = !first_.names.empty() && !second_.names.empty() &&
                             first_.names[first_.likeliest] == second_.names[second_.likeliest];
        return true;
    }

  private:
    struct Places {
        int counts[2] = {0, 0};
        size_t second = 0;
    };

    void note(const std::string& name, size_t place, int side) {
        Places& found = places_[name];
        ++found.counts[side];
        if (side) found.second = place;
    }

    Cell first_, second_;
    std::unordered_map<std::string, Places> places_;
};

}  // namespace cecli
