// Several LoRA adapters of one shape side by side, each sequence of a batch with its own: the batch has a field `adapter` of one number a sequence, and
// -100 is the base alone. They stand in one pair of matrices, `lora.a` (count rank, in) and `lora.b` (out, count rank); of x A^T a row keeps its own
// adapter's columns and has zeros in the others, so one product serves all, whoever stands beside whom (Punica and S-LoRA gather the matrices row by
// row instead). A sequence gets the bits that it gets with its adapter alone, up to 384 columns in all. They may train together: no gradient goes astray.
// Cost: count times the low-rank products of one; for 8 adapters of rank 8, a sixth of a base of width 384. The base stands once.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/lora.hpp"
#include "hone/op/rearrange/rearrange.hpp"
#include "hone/expression/field.hpp"

namespace hone {

/// How many adapters stand side by side.
template <int N>
struct several {
    static constexpr int value = N;
};

/// Texts, and which adapter each has.
struct mixed_batch {
    token_rows tokens;
    std::span<const std::int32_t> adapter; ///< (sequences); -100: none

    HONE_FIELDS(tokens, adapter)
};

namespace detail {

/// One row a sequence, with a 1 in the batch_column of its adapter.
template <int N>
struct whose_ : composed {
    using uses = types<one_hot_>;
    template <class...>
    using shape = shaped<per_sequence, N>;
    template <class Shape>
    static constexpr int emit(const emission& e, scope& s, const int (&)[1], Shape) {
        using field = part_name<"adapter">;
        if (e.field(field::value) < 0 && e.all->missing.size == 0) e.all->missing.append(field::value);
        return e.builder().add<one_hot_>({write<index_leaf<field, batch_column::values, per_sequence>>(e, s)}, N, kind_of<per_sequence>::code(e));
    }
};
/// The columns' numbers, counted from 1, where x is 1.
struct counted_ : elementwise {
    static constexpr op_traits traits{.uses_column = true};
    static constexpr auto value(auto column, auto x) { return (column + decltype(column)(1)) * x; }
    static constexpr void reverse(graph_builder&, int) {}
};
/// x in the columns of adapter `number` (from 1), Width each; exactly 0 elsewhere. number gets no gradient.
template <int Width>
struct own_columns_ : elementwise {
    static constexpr op_traits traits{.uses_column = true};
    static constexpr auto value(auto column, auto x, auto number) {
        using V = decltype(column);
        const auto end = number * V(Width);
        return where(column < end - V(Width), V(0), where(column < end, x, V(0)));
    }
    static constexpr void reverse(graph_builder& b, int self) {
        if (b.at(b.at(self).argument[0]).needs) b.contribute(b.at(self).argument[0], b.element<own_columns_>({b.of(self), b.argument(self, 1)}));
    }
};

} // namespace detail

/// (rows, count Width) -> the same with zeros outside of the columns of each row's adapter.
template <int Count, int Width>
constexpr auto own_columns(auto x) {
    const auto number = sum_columns(function<detail::counted_>{}(apply<detail::whose_<Count>>()));
    constexpr function<detail::own_columns_<Width>> own;
    if constexpr (std::is_same_v<typename decltype(x)::kind, per_sequence>) return own(x, number);
    else return own(x, spread(number, x));
}

template <int In, int Rank, int Out, int Count, class Factor>
struct low_rank_bank {
    HONE_PARTS((a, matrix<Count * Rank, In, kaiming>), (b, matrix<Out, Count * Rank, zeros>))
    static constexpr auto call(auto self, auto x) { return product(function<scaled_by_<Factor>>{}(own_columns<Count, Rank>(product(x, self.a))), self.b); }
};

/// Options: several<N> (2), rank<N> (8), alpha<N> (8), stabilised; rank, alpha and stabilised as each of them has it.
template <class... Options>
struct lora_bank {
    using single = lora<Options...>;
    static constexpr int count = option<several, several<2>, Options...>::value, R = single::rank_option::value;

    template <class Layer>
    using asks = conditions<is_product<Layer>>;
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (lora, low_rank_bank<Layer::inputs, R, Layer::outputs, count, typename single::factor>))
        static constexpr int merge = 0; ///< hides that of the layer inside: a weight can hold one adapter
        static constexpr auto call(auto self, auto x) { return Layer::call(self, x) + self.lora(x); }
    };
};

/// Puts the LoRA of a model into a bank, as adapter `number` there. Error: adapter.not_in_bank, where the shapes do not fit.
template <class Bank, class Single, class T>
void put_into_bank(parameters<Bank, T>& bank, int number, const parameters<Single, T>& from) {
    from.read([&](const named_weight<const T>& w) {
        const bool a = w.name.ends_with(".lora.a");
        if (!a && !w.name.ends_with(".lora.b")) return;
        const auto to = bank.weight(w.name);
        const int rank = a ? w.rows : w.columns, room = a ? to.rows : to.columns;
        if (number < 0 || (number + 1) * static_cast<long>(rank) > room || room % rank != 0 || (a ? to.columns != w.columns : to.rows != w.rows))
            throw error("adapter.not_in_bank", "an adapter that has no place in the bank", {.name = w.name}, {"adapter 0 to ", room / rank - 1, " of rank ", rank}, {"adapter ", number});
        const auto length = static_cast<std::size_t>(a ? rank * w.columns : rank), stride = static_cast<std::size_t>(room), first = static_cast<std::size_t>(number) * length;
        if (a) std::copy(w.values.begin(), w.values.end(), to.values.begin() + static_cast<std::ptrdiff_t>(first));
        else
            for (std::size_t r = 0; r < static_cast<std::size_t>(w.rows); ++r)
                std::copy_n(w.values.begin() + static_cast<std::ptrdiff_t>(r * length), length, to.values.begin() + static_cast<std::ptrdiff_t>(r * stride + first));
    });
}

} // namespace hone
