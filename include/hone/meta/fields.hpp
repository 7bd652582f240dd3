// The named parts of a layer and the named fields of a batch, each declared in one line inside the struct:
//     HONE_PARTS((gate, Gate), (up, Up), (down, linear<Inner, Width>))
//     HONE_FIELDS(left, right, label)
// C++20 cannot turn a type into members of that name, so a macro must. What it makes is a Boost.Hana tuple of `part`s (the
// compile-time walk) and a template of members: `parts<Path>::gate` is `bound<Gate, Path + "gate">`, so that two parts of one type are two weights.
// An adapter changes parts from outside: a path `within` an adaptation gives members of other layers at the same places.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/hana/for_each.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/tuple.hpp>

#include "hone/meta/name.hpp"
#include "hone/meta/seam.hpp"

namespace hone {

/// One entry of a layer's part list: a part with a name. The layers of a container are `layer_run`s (expression/repeat.hpp).
template <class Name, class Layer>
struct part {
    using name = Name;
    using layer = Layer;
};

/// One that an adapter has added to the layer that it goes around.
template <class Name, class Layer>
struct added_part : part<Name, Layer> {};

/// The entry with another layer.
template <class Part, class Layer>
struct with_layer;
template <class Name, class Old, class Layer>
struct with_layer<part<Name, Old>, Layer> {
    using type = part<Name, Layer>;
};
template <class Name, class Old, class Layer>
struct with_layer<added_part<Name, Old>, Layer> {
    using type = added_part<Name, Layer>;
};

/// A layer at a place; specialised where expressions are known.
template <class Layer, class Path>
struct bound;

/// What the part `Name` of a layer at `Path` is bound as.
template <class Layer, class Path, class Name>
struct member_of {
    using type = bound<Layer, join<Path, Name>>;
};
/// A place inside what an adapter goes over: `Adaptation::part<Layer, Name>` is what becomes of the part.
template <class Adaptation, class Path>
struct within {};
template <class Layer, class Adaptation, class Path, class Name>
struct member_of<Layer, within<Adaptation, Path>, Name> : member_of<typename Adaptation::template part<Layer, Name>, Path, Name> {};
template <class Adaptation, class Path, class Name>
struct joined<within<Adaptation, Path>, Name> : joined<Path, Name> {};

/// What fields of a type are to a program, by what the type says that it `is`.
template <class Is, class Type>
struct field_traits_of {
    static_assert(sizeof(Type) == 0, HONE_E033);
};
template <class Type>
struct is_of {
    using type = void;
};
template <class Type>
    requires requires { typename Type::is; }
struct is_of<Type> {
    using type = typename Type::is;
};
/// The same for one type: specialise it for a type of your own (expression/field.hpp).
template <class Type>
struct field_traits : field_traits_of<typename is_of<Type>::type, Type> {};
/// A field of a batch as a symbol.
template <class Type, class Name>
struct field_symbol : field_traits<Type>::template symbol<Name> {};

} // namespace hone

// Expands `macro(x)` for each argument, up to 256 of them.
#define HONE_PARENTHESES ()
#define HONE_EXPAND(...) HONE_EXPAND_4(HONE_EXPAND_4(HONE_EXPAND_4(HONE_EXPAND_4(__VA_ARGS__))))
#define HONE_EXPAND_4(...) HONE_EXPAND_3(HONE_EXPAND_3(HONE_EXPAND_3(HONE_EXPAND_3(__VA_ARGS__))))
#define HONE_EXPAND_3(...) HONE_EXPAND_2(HONE_EXPAND_2(HONE_EXPAND_2(HONE_EXPAND_2(__VA_ARGS__))))
#define HONE_EXPAND_2(...) __VA_ARGS__
#define HONE_EACH(macro, ...) __VA_OPT__(HONE_EXPAND(HONE_EACH_STEP(macro, __VA_ARGS__)))
#define HONE_EACH_STEP(macro, first, ...) macro(first) __VA_OPT__(HONE_EACH_AGAIN HONE_PARENTHESES(macro, __VA_ARGS__))
#define HONE_EACH_AGAIN() HONE_EACH_STEP

#define HONE_PART_NAME(label, ...) label
#define HONE_PART_TYPE(label, ...) __VA_ARGS__
#define HONE_PART_TEXT(label, ...) HONE_TEXT(label)
#define HONE_TEXT(label) #label
#define HONE_PART_MEMBER(entry)                                                                                                            \
    [[no_unique_address]] typename ::hone::member_of<HONE_PART_TYPE entry, Path, ::hone::part_name<HONE_PART_TEXT entry>>::type HONE_PART_NAME entry;
#define HONE_PART_ENTRY(entry) , ::hone::part<::hone::part_name<HONE_PART_TEXT entry>, HONE_PART_TYPE entry>
#define HONE_PARTS(...)                                                                                                                    \
    template <class Path>                                                                                                                  \
    struct parts {                                                                                                                         \
        HONE_EACH(HONE_PART_MEMBER, __VA_ARGS__)                                                                                           \
    };                                                                                                                                     \
    using part_list = ::hone::drop_first<void HONE_EACH(HONE_PART_ENTRY, __VA_ARGS__)>;

// The parts of `Layer`, which an adapter goes around, and further ones of the adapter's own.
#define HONE_ADDED_ENTRY(entry) , ::hone::added_part<::hone::part_name<HONE_PART_TEXT entry>, HONE_PART_TYPE entry>
#define HONE_ADDED_PARTS(Layer, ...)                                                                                                       \
    using inside = Layer;                                                                                                                  \
    template <class Path>                                                                                                                  \
    struct parts : Layer::template parts<Path> {                                                                                           \
        HONE_EACH(HONE_PART_MEMBER, __VA_ARGS__)                                                                                          \
    };                                                                                                                                     \
    using part_list = ::hone::appended<typename Layer::part_list, ::hone::drop_first<void HONE_EACH(HONE_ADDED_ENTRY, __VA_ARGS__)>>;

#define HONE_FIELD_MEMBER(label) [[no_unique_address]] ::hone::field_symbol<decltype(Batch::label), ::hone::part_name<#label>> label;
#define HONE_FIELD_VISIT(label) visitor(::hone::part_name<#label>{}, batch.label);
#define HONE_FIELD_ENTRY(label) , ::hone::part<::hone::part_name<#label>, decltype(Batch::label)>
#define HONE_FIELDS(...)                                                                                                                   \
    template <class Batch>                                                                                                                 \
    struct symbols {                                                                                                                       \
        HONE_EACH(HONE_FIELD_MEMBER, __VA_ARGS__)                                                                                          \
        using field_list = ::hone::drop_first<void HONE_EACH(HONE_FIELD_ENTRY, __VA_ARGS__)>;                                              \
    };                                                                                                                                     \
    template <class Batch, class Visitor>                                                                                                  \
    static constexpr void visit(Batch&& batch, Visitor&& visitor) {                                                                        \
        HONE_EACH(HONE_FIELD_VISIT, __VA_ARGS__)                                                                                           \
    }

namespace hone {

template <class First, class... Rest>
struct without_first {
    using type = boost::hana::tuple<Rest...>;
};
template <class... All>
using drop_first = typename without_first<All...>::type;

template <class First, class Second>
struct appended_to;
template <class... First, class... Second>
struct appended_to<boost::hana::tuple<First...>, boost::hana::tuple<Second...>> {
    using type = boost::hana::tuple<First..., Second...>;
};
template <class First, class Second>
using appended = typename appended_to<First, Second>::type;

} // namespace hone
