// 12: which adapters may stand together, asked of the types: `refusal_to_adapt<Model, A, on<...>, B, on<...>>` is the compiler's sentence as a constant,
// empty where there is none. Prints the table of docs/adapters.md; with "programs" a line for each pair around one layer and around two:
// the number of its refusal or "legal", and the type.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstring>

#include "methods.hpp"

static void put(std::string_view text) { std::printf("%.*s", static_cast<int>(text.size()), text.data()); }

template <class First, class Second>
void print_cell() {
    constexpr auto found = ask<First, Second>();
    if (found.there.empty()) return put(" yes |");
    put(found.apart.empty() ? " " : " **");
    put(number_of(found.there));
    put(found.apart.empty() ? " |" : "** |");
}
template <class First, class... All>
void print_row(hone::types<All...>) {
    put("| ");
    put(First::name);
    put(" |");
    (print_cell<First, All>(), ...);
    put("\n");
}
static void put_program(std::string_view sentence, std::string_view first, std::string_view first_place, std::string_view second, std::string_view second_place) {
    put(sentence.empty() ? "legal" : number_of(sentence));
    put(" hone::adapt<two_of_each, hone::");
    put(first);
    put(", hone::on<\"");
    put(first_place);
    put("\">, hone::");
    put(second);
    put(", hone::on<\"");
    put(second_place);
    put("\">>\n");
}
template <class First, class Second>
void print_program() {
    if constexpr (!First::is_set && !Second::is_set) {
        constexpr auto found = ask<First, Second>();
        put_program(found.there, First::spelling, First::place, Second::spelling, First::place);
        put_program(found.apart, First::spelling, First::place, Second::spelling, Second::other);
    }
}
template <class First, class... All>
void print_programs(hone::types<All...>) {
    (print_program<First, All>(), ...);
}

template <class... All>
void print(hone::types<All...> all, bool programs) {
    if (programs) return (print_programs<All>(all), ...);
    put("| first, then |");
    ((put(" "), put(All::name), put(" |")), ...);
    put("\n|---|");
    ((void(sizeof(All)), put("---|")), ...);
    put("\n");
    (print_row<All>(all), ...);
}

int main(int argc, char** argv) {
    print(methods{}, argc > 1 && std::strcmp(argv[1], "programs") == 0);
    return 0;
}
