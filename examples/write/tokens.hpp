// `write tokens`: the token ids of each line of a file, and the way back. It needs a tokenizer in
// the folder and nothing else.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <hone/file/error.hpp>
#include <hone/file/file.hpp>
#include <hone/file/json_value.hpp>
#include <hone/tokens/any_tokenizer.hpp>

#include "../command_line.hpp"

struct token_options {
    std::string model, input;
    bool decode = false;
    long length = 512;
};

inline int read_token_options(token_options& o, int argc, char** argv) {
    command_line line("write tokens", "Prints the token ids of each line of a file, or with "
                                      "--decode the text of each line of ids.");
    line.add("model", "DIR", o.model, "a folder with a tokenizer").required();
    line.add("input", "FILE", o.input, "a text in each line; with --decode ids separated by blanks")
        .required();
    line.add("length", "N", o.length, "ids of a line at most, special tokens included", 1,
             1l << 30);
    line.flag("decode", o.decode, "each line of ids as a JSON string, special tokens kept");
    return line.read(argc, argv);
}

/// Calls use(line, number from 1) for each line: it ends at \n and nowhere else; a last one without
/// it counts.
template <class Use>
void each_line(std::string_view text, const Use& use) {
    std::int64_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        use(text.substr(at, end - at), ++number);
        at = end + 1;
    }
}

/// Ids separated by blanks. Error: tokens.id.
inline void read_ids(std::string_view line, std::vector<std::int32_t>& ids,
                     const hone::place_view& where) {
    ids.clear();
    for (std::size_t at = 0; (at = line.find_first_not_of(" \t\r", at)) != line.npos;) {
        const auto end = std::min(line.find_first_of(" \t\r", at), line.size());
        std::int32_t id = 0;
        const auto [stop, failed] = std::from_chars(line.data() + at, line.data() + end, id);
        if (failed != std::errc() || stop != line.data() + end)
            throw hone::error("tokens.id", "something that is no token id", where,
                              "whole numbers separated by blanks",
                              hone::in_quotes(line.substr(at, end - at), 32));
        ids.push_back(id);
        at = end;
    }
}

inline int tokens(const token_options& o) {
    const hone::any_tokenizer tokenizer{std::filesystem::path(o.model)};
    const auto text = hone::read_file(o.input, std::size_t{1} << 32);
    std::vector<std::int32_t> ids;
    std::string out;
    each_line(text, [&](std::string_view line, std::int64_t number) {
        out.clear();
        if (o.decode) {
            read_ids(line, ids, {.file = o.input, .line = number});
            out = hone::json_quoted(tokenizer.decode(ids, true));
        } else {
            tokenizer.encode(line, ids, static_cast<std::size_t>(o.length));
            for (const auto id : ids) out.append(out.empty() ? "" : " ").append(std::to_string(id));
        }
        out += '\n';
        std::fwrite(out.data(), 1, out.size(), stdout);
    });
    return 0;
}
