// Optimizers as chains: `chain(clip_by_global_norm(1.0), adamw{...})`, where a rule is the chain of
// its transforms (transform.hpp), or a chain for each group of weights:
// `chain(clip_by_global_norm(1.0), per<"classifier.**">(adamw{...}), per<"**">(adamw{...}))`; of
// groups that match a weight the first has it. The state is a value of its own, with room for what
// is kept of the weights that train and nothing else; it can be saved and given back. Nothing is
// allocated after start().
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "hone/meta/compact.hpp"
#include "hone/optimizer/flatten.hpp"
#include "hone/optimizer/update.hpp"

namespace hone::inline HONE_CPU {

/// What `chain` makes: what looks at the norm of all gradients, and one chain or several groups.
template <class Front, class... Groups>
class optimizer : public grouped<Groups...> {
    using base = grouped<Groups...>;

public:
    using base::groups, base::fused;
    template <class T>
    using state = optimizer_state<T, Groups...>;

    optimizer(Front front, std::tuple<Groups...> all) : base{std::move(all)}, front_(front) {}

    HONE_COMPACT_BEGIN
    /// Moments of zero for the weights that train. Errors: optimizer.no_group,
    /// optimizer.group_selects_nothing, optimizer.needs_a_matrix.
    template <class T>
    state<T> start(const trained_weights<T>& weights) const {
        state<T> s;
        s.key = weights.key;
        s.count = weights.count;
        choose_groups(weights, s);
        for (int m = 0; m < s.moments; ++m)
            s.moment[m] = storage<T>::zeros(static_cast<std::size_t>(weights.count),
                                            static_cast<std::size_t>(weights.seldom));
        touch(weights, s);
        s.alive =
            storage<unsigned char>::zeros(static_cast<std::size_t>(gradient_pages(weights.count)));
        s.partial = storage<double>(static_cast<std::size_t>(optimizer_chunks(weights.count) + 1));
        if constexpr (!fused) make_room(weights, s);
        return s;
    }
    /// The same for the weights of a step, whose names the compiler knows: a group that selects
    /// nothing, or a weight in no group, does not compile.
    template <class Step>
    requires requires { typename Step::program; }
    auto start(Step& step) const {
        constexpr auto found = detail::selected_by<typename Step::program, base>();
        static_assert(found.every_group, HONE_E063);
        static_assert(found.every_weight, HONE_E067);
        return start(step.weights());
    }
    /// Bytes that `start` takes for this many trained numbers, without what transforms by weight
    /// keep; with several groups at most so many.
    template <class T>
    static constexpr long bytes(long count) {
        return state<T>::moments * count * static_cast<long>(sizeof(T)) +
               (optimizer_chunks(count) + 1) * static_cast<long>(sizeof(double)) +
               gradient_pages(count);
    }
    /// The same with all of it.
    template <class T>
    long bytes(const trained_weights<T>& weights) const {
        long kept = 0, room = 0;
        each_room(weights, [&](long k, long r) { kept += k, room = std::max(room, r); });
        return bytes<T>(weights.count) + (kept + room) * static_cast<long>(sizeof(T));
    }
    /// The rate at a step; of several groups that of the last.
    double rate(long step) const {
        return std::get<static_cast<std::size_t>(groups) - 1>(this->parts).rate(step);
    }
    HONE_COMPACT_END

    /// One step. A gradient that is not finite is an error and changes nothing.
    template <class T>
    void step(trained_weights<T>& weights, gradient_block<T> gradients, state<T>& s) const {
        update_weights(*this, front_, weights, gradients, s);
    }
    /// One step and what an allocation makes of it. It sees the gradients as they were clipped.
    template <class T, class Allocation>
    void step(allocated_weights<T>& weights, gradient_block<T> gradients, state<T>& s,
              Allocation& allocation) const {
        const T factor = update_weights(*this, front_, weights, gradients, s);
        allocation.after_step(weights, gradients, factor);
    }
    /// Without one, weights that need it are refused.
    template <class T>
    void step(allocated_weights<T>&, gradient_block<T>, state<T>&) const {
        static_assert(sizeof(T) == 0, HONE_E046);
    }

    HONE_COMPACT_BEGIN
    /// Calls f(name, values) for all that is kept of the weights, "encoder.query.weight/adam.mu"
    /// among them: what a checkpoint holds.
    template <class T, class F>
    void each(const trained_weights<T>& weights, state<T>& s, F&& f) const {
        for (std::size_t i = 0; i < weights.ranges.size(); ++i) {
            const auto& r = weights.ranges[i];
            const auto give = [&](std::string_view name, T* at, long n) {
                f(r.name + "/" + std::string(name), std::span<T>(at, static_cast<std::size_t>(n)));
            };
            this->in_group(s.group_of(i), [&](const auto& g, auto) {
                g.each_moment([&](std::string_view name, int m) {
                    give(name, s.moment[m].data() + r.gradient, r.count);
                });
                long at = s.kept_at.empty() ? 0 : s.kept_at[i];
                g.each_kept(r.count, r.columns, [&](std::string_view name, long n) {
                    give(name, s.kept.data() + at, n);
                    at += whole_lines(n);
                });
            });
        }
    }
    /// Calls f(name, number), which f may change: "step", and what formulas count; of several
    /// groups the number stands before it.
    template <class T, class F>
    void each_counter(state<T>& s, F&& f) const {
        double step = static_cast<double>(s.step);
        f(std::string("step"), step);
        s.step = static_cast<long>(step);
        this->each_group([&](const auto& g, auto i) {
            g.each_counter([&](std::string_view name, int c) {
                f((groups == 1 ? std::string() : std::to_string(i() + 1) + ".") + std::string(name),
                  s.counter[base::template counters_at<i> + c]);
            });
        });
    }
    /// To be called when what `each` gives was put back from elsewhere: pages with moments other
    /// than zero are alive.
    template <class T>
    void restored(state<T>& s) const {
        constexpr auto size = static_cast<std::size_t>(gradient_page);
        for (std::size_t page = 0; page < s.alive.size(); ++page) {
            s.alive[page] = 0;
            for (const auto& m : s.moment)
                for (std::size_t k = page * size; k < std::min(m.size(), (page + 1) * size); ++k)
                    if (m[k] != T(0)) s.alive[page] = 1;
        }
    }

private:
    template <class T>
    void choose_groups(const trained_weights<T>& weights, state<T>& s) const {
        static_assert(groups < 256);
        bool used[static_cast<std::size_t>(groups)]{};
        for (const auto& r : weights.ranges) {
            const int found = base::group_of(r.name);
            if (found < 0)
                throw error("optimizer.no_group",
                            "a weight that trains is in no group of the optimizer",
                            {.name = r.name}, "a last group per<\"**\">(...)", "");
            used[found] = true;
            if constexpr (groups > 1) s.group.push_back(static_cast<unsigned char>(found));
            this->in_group(found, [&](const auto& g, auto) {
                if (r.columns == 0 && g.for_matrices)
                    throw error(
                        "optimizer.needs_a_matrix",
                        "its optimizer is for matrices; give other weights a group of their own",
                        {.name = r.name}, "a matrix", "a vector");
            });
        }
        for (int g = 0; g < groups; ++g)
            if (!used[g] && !weights.ranges.empty())
                throw error("optimizer.group_selects_nothing",
                            "a group of the optimizer has no weight: its patterns match none that "
                            "groups before it leave",
                            {}, "a weight that trains",
                            "none for group " + std::to_string(g + 1) + " of " +
                                std::to_string(groups));
    }
    /// The system gives the pages of moments now; of several groups to each weight those that its
    /// own chain keeps.
    template <class T>
    void touch(const trained_weights<T>& weights, state<T>& s) const {
        if constexpr (groups == 1) {
            for (int m = 0; m < s.moments; ++m)
                on_cpu::share_out(*weights.workers, 64, [&](long c) {
                    s.moment[m].touch(static_cast<std::size_t>(weights.seldom),
                                      static_cast<std::size_t>(c), 64);
                });
        } else
            for (std::size_t i = 0; i < weights.ranges.size(); ++i)
                this->in_group(s.group_of(i), [&](const auto& g, auto) {
                    const auto& r = weights.ranges[i];
                    for (int m = 0; m < g.moments && r.gradient >= weights.seldom; ++m)
                        for (long k = 0; k < r.count; k += gradient_page)
                            s.moment[m][static_cast<std::size_t>(r.gradient + k)] = T(0);
                });
    }
    /// Calls f(numbers kept, numbers worked in) for each weight.
    template <class T, class F>
    void each_room(const trained_weights<T>& weights, F&& f) const {
        for (const auto& r : weights.ranges)
            this->in_group(base::group_of(r.name), [&](const auto& g, auto) {
                f(g.kept(r.count, r.columns),
                  g.fused ? 0 : whole_lines(r.count) + g.template scratch<T>(r.count, r.columns));
            });
    }
    template <class T>
    void make_room(const trained_weights<T>& weights, state<T>& s) const {
        long kept = 0, room = 0;
        each_room(weights, [&](long k, long r) {
            s.kept_at.push_back(kept);
            kept += k;
            room = std::max(room, r);
        });
        s.kept = storage<T>::zeros(static_cast<std::size_t>(kept));
        s.room = storage<T>(static_cast<std::size_t>(room));
    }
    HONE_COMPACT_END
    Front front_;
};

/// An optimizer of transforms, rules or groups, in this order: `chain(clip_by_global_norm(1.0),
/// scale_by_adam{}, add_decayed_weights(0.01), scale_by_rate(1e-3))`.
template <class... Parts>
auto chain(Parts... parts) {
    if constexpr (detail::can_chain<decltype(detail::flat(parts...))>())
        return detail::chained(detail::flat(std::move(parts)...), [](auto front, auto groups) {
            return [&]<class... Groups>(std::tuple<Groups...>& all) {
                return optimizer<decltype(front), Groups...>(front, std::move(all));
            }(groups);
        });
}

} // namespace hone::inline HONE_CPU
