// The weights of a program that stand in their file and that products read: packed once, when the program is made, for every program of the model; their
// pages go back to the system, so that such a weight takes the memory of its panels alone. A product packs the others each time that it runs: those
// that train, and those in memory of their own, which would stand twice.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <vector>

#include "hone/expression/state/cpu.hpp"
#include "hone/layer/parameters.hpp"
#include "hone/meta/compact.hpp"
#include "hone/op/cpu.hpp"

HONE_COMPACT_BEGIN
namespace hone::on_cpu::inline HONE_CPU {

/// Stands for the form of panels of this number type under this instruction set.
template <class Input>
inline constexpr char panels_of = 0;

template <class Program, class T>
class constant_weights {
public:
    using input = typename input_of<Program::plan, T>::type;
    /// By entry: does an op pack it once?
    static constexpr auto packed = [] {
        std::array<bool, Program::entries.size()> read{};
        for (const auto& n : Program::plan.nodes)
            if (n.count > 0 && n.op->packs_once >= 0)
                if (const auto w = static_cast<std::size_t>(n.argument[n.op->packs_once]); Program::plan.places[w].where == store::weight)
                    read[static_cast<std::size_t>(Program::plan.uses[static_cast<std::size_t>(Program::plan.nodes[w].detail)].entry)] = true;
        return read;
    }();

    template <class Parameters>
    void take(const Parameters& weights, team& workers) {
        std::size_t copy = 0;
        for (std::size_t e = 0; e < Program::entries.size(); ++e) {
            const auto& w = Program::entries[e];
            const int n = static_cast<int>(weights.rows(w)), k = static_cast<int>(weights.columns(w));
            for (int layer = 0; layer < copies(w); ++layer, ++copy) {
                typename kept_forms<T>::form form;
                if (packed[e] && weights.is_constant(copy)) {
                    form = weights.forms().get(&panels_of<input>, copy, static_cast<std::size_t>(packed_size<input>(k, n)), [&](storage<T>& to) {
                        workers.run([&](int thread, int threads) {
                            const int p = panels<T>(n);
                            pack_transposed<input>(weights.places()[copy], to.data(), k, n, share(p, thread, threads), share(p, thread + 1, threads));
                        });
                    });
                    weights.give_back(copy, static_cast<long>(n) * k);
                }
                panels_.push_back(form ? form->data() : nullptr);
                forms_.push_back(std::move(form));
            }
        }
        seen_ = weights.changes();
    }
    /// Panels by copy, without those that somebody has been given to write since.
    template <class Parameters>
    const T* const* look(const Parameters& weights) {
        if (seen_ != weights.changes())
            for (std::size_t copy = 0; copy < forms_.size(); ++copy)
                if (!weights.is_constant(copy)) {
                    panels_[copy] = nullptr;
                    forms_[copy].reset();
                }
        seen_ = weights.changes();
        return panels_.data();
    }

private:
    std::vector<typename kept_forms<T>::form> forms_;
    std::vector<const T*> panels_;
    long seen_ = 0;
};

} // namespace hone::on_cpu::inline HONE_CPU
HONE_COMPACT_END
