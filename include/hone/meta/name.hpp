// Text as a template argument, the name types made of it, and the paths of parts. A name is a *type* (`part_name<"query">`), never
// matched by partial specialisation (nvcc cannot); a path is a list of names, joined to text only where values are planned.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>

namespace hone {

template <std::size_t N>
struct literal {
    char data[N]{};
    constexpr literal(const char (&s)[N]) {
        for (std::size_t i = 0; i < N; ++i) data[i] = s[i];
    }
    constexpr std::string_view view() const { return {data, N - 1}; }
};

template <literal Text>
struct part_name {
    static constexpr std::string_view value = Text.view();
};

/// The names of parts from the root of a body down.
template <class... Names>
struct path {};

template <class Path, class Name>
struct joined;
template <class... Names, class Name>
struct joined<path<Names...>, Name> {
    using type = path<Names..., Name>;
};
template <class Path, class Name>
using join = typename joined<Path, Name>::type;

/// A path as a value: "encoder.blocks.*.attention.query.weight", a star where a layer's number will stand.
struct path_text {
    static constexpr int capacity = 160;
    char data[capacity]{};
    int size = 0;

    constexpr std::string_view view() const { return {data, static_cast<std::size_t>(size)}; }
    constexpr void append(std::string_view part) {
        if (size > 0 && size < capacity) data[size++] = '.';
        for (char c : part)
            if (size < capacity) data[size++] = c; // longer paths are refused where weights are collected
    }
    constexpr void append_number(int n) {
        char digits[12]{};
        int k = 12;
        do digits[--k] = static_cast<char>('0' + n % 10);
        while ((n /= 10) > 0);
        append({digits + k, static_cast<std::size_t>(12 - k)});
    }
    constexpr path_text operator/(std::string_view part) const {
        path_text p = *this;
        p.append(part);
        return p;
    }
    constexpr bool operator==(const path_text& other) const { return view() == other.view(); }
};

template <class... Names>
constexpr path_text append(path_text at, path<Names...>) {
    (at.append(Names::value), ...);
    return at;
}

} // namespace hone
