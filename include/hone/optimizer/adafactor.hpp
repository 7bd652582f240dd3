// Adafactor (Shazeer and Stern 2018): the second moment of a matrix is kept as one number a row
// and one a column, and rates are shares of a weight's size. With G the squares of the gradient, R
// and C the averages of its rows' and columns' means (they forget with 1 - t^decay_rate), S the
// root mean square of the weight, M the mean of R:
//     scale_by_adafactor          as in transformers: G = g^2 + epsilon1,
//                                 u = g / (sqrt(R / M) sqrt(C)),  a = rate max(epsilon2, S)
//     scale_by_adafactor_plain    as in torch: G = g^2,
//                                 u = g / sqrt(max(R C / max(M, epsilon1), epsilon1^2)),
//                                 a = min(rate, 1 / sqrt(t)) max(epsilon2, S)
//     then u = u / max(1, rms(u) / clip),  w = (1 - decay a) w - a u     (torch: decay rate)
// A vector keeps the average of its squares. Each ends a chain: its rate is inside.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <limits>

#include "hone/optimizer/update.hpp"

namespace hone {

namespace detail::inline HONE_CPU {

/// f(row, first column, last column, place in the weight) for the parts of rows in [from, to).
template <class F>
void in_rows(long from, long to, long width, F&& f) {
    for (long at = from; at < to;) {
        const long row = at / width, first = at % width, last = std::min(width, first + to - at);
        f(row, first, last, at);
        at += last - first;
    }
}
/// Averages of rows and columns become keep * old + (1 - keep) * mean of squares + epsilon. Each
/// sum in one order, whatever the threads.
template <class T>
void average_squares(const weight_update<T>& v, double keep, double epsilon, T* row, T* column) {
    const long rows = v.at.rows(), width = v.at.columns;
    const auto blend = [&](T& to, double sum, long n) {
        to = static_cast<T>(keep * static_cast<double>(to) +
                            (1 - keep) *
                                (v.scale * v.scale * sum / static_cast<double>(n) + epsilon));
    };
    on_cpu::share_out(*v.workers, rows, [&](long r) {
        blend(row[r], on_cpu::squared_sum(v.update + r * width, width), width);
    });
    constexpr long together = 64;
    on_cpu::share_out(*v.workers, (width + together - 1) / together, [&](long block) {
        double sum[together]{};
        const long from = block * together, n = std::min(together, width - from);
        for (long r = 0; r < rows; ++r)
            for (long j = 0; j < n; ++j)
                sum[j] += static_cast<double>(v.update[r * width + from + j]) *
                          static_cast<double>(v.update[r * width + from + j]);
        for (long j = 0; j < n; ++j) blend(column[from + j], sum[j], rows);
    });
}
template <class T>
void average_squares_of_vector(const weight_update<T>& v, double keep, double epsilon, T* average) {
    on_cpu::in_chunks(*v.workers, v.at.count, [&](long from, long to) {
        for (long i = from; i < to; ++i) {
            const double g = v.scale * static_cast<double>(v.update[i]);
            average[i] = static_cast<T>(keep * static_cast<double>(average[i]) +
                                        (1 - keep) * (g * g + epsilon));
        }
    });
}
/// The update becomes f(update, row, column, place), in v.room; gives its root mean square.
template <class T, class F>
double rewrite(weight_update<T>& v, F&& f) {
    const long width = v.at.columns > 0 ? v.at.columns : v.at.count;
    const double scale = v.scale;
    on_cpu::in_chunks(*v.workers, v.at.count, [&](long from, long to) {
        in_rows(from, to, width, [&](long row, long first, long last, long at) {
            for (long j = first; j < last; ++j, ++at)
                v.room[at] =
                    static_cast<T>(f(scale * static_cast<double>(v.update[at]), row, j, at));
        });
        v.partial[from / optimizer_chunk] = on_cpu::squared_sum(v.room + from, to - from);
    });
    double sum = 0;
    for (long c = 0; c < optimizer_chunks(v.at.count); ++c) sum += v.partial[c];
    v.update = v.room;
    v.scale = 1;
    return std::sqrt(sum / static_cast<double>(v.at.count));
}
/// The mean of an average of rows, and the root mean square of the weight.
template <class T>
double mean_of(const T* p, long n) {
    double sum = 0;
    for (long i = 0; i < n; ++i) sum += static_cast<double>(p[i]);
    return sum / static_cast<double>(n);
}
template <class T>
double size_of_weight(const weight_update<T>& v) {
    return std::sqrt(on_cpu::squared_sum(v.weight, v.at.count, v.partial, *v.workers) /
                     static_cast<double>(v.at.count));
}
/// What is kept of a matrix or a vector.
template <class F>
void keep_factored(long count, long columns, F&& f) {
    if (columns == 0) return f(std::string_view("adafactor.nu"), count);
    f(std::string_view("adafactor.row"), count / columns);
    f(std::string_view("adafactor.column"), columns);
}

} // namespace detail::inline HONE_CPU

/// Adafactor's own rates: 1 / sqrt(t), at most 0.01, or with `warm` at most 1e-6 t.
inline schedule relative_step(bool warm = false) {
    return [warm](long step) {
        const double t = static_cast<double>(step + 1), most = warm ? 1e-6 * t : 1e-2,
                     root = 1 / std::sqrt(t);
        return most < root ? most : root;
    };
}

inline namespace HONE_CPU {

struct scale_by_adafactor {
    schedule rate_;
    double decay = 0, epsilon1 = 1e-30, epsilon2 = 1e-3, clip = 1, decay_rate = -0.8;
    double beta1 = 0; ///< 0: no first moment is kept
    bool by_size_of_weight = true;

    static constexpr bool by_weight = true, adds_weights = true, ends = true;
    double rate(long step) const { return rate_(step); }
    template <class F>
    void keep(long count, long columns, F&& f) const {
        detail::keep_factored(count, columns, f);
        if (beta1 != 0) f(std::string_view("adafactor.mu"), count);
    }
    template <class T>
    long scratch(long, long columns) const {
        return columns;
    }
    template <class T>
    void apply_to(weight_update<T>& v) const {
        const double kept = 1 - std::pow(static_cast<double>(v.at.step + 1), decay_rate);
        const double pace =
            v.at.rate * (by_size_of_weight ? std::max(epsilon2, detail::size_of_weight(v)) : 1.0);
        T* moment = v.kept + whole_lines(v.at.count);
        double size = 0;
        if (v.at.columns > 0) {
            const long rows = v.at.rows(), columns = v.at.columns;
            T *const row = v.kept, *const column = row + whole_lines(rows), *const root = v.scratch;
            moment = column + whole_lines(columns);
            detail::average_squares(v, kept, epsilon1, row, column);
            const double mean = detail::mean_of(row, rows);
            for (long j = 0; j < columns; ++j) root[j] = 1 / std::sqrt(column[j]);
            size = detail::rewrite(v, [&](double g, long r, long j, long) {
                return g / std::sqrt(static_cast<double>(row[r]) / mean) *
                       static_cast<double>(root[j]);
            });
        } else {
            detail::average_squares_of_vector(v, kept, epsilon1, v.kept);
            size = detail::rewrite(v, [&](double g, long, long, long at) {
                return g / std::sqrt(static_cast<double>(v.kept[at]));
            });
        }
        v.scale = pace / std::max(1.0, size / clip);
        v.share = v.at.decays ? pace * decay : 0.0;
        if (beta1 == 0) return;
        const T keep_moment = static_cast<T>(beta1), rest = static_cast<T>((1 - beta1) * v.scale);
        on_cpu::in_chunks(*v.workers, v.at.count, [&](long from, long to) {
            for (long i = from; i < to; ++i)
                moment[i] = keep_moment * moment[i] + rest * v.update[i];
        });
        v.update = moment;
        v.scale = 1;
    }
};

struct scale_by_adafactor_plain {
    schedule rate_;
    double decay = 0;
    double epsilon1 = 0; ///< 0: that of the numbers' type
    double epsilon2 = 1e-3, clip = 1, decay_rate = -0.8;

    static constexpr bool by_weight = true, adds_weights = true, ends = true;
    double rate(long step) const { return rate_(step); }
    template <class F>
    void keep(long count, long columns, F&& f) const {
        detail::keep_factored(count, columns, f);
    }
    template <class T>
    void apply_to(weight_update<T>& v) const {
        const double t = static_cast<double>(v.at.step + 1), kept = 1 - std::pow(t, decay_rate);
        const double least =
            epsilon1 != 0 ? epsilon1 : static_cast<double>(std::numeric_limits<T>::epsilon());
        const double pace =
            std::min(v.at.rate, 1 / std::sqrt(t)) * std::max(epsilon2, detail::size_of_weight(v));
        double size = 0;
        if (v.at.columns > 0) {
            T *const row = v.kept, *const column = row + whole_lines(v.at.rows());
            detail::average_squares(v, kept, 0, row, column);
            const double mean = std::max(detail::mean_of(row, v.at.rows()), least);
            size = detail::rewrite(v, [&](double g, long r, long j, long) {
                return g / std::sqrt(std::max(static_cast<double>(row[r]) *
                                                  static_cast<double>(column[j]) / mean,
                                              least * least));
            });
        } else {
            detail::average_squares_of_vector(v, kept, 0, v.kept);
            size = detail::rewrite(v, [&](double g, long, long, long at) {
                return g / std::sqrt(std::max(static_cast<double>(v.kept[at]), least * least));
            });
        }
        v.scale = pace / std::max(1.0, size / clip);
        v.share = v.at.decays ? v.at.rate * decay : 0.0;
    }
};

struct adafactor {
    schedule rate = relative_step();
    double decay = 0, epsilon1 = 1e-30, epsilon2 = 1e-3, clip = 1, decay_rate = -0.8, beta1 = 0;
    bool by_size_of_weight = true;

    auto transforms() const {
        return std::tuple(scale_by_adafactor{rate, decay, epsilon1, epsilon2, clip, decay_rate,
                                             beta1, by_size_of_weight});
    }
};
struct adafactor_plain {
    schedule rate = 1e-2;
    double decay = 0, epsilon1 = 0, epsilon2 = 1e-3, clip = 1, decay_rate = -0.8;

    auto transforms() const {
        return std::tuple(
            scale_by_adafactor_plain{rate, decay, epsilon1, epsilon2, clip, decay_rate});
    }
};

} // namespace HONE_CPU

} // namespace hone
