// A chain for some of the weights, and what an optimizer is made of: one such group, or several.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <utility>

#include "hone/optimizer/run.hpp"

namespace hone {

/// Rounded up to a cache line.
constexpr long whole_lines(long numbers) { return (numbers + 15) / 16 * 16; }

/// A chain for the weights that `Set` selects: transforms in order, the last one ends it.
template <class Set, class... Transforms>
struct transform_group {
    using set = Set;
    using group_list = std::tuple<Transforms...>;
    static constexpr int size = sizeof...(Transforms);
    static constexpr int moments = detail::moments_before<group_list, size>(),
                         counters = detail::counters_before<group_list, size>();
    /// All of it is one pass.
    static constexpr bool fused = !(detail::weight_transform<Transforms> || ...);
    /// It cannot update a vector.
    static constexpr bool for_matrices = (detail::for_matrices<Transforms> || ...);
    group_list transforms_;

    static constexpr bool selects(std::string_view name) { return Set::selects(name); }
    double rate(long step) const { return std::get<size - 1>(transforms_).rate(step); }
    /// Brings what its formulas count up to date.
    void count(long step, double* counter) const {
        each([&](const auto& transform, auto i) {
            if constexpr (requires { transform.count(step, counter); })
                transform.count(step, counter + detail::counters_before<group_list, i>());
        });
    }
    /// Calls f(transform, its number as a type) in order.
    template <class F>
    void each(F&& f) const {
        [&]<int... I>(std::integer_sequence<int, I...>) {
            (f(std::get<static_cast<std::size_t>(I)>(transforms_),
               std::integral_constant<int, I>{}),
             ...);
        }
        (std::make_integer_sequence<int, size>{});
    }
    /// Calls f(name, length) for what transforms by weight keep of a weight, in order.
    template <class F>
    void each_kept(long count, long columns, F&& f) const {
        each([&](const auto& transform, auto) {
            if constexpr (requires { transform.keep(count, columns, f); })
                transform.keep(count, columns, f);
        });
    }
    long kept(long count, long columns) const {
        long all = 0;
        each_kept(count, columns, [&](std::string_view, long n) { all += whole_lines(n); });
        return all;
    }
    /// Numbers that its transforms by weight work in, beside room for the update.
    template <class T>
    long scratch(long count, long columns) const {
        long most = 0;
        each([&](const auto& transform, auto) {
            if constexpr (requires { transform.template scratch<T>(count, columns); })
                most = std::max(most, transform.template scratch<T>(count, columns));
        });
        return most;
    }
    /// The number of the array that holds moments of this name; -1: none.
    static constexpr int moment_of(std::string_view name) {
        int found = -1;
        each_moment([&](std::string_view known, int at) {
            found = known == name && found < 0 ? at : found;
        });
        return found;
    }
    /// Calls f(name, number of its array).
    template <class F>
    static constexpr void each_moment(F&& f) {
        [&]<int... I>(std::integer_sequence<int, I...>) { (each_moment_of<I>(f), ...); }
        (std::make_integer_sequence<int, size>{});
    }
    /// Calls f(name, place among the counters).
    template <class F>
    static constexpr void each_counter(F&& f) {
        [&]<int... I>(std::integer_sequence<int, I...>) { (each_counter_of<I>(f), ...); }
        (std::make_integer_sequence<int, size>{});
    }

private:
    template <int I, class F>
    static constexpr void each_moment_of(F& f) {
        using transform = detail::transform_at<group_list, I>;
        if constexpr (detail::elementwise_transform<transform>)
            for (std::size_t k = 0; k < transform::kept.size(); ++k)
                f(transform::kept[k],
                  detail::moments_before<group_list, I>() + static_cast<int>(k));
    }
    template <int I, class F>
    static constexpr void each_counter_of(F& f) {
        using transform = detail::transform_at<group_list, I>;
        if constexpr (detail::counters_of<transform>() > 0)
            for (std::size_t k = 0; k < transform::counters.size(); ++k)
                f(transform::counters[k],
                  detail::counters_before<group_list, I>() + static_cast<int>(k));
    }
};

/// The groups of an optimizer, by number.
template <class... Groups>
struct grouped {
    static constexpr int groups = sizeof...(Groups);
    static constexpr bool fused = (Groups::fused && ...);
    std::tuple<Groups...> parts;

    /// Calls f(group, its number as a type).
    template <class F>
    void each_group(F&& f) const {
        [&]<int... I>(std::integer_sequence<int, I...>) {
            (f(std::get<static_cast<std::size_t>(I)>(parts), std::integral_constant<int, I>{}),
             ...);
        }
        (std::make_integer_sequence<int, groups>{});
    }
    /// The same for one group only.
    template <class F>
    void in_group(int which, F&& f) const {
        if constexpr (groups == 1) f(std::get<0>(parts), std::integral_constant<int, 0>{});
        else
            each_group([&](const auto& g, auto i) {
                if (i == which) f(g, i);
            });
    }
    /// The group of a weight, the first that matches; -1: none.
    static constexpr int group_of(std::string_view name) {
        int found = -1, at = 0;
        ((found = found < 0 && Groups::selects(name) ? at : found, ++at), ...);
        return found;
    }
    /// Where a group's counters begin.
    template <int I>
    static constexpr int counters_at = [] {
        int before = 0, at = 0;
        ((before += at++ < I ? Groups::counters : 0), ...);
        return before;
    }();
};

} // namespace hone
