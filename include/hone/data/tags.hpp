// Schemes of tags for stretches of words. IOB1 (I begins an entity, B only where one of its type ends just before), IOB2 (B always begins one) and
// IOBES (also E at an end, S alone) become IOB2 in one way: an entity goes on where the type is the same and the tag is I or E after a B or I, else
// it begins. So every sequence has a meaning; those that no scheme would write are counted. Tags of no scheme (parts of speech) stay as they are.
// Cost: two passes over the tags.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// How tags mark entities; `plain`: they do not.
enum class tag_convention { plain, iob1, iob2, iobes };

inline std::string_view scheme_name(tag_convention scheme) {
    return scheme == tag_convention::iob1 ? "IOB1" : scheme == tag_convention::iob2 ? "IOB2" : scheme == tag_convention::iobes ? "IOBES" : "plain tags";
}

/// A tag in parts: O, or B, I, E, S and a type; kind 0 for what is neither.
struct tag_parts {
    char kind = 0;
    std::string_view type{};

    tag_parts() = default;
    explicit tag_parts(std::string_view tag) {
        if (tag == "O") kind = 'O';
        if (tag.size() < 3 || tag[1] != '-' || std::string_view("BIES").find(tag[0]) == std::string_view::npos) return;
        kind = tag[0];
        type = tag.substr(2);
    }
};

/// Counts what tells the schemes apart, sentence by sentence.
struct scheme_counts {
    std::int64_t outside = 0, entities = 0, others = 0, ends = 0; ///< tags: O; B, I, E, S; none of them; E and S
    std::int64_t not_iob1 = 0, not_iob2 = 0, not_iobes = 0; ///< tags that the scheme would not write there

    void add(std::span<const std::string> tags) {
        tag_parts last("O");
        for (const auto& tag : tags) {
            const tag_parts now(tag);
            outside += now.kind == 'O';
            others += now.kind == 0;
            entities += now.kind != 'O' && now.kind != 0;
            ends += now.kind == 'E' || now.kind == 'S';
            const bool same = last.kind != 'O' && last.kind != 0 && last.type == now.type;
            const bool open = same && (last.kind == 'B' || last.kind == 'I');
            not_iob1 += now.kind == 'B' && !same;
            not_iob2 += now.kind == 'I' && !open;
            const bool goes_on = now.kind == 'I' || now.kind == 'E';
            not_iobes += goes_on != (last.kind == 'B' || last.kind == 'I') || (goes_on && !open);
            last = now;
        }
        not_iobes += last.kind == 'B' || last.kind == 'I';
    }
    /// Plain where no tag is one of an entity. Mixed tags have no scheme: look at `others` first.
    tag_convention scheme() const {
        if (entities == 0) return tag_convention::plain;
        if (ends > 0) return tag_convention::iobes;
        return not_iob1 < not_iob2 ? tag_convention::iob1 : tag_convention::iob2;
    }
    /// Tags that this scheme would not write where they stand.
    std::int64_t illegal() const {
        const auto is = scheme();
        return is == tag_convention::iob1 ? not_iob1 : is == tag_convention::iob2 ? not_iob2 : is == tag_convention::iobes ? not_iobes : 0;
    }
};

/// Tags of one sentence of any of the schemes, as IOB2, in place.
inline void make_iob2(std::span<std::string> tags) {
    std::string last_tag;
    for (auto& tag : tags) {
        const tag_parts now(tag), last(last_tag);
        const bool open = (last.kind == 'B' || last.kind == 'I') && last.type == now.type;
        std::string read = tag;
        if (now.kind != 'O' && now.kind != 0) tag[0] = open && (now.kind == 'I' || now.kind == 'E') ? 'I' : 'B';
        last_tag = std::move(read);
    }
}

} // namespace hone
HONE_COMPACT_END
