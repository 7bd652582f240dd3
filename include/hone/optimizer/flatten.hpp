// What a chain is given becomes one list of transforms, or of groups: rules are replaced by what
// they are made of. What cannot be a chain is refused here.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <utility>

#include "hone/meta/pattern.hpp"
#include "hone/optimizer/group.hpp"

namespace hone {

namespace detail {

/// All weights.
struct every_weight {
    static constexpr bool selects(std::string_view) { return true; }
};

template <class Part>
auto flat_one(Part part) {
    if constexpr (rule_of_transforms<Part>)
        return std::apply(
            [](auto... inner) { return std::tuple_cat(flat_one(std::move(inner))...); },
            part.transforms());
    else return std::tuple<Part>(std::move(part));
}
template <class... Parts>
auto flat(Parts... parts) {
    return std::tuple_cat(flat_one(std::move(parts))...);
}

template <class Part>
inline constexpr bool is_transform =
    linear_transform<Part> || elementwise_transform<Part> || weight_transform<Part>;

/// Refuses a list that is no chain. `Inside`: of a group.
template <class List, bool Inside = false>
constexpr bool can_chain() {
    return []<class... Parts>(std::type_identity<std::tuple<Parts...>>) {
        constexpr int size = sizeof...(Parts);
        constexpr bool known =
            ((is_transform<Parts> || whole_transform<Parts> || group_of_transforms<Parts>)&&...);
        constexpr bool whole[] = {whole_transform<Parts>..., false},
                       end[] = {ends<Parts>..., false};
        constexpr bool first = [&] { // what looks at all gradients stands at the front
            for (int i = Inside ? 0 : 1; i < size; ++i)
                if (whole[i]) return false;
            return true;
        }();
        constexpr int groups = (0 + ... + group_of_transforms<Parts>),
                      begin = size > 0 && whole[0] ? 1 : 0;
        constexpr bool alike = groups == 0 || (!Inside && groups == size - begin);
        constexpr bool one_end = groups > 0 || [&] {
            for (int i = 0; i + 1 < size; ++i)
                if (end[i]) return false;
            return true;
        }();
        constexpr bool ended = groups > 0 || (size > begin && end[size > 0 ? size - 1 : 0]);
        static_assert(known, HONE_E065);
        static_assert(!known || first, HONE_E060);
        static_assert(!known || !first || alike, HONE_E066);
        static_assert(!known || !first || !alike || one_end, HONE_E061);
        static_assert(!known || !first || !alike || !one_end || ended, HONE_E062);
        return known && first && alike && one_end && ended;
    }(std::type_identity<List>{});
}

template <class Set, class... Transforms>
transform_group<Set, Transforms...> group_with(std::tuple<Transforms...> list) {
    return {std::move(list)};
}
template <class List, int... I>
auto without_first(List list, std::integer_sequence<int, I...>) {
    return std::tuple(std::get<static_cast<std::size_t>(I) + 1>(std::move(list))...);
}
/// Calls make(what looks at all gradients, groups).
template <class List, class Make>
auto chained(List list, Make make) {
    using first = std::tuple_element_t<0, List>;
    if constexpr (whole_transform<first>) {
        auto rest = without_first(
            list, std::make_integer_sequence<int, static_cast<int>(std::tuple_size_v<List>) - 1>{});
        if constexpr (group_of_transforms<std::tuple_element_t<0, decltype(rest)>>)
            return make(std::get<0>(list), std::move(rest));
        else return make(std::get<0>(list), std::tuple(group_with<every_weight>(std::move(rest))));
    } else if constexpr (group_of_transforms<first>) return make(no_clip{}, std::move(list));
    else return make(no_clip{}, std::tuple(group_with<every_weight>(std::move(list))));
}

struct selection_found {
    bool every_group = true, every_weight = true;
};
/// Does every group of an optimizer have a weight that a program trains, and every such weight a
/// group?
template <class Program, class Grouped>
constexpr selection_found selected_by() {
    bool used[static_cast<std::size_t>(Grouped::groups)]{};
    selection_found found;
    for (const auto& w : Program::entries)
        for (int k = 0; k < copies(w); ++k) {
            if (!Program::trains(w, k)) continue;
            const int group = Grouped::group_of(name_of(w, k).view());
            if (group < 0) found.every_weight = false;
            else used[group] = true;
        }
    for (bool u : used) found.every_group = found.every_group && u;
    return found;
}

} // namespace detail

/// A chain for the weights that a pattern matches: `per<"classifier.**">(adamw{.rate = 1e-3})`.
template <literal... Patterns, class... Parts>
auto per(Parts... parts) {
    static_assert(sizeof...(Patterns) > 0, HONE_E069);
    if constexpr (sizeof...(Patterns) > 0 &&
                  detail::can_chain<decltype(detail::flat(parts...)), true>())
        return detail::group_with<on<Patterns...>>(detail::flat(std::move(parts)...));
}

} // namespace hone
