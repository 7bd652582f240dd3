// The options of a program, in a table: names, what they set, what they mean, what is allowed. getopt_long reads the words; help and
// messages are made from the table. (A parser made of templates cost a fifth of the whole program's compile time.)
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <getopt.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

class command_line {
public:
    command_line(std::string program, std::string purpose) : program_(std::move(program)), purpose_(std::move(purpose)) {}

    /// `value` is the word for the value in the help. What a variable holds now is its default.
    command_line& add(const char* name, const char* value, std::string& to, const char* help) { return put({name, value, help, kind::text, &to, 0, 0}); }
    command_line& add(const char* name, const char* value, int& to, const char* help, int least, int most) {
        return put({name, value, help, kind::small, &to, static_cast<double>(least), static_cast<double>(most)});
    }
    command_line& add(const char* name, const char* value, long& to, const char* help, long least, long most) {
        return put({name, value, help, kind::whole, &to, static_cast<double>(least), static_cast<double>(most)});
    }
    command_line& add(const char* name, const char* value, std::uint64_t& to, const char* help) { return put({name, value, help, kind::natural, &to, 0, 0}); }
    command_line& add(const char* name, const char* value, double& to, const char* help, double least, double most) {
        return put({name, value, help, kind::real, &to, least, most});
    }
    command_line& flag(const char* name, bool& to, const char* help) { return put({name, nullptr, help, kind::flag, &to, 0, 0}); }
    /// The option added last: must be given; cannot stand with another; starts above the least value, ends below the most.
    command_line& required() { return options_.back().required = true, *this; }
    command_line& not_with(const char* other) { return options_.back().not_with = other, *this; }
    command_line& above_least() { return options_.back().above_least = true, *this; }
    command_line& below_most() { return options_.back().below_most = true, *this; }

    /// Reads the words behind argv[0]. -1: go on; otherwise the program's exit code: 0 after --help, 2 after a mistake, which is printed.
    int read(int argc, char** argv) {
        std::vector<::option> names;
        for (const auto& o : options_) names.push_back({o.name, o.how == kind::flag ? no_argument : required_argument, nullptr, 0});
        names.push_back({"help", no_argument, nullptr, 0});
        names.push_back({nullptr, 0, nullptr, 0});
        optind = 0; // start anew, whoever read before
        opterr = 0;
        for (;;) {
            int which = -1;
            const int at = optind < 1 ? 1 : optind, found = getopt_long(argc, argv, ":h", names.data(), &which);
            if (found == -1) break;
            if (found == 'h' || (found == 0 && static_cast<std::size_t>(which) == options_.size())) return help(), 0;
            if (found == ':') return mistake(std::string(argv[at]) + " needs a value");
            if (found != 0) return mistake("no option " + std::string(argv[at]));
            auto& o = options_[static_cast<std::size_t>(which)];
            if (o.given) return mistake(name_of(o) + " is given twice");
            o.given = true;
            if (o.how == kind::flag) *static_cast<bool*>(o.to) = true;
            else if (!set(o, optarg)) return mistake(name_of(o) + " must be " + allowed(o) + ", not \"" + optarg + '"');
        }
        if (optind < argc) return mistake("what is \"" + std::string(argv[optind]) + "\"?");
        for (const auto& o : options_) {
            if (o.required && !o.given) return mistake(name_of(o) + " is missing");
            for (const auto& other : options_)
                if (o.given && other.given && o.not_with && std::string_view(o.not_with) == other.name) return mistake(name_of(o) + " and " + name_of(other) + " exclude each other");
        }
        return -1;
    }

    /// Every option and what it holds, as text.
    std::vector<std::pair<std::string, std::string>> values() const {
        std::vector<std::pair<std::string, std::string>> all;
        for (const auto& o : options_) all.emplace_back(o.name, text_of(o));
        return all;
    }

    void help() const {
        std::printf("usage: %s", program_.c_str());
        for (const auto& o : options_)
            if (o.required) std::printf(" --%s %s", o.name, o.value);
        std::printf(" [options]\n%s\n\n", purpose_.c_str());
        for (const auto& o : options_) {
            std::string left = std::string("  --") + o.name, right = o.help;
            if (o.value) left.append(" ").append(o.value);
            if (!o.standard.empty()) right += " (default: " + o.standard + ")";
            if (o.required) right += " (required)";
            print(left, right);
        }
        print("  --help", "this text");
    }

private:
    enum class kind { text, small, whole, natural, real, flag };
    struct entry {
        const char *name, *value, *help;
        kind how;
        void* to;
        double least, most;
        bool required = false, given = false, above_least = false, below_most = false;
        const char* not_with = nullptr;
        std::string standard{};
    };

    command_line& put(entry o) {
        if (o.how != kind::flag) o.standard = text_of(o);
        options_.push_back(std::move(o));
        return *this;
    }
    static std::string text_of(const entry& o) {
        switch (o.how) {
        case kind::text: return *static_cast<std::string*>(o.to);
        case kind::small: return std::to_string(*static_cast<int*>(o.to));
        case kind::whole: return std::to_string(*static_cast<long*>(o.to));
        case kind::natural: return std::to_string(*static_cast<std::uint64_t*>(o.to));
        case kind::real: return number(*static_cast<double*>(o.to));
        case kind::flag: break;
        }
        return *static_cast<bool*>(o.to) ? "yes" : "no";
    }
    static std::string name_of(const entry& o) { return std::string("--") + o.name; }
    static std::string number(double v) {
        char text[40];
        return {text, std::to_chars(text, text + sizeof text, v).ptr};
    }
    template <class Number>
    static bool read_number(std::string_view text, Number& to) {
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), to);
        return failed == std::errc() && end == text.data() + text.size();
    }
    static bool allows(const entry& o, double v) { return (o.above_least ? v > o.least : v >= o.least) && (o.below_most ? v < o.most : v <= o.most); }
    static bool set(const entry& o, const char* text) {
        if (o.how == kind::text) return *static_cast<std::string*>(o.to) = text, true;
        if (o.how == kind::natural) return read_number(text, *static_cast<std::uint64_t*>(o.to));
        if (o.how == kind::real) return read_number(text, *static_cast<double*>(o.to)) && allows(o, *static_cast<double*>(o.to));
        long v = 0;
        if (!read_number(text, v) || !allows(o, static_cast<double>(v))) return false;
        if (o.how == kind::whole) *static_cast<long*>(o.to) = v;
        else *static_cast<int*>(o.to) = static_cast<int>(v);
        return true;
    }
    static std::string allowed(const entry& o) {
        if (o.how == kind::natural) return "a whole number from 0 to 18446744073709551615";
        return (o.how == kind::real ? "a number from " : "a whole number from ") + number(o.least) + (o.above_least ? " (not itself)" : "") + " to " +
               number(o.most) + (o.below_most ? " (not itself)" : "");
    }
    int mistake(const std::string& what) const {
        std::fprintf(stderr, "%s: %s; %s --help lists the options\n", program_.c_str(), what.c_str(), program_.c_str());
        return 2;
    }
    /// `right` beside `left`, in lines of at most 100 characters.
    static void print(const std::string& left, const std::string& right) {
        constexpr std::size_t column = 28, width = 100 - column;
        std::string line = left + std::string(left.size() + 2 <= column ? column - left.size() : 2, ' ');
        std::size_t used = 0;
        for (std::size_t at = 0; at < right.size();) {
            std::size_t end = right.find(' ', at);
            if (end == right.npos) end = right.size();
            if (used > 0 && used + 1 + end - at > width) {
                std::puts(line.c_str());
                line.assign(column, ' ');
                used = 0;
            }
            if (used > 0) line += ' ', ++used;
            line.append(right, at, end - at);
            used += end - at;
            at = end + 1;
        }
        std::puts(line.c_str());
    }

    std::string program_, purpose_;
    std::vector<entry> options_;
};
