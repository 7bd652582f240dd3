// Wrong gradients, planted through the public ways to define an op and a layer, and judged by the call that judges the real ones:
// each is rejected, and its right twin, a token or a term apart, is accepted.
// SPDX-License-Identifier: Apache-2.0
#include "step/model.hpp"
#include "test.hpp"

using namespace hone;
using namespace hone::testing;

namespace planted {

// --- a user's elementwise ops: x * sigmoid(x), and what can go wrong with its slope
struct swish : elementwise {
    static constexpr auto gate(auto x) { return decltype(x)(1) / (decltype(x)(1) + exp(-x)); }
    static constexpr auto value(auto x) { return x * gate(x); }
    static constexpr auto slope(auto x) { return gate(x) * (decltype(x)(1) + x * (decltype(x)(1) - gate(x))); }
};
struct wrong_sign : swish {
    static constexpr auto slope(auto x) { return -swish::slope(x); }
};
struct twice : swish {
    static constexpr auto slope(auto x) { return decltype(x)(2) * swish::slope(x); }
};
struct missing_term : swish {
    static constexpr auto slope(auto x) { return gate(x); }
};
struct zero : swish {
    static constexpr auto slope(auto x) { return decltype(x)(0) * x; }
};
struct slightly_off : swish {
    static constexpr auto slope(auto x) { return decltype(x)(1.00000001) * swish::slope(x); }
};
struct one_element : swish { // only one element of the tests is above 3
    static constexpr auto slope(auto x) { return where(x > decltype(x)(3), decltype(x)(0.999) * swish::slope(x), swish::slope(x)); }
};
struct one_nan : swish {
    static constexpr auto slope(auto x) { return where(x > decltype(x)(3), decltype(x)(NAN) * x, swish::slope(x)); }
};
struct all_nan : swish {
    static constexpr auto slope(auto x) { return decltype(x)(NAN) * x; }
};
struct infinite : swish {
    static constexpr auto slope(auto x) { return swish::slope(x) / (decltype(x)(0) * x * x); }
};
struct right_tanh : elementwise {
    static constexpr auto value(auto x) { return tanh(x); }
    static constexpr auto slope(auto, auto y) { return decltype(y)(1) - y * y; }
};
struct x_for_y : right_tanh {
    static constexpr auto slope(auto x, auto) { return decltype(x)(1) - x * x; }
};

// --- of two arguments
struct ratio : elementwise {
    static constexpr auto value(auto a, auto b) { return a / (decltype(b)(3) + b * b); }
    template <int I>
    static constexpr auto slope(auto a, auto b, auto y) {
        const auto below = decltype(b)(3) + b * b;
        if constexpr (I == 0)
            return decltype(a)(1) / below;
        else
            return decltype(b)(-2) * b * y / below;
    }
};
struct arguments_swapped : ratio {
    template <int I>
    static constexpr auto slope(auto a, auto b, auto y) {
        return ratio::slope<1 - I>(a, b, y);
    }
};
struct second_forgotten : ratio {
    template <int I>
    static constexpr auto slope(auto a, auto b, auto y) {
        if constexpr (I == 0)
            return ratio::slope<0>(a, b, y);
        else
            return decltype(b)(0) * b;
    }
};

// --- with a reverse of their own
struct times_itself : elementwise { // the derivative of something else
    static constexpr auto value(auto x) { return x; }
    static constexpr void reverse(graph_builder& b, int self) {
        b.contribute(b.at(self).argument[0], b.element<multiply_>({b.of(self), b.argument(self, 0)}));
    }
};
struct counted_twice : elementwise {
    static constexpr auto value(auto x) { return x; }
    static constexpr void reverse(graph_builder& b, int self) {
        b.contribute(b.at(self).argument[0], b.of(self));
        b.contribute(b.at(self).argument[0], b.of(self));
    }
};
struct stopped : elementwise { // the identity without a gradient
    static constexpr auto value(auto x) { return x; }
    static constexpr void reverse(graph_builder&, int) {}
};
/// The rows of a table, with a kernel of its own; Wrong: the gradient goes to the rows of the positions, not of the ids.
template <bool Wrong>
struct taken : gather_ {
    template <class Table, class Ids, class Other>
    using shape = gather_::shape<Table, Ids>;
    static constexpr void reverse(graph_builder& b, int self) {
        const int table = b.at(self).argument[0];
        b.contribute(table, b.add<scatter_>({b.of(self), b.at(self).argument[Wrong ? 2 : 1]}, b.at(table).width, b.at(table).kind));
    }
};

// --- layers
template <class Width, bool Wrong>
struct norm { // the mistake of a layer norm whose statistics are taken as constants
    HONE_PARTS((weight, vector<Width::value, ones>))
    static constexpr auto call(auto self, auto x) {
        const auto centred = x - mean_columns(x);
        const auto scale = function<inverse_root_<3>>{}(mean_columns(square(centred)));
        if constexpr (Wrong)
            return centred * function<stopped>{}(scale)*self.weight;
        else
            return centred * scale * self.weight;
    }
};
template <class Width, bool Wrong>
struct skip { // a residual that forgets the detour
    HONE_PARTS((layer, linear<Width, Width>))
    static constexpr auto call(auto self, auto x) {
        if constexpr (Wrong)
            return function<stopped>{}(x) + hyperbolic_tangent(self.layer(x));
        else
            return x + hyperbolic_tangent(self.layer(x));
    }
};

// --- the models that carry them
template <class Op>
struct one_op {
    HONE_PARTS((table, embedding<vocabulary<9>, width<20>>), (after, linear<width<20>, width<3>>))
    static constexpr auto call(auto self, auto t) { return self.after(function<Op>{}(self.table(t.ids))); }
};
template <class Op>
struct two_op {
    HONE_PARTS((a, embedding<vocabulary<9>, width<20>>), (b, embedding<vocabulary<9>, width<20>>), (after, linear<width<20>, width<3>>))
    static constexpr auto call(auto self, auto t) { return self.after(function<Op>{}(self.a(t.ids), self.b(t.ids))); }
};
template <bool Wrong>
struct gathered {
    HONE_PARTS((table, matrix<9, 20>), (after, linear<width<20>, width<3>>))
    static constexpr auto call(auto self, auto t) { return self.after(apply<taken<Wrong>>(self.table, t.ids, t.positions)); }
};
template <class Layer>
struct one_layer {
    HONE_PARTS((table, embedding<vocabulary<9>, width<20>>), (layer, Layer), (after, linear<width<20>, width<3>>))
    static constexpr auto call(auto self, auto t) { return self.after(self.layer(self.table(t.ids))); }
};

} // namespace planted

namespace hone::on_cpu {
template <bool Wrong>
struct kernel<planted::taken<Wrong>> : kernel<gather_> {};
} // namespace hone::on_cpu

namespace {

template <class Model>
checked_gradient judged() {
    const tokens words({3, 1, 5, 2, 4}, 9, 4);
    parameters<Model, double> model;
    fill(model, 11, 0.9);
    const auto first = model.weight(std::string(weight_entries<Model>[0].path.view())).values;
    first[std::size_t{20} * static_cast<std::size_t>(words.ids[7]) + 17] = 3.5; // the one element above 3
    team workers(1);
    auto step = differentiate<token_batch>(
        model, trainable<on<"**">>{}, [](auto m, auto batch) { return mean_of(square(m(batch.tokens))); }, workers);
    return check_gradients(step, {words.rows()});
}
bool accepted(const checked_gradient& found) { return found.relative() <= close_enough; }

} // namespace

using namespace planted;

TEMPLATE_TEST_CASE("a right gradient is accepted", "", one_op<swish>, one_op<right_tanh>, two_op<ratio>, gathered<false>,
                   (one_layer<norm<width<20>, false>>), (one_layer<skip<width<20>, false>>)) {
    const auto found = judged<TestType>();
    INFO(found.text());
    CHECK(accepted(found));
}

TEMPLATE_TEST_CASE("a planted wrong gradient is rejected", "", one_op<wrong_sign>, one_op<twice>, one_op<missing_term>, one_op<zero>,
                   one_op<slightly_off>, one_op<one_element>, one_op<x_for_y>, two_op<arguments_swapped>, two_op<second_forgotten>,
                   one_op<times_itself>, one_op<counted_twice>, gathered<true>, (one_layer<norm<width<20>, true>>),
                   (one_layer<skip<width<20>, true>>)) {
    const auto found = judged<TestType>();
    INFO(found.text());
    CHECK(!accepted(found));
    CHECK(found.relative() > close_enough);
}

TEMPLATE_TEST_CASE("a gradient that is not a number is rejected, and comes before every other difference", "", one_op<one_nan>,
                   one_op<all_nan>, one_op<infinite>) {
    const auto found = judged<TestType>();
    CHECK(!accepted(found));
    CHECK(std::isnan(found.relative()));
    CHECK(std::isnan(found.relative_by_weight()));
    CHECK(found.worst.name == "table.weight");
}

TEST_CASE("a wrong element is named: its weight, its place, what was given and what was expected") {
    const auto found = judged<one_op<one_element>>();
    const tokens words({3, 1, 5, 2, 4}, 9, 4);
    CHECK(found.worst.name == "table.weight");
    CHECK(found.worst.element == 20 * words.ids[7] + 17);
    CHECK(std::abs(found.worst.given / found.worst.expected - 0.999) < 1e-6);
    CHECK(found.text().find("table.weight[" + std::to_string(found.worst.element) + "]") != std::string::npos);
}
