// The table that the one walk makes: places, types, runs, what adapters have added; and containers
// that state nothing but their runs or their parts.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapter.hpp>
#include <hone/step/compare.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

/// Layers that are gone through twice with the same weights: a container of its own.
template <class Layers>
struct twice {
    using part_list = typename Layers::part_list;
    template <class... Runs>
    using rebuilt = twice<typename repeat_of<Runs...>::type>;
    template <class Path>
    struct parts {};
    static constexpr auto call(auto, auto x) {
        constexpr bound<Layers, path<>> layers{};
        return layers(layers(x));
    }
};
using square_layer = residual<sequence<layer_norm<w12>, linear<w12, w12>>>;

template <class Blocks>
struct classifier {
    HONE_PARTS((table, embedding<vocabulary<words>, w12>), (blocks, Blocks),
               (classifier, linear<w12, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        return self.classifier(first_token(self.blocks(self.table(t.ids))));
    }
};
struct shared_twice : classifier<twice<repeat<3, square_layer>>> {};
struct stacked : classifier<stack<square_layer, linear<w12, width<5>>, linear<width<5>, w12>>> {};
/// Two encoders, the difference of what they give.
struct tower {
    HONE_PARTS((left, repeat<2, square_layer>), (right, repeat<3, square_layer>),
               (table, embedding<vocabulary<words>, w12>),
               (classifier, linear<w12, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        const auto x = self.table(t.ids);
        return self.classifier(first_token(self.left(x) * self.right(x)));
    }
};

template <class Model>
std::string paths(bool weights, bool added = false) {
    std::string all;
    for (const auto& place : tree<Model>)
        if (place.is_weight == weights && (!added || place.at.adapter))
            all += std::string(place.at.path.view()) +
                   (place.at.depth > 0 ? "[" + std::to_string(place.at.from[0]) + "+" +
                                             std::to_string(place.at.layers[0]) + "]"
                                       : "") +
                   " ";
    return all;
}
template <class Model>
void check_merged(Model*) {
    parameters<Model, double> model;
    fill(model, 17, 0.4);
    auto merged = merge(model);
    team alone(1);
    const auto found = compare_outputs<pair_batch>(
        model, merged.model, [](auto m, auto b) { return m(b.left); }, few.batch(), alone);
    CHECK(found.largest > 1e-3);
    CHECK(found.relative() <= 1e-13);
}

} // namespace

TEST_CASE(
    "the tree of a model: every layer before what is in it, the layers of a run as one place") {
    CHECK(paths<shared_twice>(false) ==
          " table blocks blocks.*[0+3] blocks.*.layer[0+3] blocks.*.layer.first[0+3] "
          "blocks.*.layer.second[0+3] classifier ");
    CHECK(paths<shared_twice>(true) ==
          "table.weight blocks.*.layer.first.weight[0+3] blocks.*.layer.first.bias[0+3] "
          "blocks.*.layer.second.weight[0+3] blocks.*.layer.second.bias[0+3] classifier.weight "
          "classifier.bias ");
    CHECK(std::is_same_v<type_at<tree_layers<shared_twice>, 1>, embedding<vocabulary<words>, w12>>);
    CHECK(tree<shared_twice>[4].at.repeated == 3);
    CHECK(weight_entries<shared_twice>.size() == 7);
    CHECK(name_of(weight_entries<shared_twice>[1], 2).view() == "blocks.2.layer.first.weight");
}

TEST_CASE("an adapter in a container of one's own cuts it into runs") {
    using tuned = adapt<shared_twice, lora<rank<2>>, on<"blocks.1.**.second">>;
    CHECK(paths<tuned>(true, true) ==
          "blocks.*.layer.second.lora.a[1+1] blocks.*.layer.second.lora.b[1+1] ");
    CHECK(paths<tuned>(true).find("blocks.*.layer.second.weight[0+1]") != std::string::npos);
    CHECK(paths<tuned>(true).find("blocks.*.layer.second.weight[2+1]") != std::string::npos);
    CHECK(std::is_same_v<typename adapt<shared_twice, lora<rank<2>>, on<"**.second">>::base,
                         shared_twice>);
    check_merged(static_cast<tuned*>(nullptr));
    judge<tuned>(trainable<on<"**">>{}, classified);
}

TEST_CASE("a list of different layers and a tower of two encoders take adapters as any model") {
    using in_stack = adapt<stacked, lora<rank<2>>, on<"blocks.1", "blocks.0.**.second">>;
    CHECK(paths<in_stack>(true, true) ==
          "blocks.0.layer.second.lora.a blocks.0.layer.second.lora.b blocks.1.lora.a "
          "blocks.1.lora.b ");
    check_merged(static_cast<in_stack*>(nullptr));
    judge<in_stack>(trainable<on<"**">>{}, classified);
    using in_tower = adapt<tower, lora<rank<2>>, on<"right.**.second">, ia3<>,
                           on<"left.0.**.second", "right.*.**.second">>;
    CHECK(paths<in_tower>(true, true) ==
          "left.*.layer.second.ia3.l[0+1] right.*.layer.second.lora.a[0+3] "
          "right.*.layer.second.lora.b[0+3] right.*.layer.second.ia3.l[0+3] ");
    check_merged(static_cast<in_tower*>(nullptr));
    judge<in_tower>(trainable<on<"**">>{}, classified);
}

TEST_CASE("the matcher of patterns") {
    for (const auto& [pattern, path] : {std::pair{"**", "a.b"},
                                        {"**", ""},
                                        {"a.**", "a"},
                                        {"a.**", "a.b.c"},
                                        {"**.b", "b"},
                                        {"**.b", "a.a.b"},
                                        {"a.*.c", "a.b.c"},
                                        {"a.**.**.c", "a.c"},
                                        {"**.a.**", "a"},
                                        {"*", "a"}}) {
        INFO(pattern << " " << path);
        CHECK(matches(pattern, path));
    }
    for (const auto& [pattern, path] : {std::pair{"a", "a.b"},
                                        {"a.b", "a"},
                                        {"*", ""},
                                        {"*", "a.b"},
                                        {"**.b", "b.a"},
                                        {"a.*.c", "a.c"},
                                        {"a", "ab"},
                                        {"ab", "a"},
                                        {"", "a"},
                                        {"**.a.*", "a"}}) {
        INFO(pattern << " " << path);
        CHECK_FALSE(matches(pattern, path));
    }
    CHECK(matches("", ""));
    std::string longest = "a", path = "a";
    for (int i = 1; i < 63; ++i) longest += ".a", path += ".a";
    CHECK(matches(longest, path));
    CHECK_FALSE(matches(longest + ".a", path + ".a")); // on<...> refuses it
    CHECK(on<"a.**", "**.c">::met("a.c") == 3);
    CHECK(on<"a.**", "**.c">::met("b.c") == 2);
}
