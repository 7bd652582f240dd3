// Entities written as one tag a word: "B-PER", "I-PER", "O". Reading tags, finding the entities of
// a row of tags, and turning any of the schemes into IOB2. Two readings, as seqeval has them.
// Forgiving, for every scheme at once and for ill-formed rows (conlleval's): an entity goes on
// where the type is the same and the tag is I or E after no O, E or S, else it begins. Strict, for
// one scheme: what breaks its rules is no entity.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// IOB1: B only where an entity follows one of its type. IOB2: every entity begins with B. IOBES:
/// also ends with E; S is alone.
enum class tag_scheme { iob1, iob2, iobes };

inline std::string_view name_of(tag_scheme scheme) {
    return scheme == tag_scheme::iob1 ? "IOB1" : scheme == tag_scheme::iob2 ? "IOB2" : "IOBES";
}

/// A scheme by its name. Error: metric.scheme.
inline tag_scheme tag_scheme_of(std::string_view name) {
    for (const auto scheme : {tag_scheme::iob1, tag_scheme::iob2, tag_scheme::iobes})
        if (name == name_of(scheme)) return scheme;
    throw error("metric.scheme", "no such scheme of tags", {}, "IOB1, IOB2 or IOBES",
                in_quotes(name, 32));
}

/// A tag's letter (B, I, E, S or O) and its type.
struct entity_tag {
    char letter;
    std::string_view type;
};

/// A tag in parts; the type is what follows the first hyphen, "_" where nothing does, as seqeval
/// has it. `letters` are those allowed. Error: metric.tag.
inline entity_tag read_tag(std::string_view tag, std::string_view letters = "OBIES") {
    const bool known = !tag.empty() && letters.find(tag.front()) != letters.npos &&
                       (tag.size() == 1 || tag[1] == '-');
    if (!known || (tag.front() == 'O' && tag.size() > 1))
        throw error("metric.tag", "a tag that the scheme does not have", {},
                    {"O, or one of ", letters.substr(1), ", a hyphen and a type"},
                    in_quotes(tag, 64));
    return {tag.front(), tag.size() <= 2 ? "_" : tag.substr(2)};
}

/// Words `first` to before `end` of one type, which refers to the tags.
struct entity {
    std::size_t first, end;
    std::string_view type;
    friend bool operator==(const entity&, const entity&) = default;
};

namespace detail {

/// The letters that a scheme has.
inline std::string_view letters_of(tag_scheme scheme) {
    return scheme == tag_scheme::iobes ? "OBIES" : "OBI";
}

/// As read_tag, but a type is without hyphens around it and "_" where it is missing: strict reading
/// has it so.
inline entity_tag read_strictly(std::string_view tag, tag_scheme scheme) {
    auto read = read_tag(tag, letters_of(scheme));
    while (read.type.starts_with('-')) read.type.remove_prefix(1);
    while (read.type.ends_with('-')) read.type.remove_suffix(1);
    if (read.type.empty()) read.type = "_";
    return read;
}

inline bool goes_on(tag_scheme scheme, const entity_tag& last, const entity_tag& tag) {
    const bool inside = tag.letter == 'I' || (scheme == tag_scheme::iobes && tag.letter == 'E');
    return inside && (last.letter == 'B' || last.letter == 'I') && last.type == tag.type;
}
inline bool begins(tag_scheme scheme, const entity_tag& last, const entity_tag& tag) {
    if (scheme == tag_scheme::iob2) return tag.letter == 'B';
    if (scheme == tag_scheme::iobes) return tag.letter == 'B' || tag.letter == 'S';
    const bool same = last.type == tag.type;
    if (tag.letter == 'B') return same && last.letter != 'O';
    return tag.letter == 'I' && (last.letter != 'I' || !same);
}
/// May an entity whose last tag is `last` end before `next`?
inline bool may_end(tag_scheme scheme, const entity_tag& last, const entity_tag& next) {
    if (scheme == tag_scheme::iobes) return last.letter == 'E' || last.letter == 'S';
    if (scheme == tag_scheme::iob2) return true;
    return last.letter != 'B' || next.letter != 'B' || last.type == next.type;
}

} // namespace detail

/// The entities of a sentence, forgiving. Error: metric.tag.
inline std::vector<entity> entities_of(std::span<const std::string> tags) {
    std::vector<entity> found;
    entity_tag last{'O', {}};
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const auto tag = read_tag(tags[i]);
        const bool open = last.letter == 'B' || last.letter == 'I';
        if (open && last.type == tag.type && (tag.letter == 'I' || tag.letter == 'E'))
            found.back().end = i + 1;
        else if (tag.letter != 'O') found.push_back({i, i + 1, tag.type});
        last = tag;
    }
    return found;
}

/// The entities of a sentence that keep the rules of `scheme`. Error: metric.tag.
inline std::vector<entity> entities_of(std::span<const std::string> tags, tag_scheme scheme) {
    std::vector<entity_tag> read;
    for (const auto& tag : tags) read.push_back(detail::read_strictly(tag, scheme));
    read.push_back({'O', "_"});
    std::vector<entity> found;
    entity_tag last{'O', "_"};
    for (std::size_t i = 0, end = 0; i < tags.size(); i = end) {
        end = i + 1;
        if (detail::begins(scheme, last, read[i])) {
            while (detail::goes_on(scheme, read[end - 1], read[end])) ++end;
            if (detail::may_end(scheme, read[end - 1], read[end]))
                found.push_back({i, end, read[i].type});
        }
        last = read[end - 1];
    }
    return found;
}

/// How many tags of a sentence cannot stand after the one before them (its end counts as O). Error:
/// metric.tag.
inline std::int64_t illegal_tags(std::span<const std::string> tags, tag_scheme scheme) {
    std::int64_t illegal = 0;
    entity_tag last{'O', "_"};
    for (std::size_t i = 0; i <= tags.size(); ++i) {
        const auto tag =
            i < tags.size() ? detail::read_strictly(tags[i], scheme) : entity_tag{'O', "_"};
        const bool on = detail::goes_on(scheme, last, tag),
                   open = scheme == tag_scheme::iobes && (last.letter == 'B' || last.letter == 'I');
        illegal += open ? !on : !on && tag.letter != 'O' && !detail::begins(scheme, last, tag);
        last = tag;
    }
    return illegal;
}

/// The same entities in IOB2, whichever scheme they are in, read forgivingly; a letter without a
/// type stays one.
/// Error: metric.tag.
inline std::vector<std::string> to_iob2(std::span<const std::string> tags) {
    std::vector<std::string> iob2(tags.size(), "O");
    for (const auto& e : entities_of(tags))
        for (std::size_t i = e.first; i < e.end; ++i)
            iob2[i].assign(i == e.first ? "B" : "I").append(tags[i].substr(1));
    return iob2;
}

} // namespace hone
HONE_COMPACT_END
