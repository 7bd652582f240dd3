// Weights and results as xtensor views on the same memory; batches and features from xtensor expressions.
// SPDX-License-Identifier: Apache-2.0
#include "hone/tensor/xtensor.hpp"
#include "hone/layer/linear.hpp"
#include "hone/layer/parameters.hpp"
#include "test.hpp"

using namespace hone;

namespace {
template <class F>
error thrown(F&& f) {
    try {
        f();
    } catch (const error& e) {
        return e;
    }
    return {"nothing.thrown", ""};
}
} // namespace

TEST_CASE("a weight is a view on the parameters' memory") {
    parameters<linear<width<3>, width<2>>> model;
    model.initialize(1);
    auto weight = as_tensor(model.weight("weight"));
    REQUIRE(weight.dimension() == 2);
    CHECK(weight.shape()[0] == 2);
    CHECK(weight.shape()[1] == 3);
    CHECK(&weight(0, 0) == model.weight("weight").values.data());
    weight(1, 2) = 7;
    CHECK(model.weight("weight").values[5] == 7);
    xt::noalias(weight) = 2 * xt::ones<float>({2, 3});
    CHECK(model.weight("weight").values[0] == 2);
    CHECK(&weight(0, 0) == model.weight("weight").values.data());
    const auto bias = as_tensor(model.weight("bias"));
    CHECK(bias.shape()[0] == 1);
    CHECK(bias.shape()[1] == 2);
}

TEST_CASE("logits are a view, and must fill whole rows") {
    const std::vector<double> logits{1, 2, 3, 4, 5, 6};
    const auto view = as_tensor(std::span<const double>(logits), 3);
    CHECK(view(1, 0) == 4);
    CHECK(&view(0, 0) == logits.data());
    CHECK(xt::amax(view)() == 6);
    const auto e = thrown([&] { as_tensor(std::span<const double>(logits), 4); });
    CHECK(e.code == "tensor.shape");
    CHECK(e.expected == "a multiple of 4 columns");
    CHECK(e.found == "6 values");
    CHECK(thrown([&] { as_tensor(std::span<const double>(logits), 0); }).code == "tensor.shape");
}

TEST_CASE("a row-major container is read where it lies") {
    const xt::xtensor<float, 2> features{{1, 2, 3}, {4, 5, 6}};
    const flat_values<float> flat(features);
    CHECK(flat.span().data() == features.data());
    CHECK_FALSE(flat.copied());
    CHECK(flat.rows<3>().values[4] == 5);
    const auto e = thrown([&] { (void)flat.rows<2>(); });
    CHECK(e.code == "tensor.shape");
    CHECK(e.expected == "2");
    CHECK(e.found == "3");

    const auto last_row = xt::view(features, xt::range(1, 2), xt::all());
    const flat_values<float> row(last_row);
    CHECK(row.span().data() == features.data() + 3);
    CHECK(row.span().size() == 3);
}

TEST_CASE("what does not lie row by row is evaluated once") {
    const xt::xtensor<float, 2> features{{1, 2, 3}, {4, 5, 6}};
    int calls = 0;
    const auto counted = [&calls](float x) {
        ++calls;
        return x + 1;
    };
    const auto expression = xt::make_lambda_xfunction(counted, features);
    const flat_values<float> flat(expression);
    CHECK(calls == 6);
    CHECK(flat.copied());
    CHECK(std::vector<float>(flat.span().begin(), flat.span().end()) == std::vector<float>{2, 3, 4, 5, 6, 7});

    const auto column = xt::view(features, xt::all(), xt::range(1, 3));
    const flat_values<float> two(column);
    CHECK(std::vector<float>(two.span().begin(), two.span().end()) == std::vector<float>{2, 3, 5, 6});
    CHECK(two.rows<2>().values.size() == 4);
    const xt::xtensor<float, 2, xt::layout_type::column_major> across = features;
    const flat_values<float> turned(across);
    CHECK(std::vector<float>(turned.span().begin(), turned.span().end()) == std::vector<float>{1, 2, 3, 4, 5, 6});
    const xt::xtensor<double, 1> doubles{0.5, 1.5};
    CHECK(flat_values<float>(doubles).span()[1] == 1.5f);
    CHECK(flat_values<float>(xt::xtensor<float, 1>{1, 2}).copied()); // a temporary
}

TEST_CASE("ids and labels come from any whole numbers that fit") {
    const xt::xtensor<long, 1> labels{0, 2, -100};
    const flat_values<std::int32_t> flat(labels);
    const std::span<const std::int32_t> field = flat;
    CHECK(field[2] == -100);
    const xt::xtensor<long, 1> large{1, 1l << 40};
    const auto e = thrown([&] { flat_values<std::int32_t>{large}; });
    CHECK(e.code == "tensor.range");
    CHECK(e.expected == "-2147483648 to 2147483647");
    CHECK(e.found == "1099511627776");
}

TEST_CASE("a padded table loses its padding") {
    const xt::xtensor<int, 2> ids{{5, 6, 0}, {7, 0, 0}};
    const xt::xtensor<int, 1> lengths{2, 1};
    const unpadded_tokens tokens(ids, lengths);
    const auto rows = tokens.rows();
    CHECK(std::vector<std::int32_t>(rows.ids.begin(), rows.ids.end()) == std::vector<std::int32_t>{5, 6, 7});
    CHECK(std::vector<std::int32_t>(rows.offsets.begin(), rows.offsets.end()) == std::vector<std::int32_t>{0, 2, 3});
    const xt::xtensor<int, 1> longer{2, 4}, none{0, 1}, few{2};
    const auto e = thrown([&] { unpadded_tokens{ids, longer}; });
    CHECK(e.code == "tensor.length");
    CHECK(e.expected == "1 to 3");
    CHECK(e.found == "4");
    CHECK(thrown([&] { unpadded_tokens{ids, none}; }).found == "0");
    CHECK(thrown([&] { unpadded_tokens{ids, few}; }).code == "tensor.shape");
}
