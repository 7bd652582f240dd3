// To and from xtensor. Out: weights, gradients and logits are views on hone's own memory, never copies. In: whatever xtensor can express
// becomes a field of a batch; a row-major container is read where it lies, anything else is evaluated once.
// The only file that names xtensor's headers, whose folders moved in 0.26. hone.hpp leaves it out, because xtensor costs whoever
// includes it 2 to 4 seconds of compile time: include it yourself. HONE_NO_XTENSOR leaves it empty.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#ifndef HONE_NO_XTENSOR
#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xmath.hpp>
#include <xtensor/core/xnoalias.hpp>
#include <xtensor/views/xview.hpp>
#elif __has_include(<xtensor/xtensor.hpp>)
#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>
#else
#error "hone[E001]: xtensor headers not found; install xtensor (0.24.3 to 0.27) or define HONE_NO_XTENSOR"
#endif

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/tensor/batch.hpp"

namespace hone {

/// Rows end to end as an xtensor view (rows, columns) on the same memory. Error: tensor.shape where they do not fill whole rows.
template <class T>
auto as_tensor(std::span<T> values, std::size_t columns) {
    if (columns == 0 || values.size() % columns != 0)
        throw error("tensor.shape", "the values do not fill whole rows", {}, "a multiple of " + std::to_string(columns) + " columns",
                    std::to_string(values.size()) + " values");
    return xt::adapt(values.data(), values.size(), xt::no_ownership(), std::array<std::size_t, 2>{values.size() / columns, columns});
}
/// A weight, as `parameters::weight` gives it, as a view (rows, columns); a bias is one row.
template <class Weight>
requires requires(const Weight& w) {
    w.values.data();
    { w.rows } -> std::convertible_to<int>;
    { w.columns } -> std::convertible_to<int>;
}
auto as_tensor(const Weight& weight) { return as_tensor(std::span(weight.values), static_cast<std::size_t>(weight.columns)); }

/// The elements of an xtensor expression end to end, row by row. A container or view that lies so in memory is read where it is and
/// must outlive this; a temporary, another layout, another type or an expression is evaluated once, here.
/// Error: tensor.range where a whole number does not fit T.
template <class T>
class flat_values {
public:
    template <class Expression>
    requires(!std::same_as<std::remove_cvref_t<Expression>, flat_values>) explicit flat_values(Expression&& e) {
        using plain = std::remove_cvref_t<Expression>;
        columns_ = e.dimension() < 2 ? 1 : static_cast<std::size_t>(e.shape()[e.dimension() - 1]);
        if constexpr (std::is_lvalue_reference_v<Expression> && lies<plain>) {
            if (row_by_row(e)) {
                values_ = {e.data() + static_cast<std::ptrdiff_t>(e.data_offset()), e.size()};
                return;
            }
        }
        owned_.reserve(e.size());
        const auto end = e.template cend<xt::layout_type::row_major>();
        for (auto i = e.template cbegin<xt::layout_type::row_major>(); i != end; ++i)
            owned_.push_back(converted(*i));
        values_ = owned_;
    }
    flat_values(flat_values&&) = default;
    flat_values(const flat_values&) = delete;
    flat_values& operator=(flat_values&&) = default;

    std::span<const T> span() const { return values_; }
    operator std::span<const T>() const { return values_; }
    bool copied() const { return !owned_.empty(); }
    /// As a field of real numbers, `Width` a sequence. Error: tensor.shape.
    template <int Width>
    real_rows<Width> rows() const requires std::same_as<T, float> {
        if (columns_ != static_cast<std::size_t>(Width))
            throw error("tensor.shape", "the last dimension is not the width of the field", {}, std::to_string(Width),
                        std::to_string(columns_));
        return {values_};
    }

private:
    template <class E>
    static constexpr bool lies = requires(const E& e) {
        { e.data() } -> std::convertible_to<const T*>;
        e.data_offset();
        e.strides();
    };
    template <class E>
    static bool row_by_row(const E& e) {
        std::ptrdiff_t step = 1;
        for (std::size_t k = e.dimension(); k-- > 0;) {
            const auto extent = static_cast<std::ptrdiff_t>(e.shape()[k]);
            if (extent != 1 && static_cast<std::ptrdiff_t>(e.strides()[k]) != step)
                return false;
            step *= extent;
        }
        return true;
    }
    template <class V>
    static T converted(V v) {
        if constexpr (std::integral<T>) {
            static_assert(std::integral<V>, "ids, offsets and labels are whole numbers");
            if (!std::in_range<T>(v))
                throw error("tensor.range", "a number that does not fit", {},
                            std::to_string(std::numeric_limits<T>::min()) + " to " + std::to_string(std::numeric_limits<T>::max()),
                            std::to_string(v));
        }
        return static_cast<T>(v);
    }

    std::vector<T> owned_;
    std::span<const T> values_;
    std::size_t columns_ = 1;
};

/// A padded table of ids (sequences, longest) and the length of each sequence, as the rows of a batch, without the padding.
/// Errors: tensor.shape, tensor.length, tensor.range.
class unpadded_tokens {
public:
    template <class Ids, class Lengths>
    unpadded_tokens(const Ids& table, const Lengths& each) {
        const flat_values<std::int32_t> ids(table), lengths(each);
        if (table.dimension() != 2 || lengths.span().size() != table.shape()[0])
            throw error("tensor.shape", "ids and lengths do not belong together", {},
                        "ids (sequences, longest) and a length for each sequence",
                        std::to_string(table.dimension()) + " dimensions and " + std::to_string(lengths.span().size()) + " lengths");
        const auto longest = static_cast<std::size_t>(table.shape()[1]);
        for (std::size_t s = 0; s < lengths.span().size(); ++s) {
            const std::int32_t length = lengths.span()[s];
            if (length < 1 || static_cast<std::size_t>(length) > longest)
                throw error("tensor.length", "the length of sequence " + std::to_string(s) + " cannot be", {},
                            "1 to " + std::to_string(longest), std::to_string(length));
            const auto row = ids.span().subspan(s * longest, static_cast<std::size_t>(length));
            ids_.insert(ids_.end(), row.begin(), row.end());
            offsets_.push_back(static_cast<std::int32_t>(ids_.size()));
        }
    }
    token_rows rows() const { return {ids_, offsets_}; }

private:
    std::vector<std::int32_t> ids_, offsets_{0};
};

} // namespace hone
#endif
