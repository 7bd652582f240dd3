// What adapting does to a type: where adapters land, what stays the type it was, an adapter of one's own, sets of weights.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/bottleneck.hpp>
#include <hone/adapter/ia3.hpp>
#include <hone/adapter/lora.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

/// An adapter as a user would write it: a learned offset before a layer.
struct shifted_input {
    template <int Width>
    struct learned {
        HONE_PARTS((by, vector<Width>))
    };
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (offset, learned<Layer::inputs>))
        static constexpr auto call(auto self, auto x) { return Layer::call(self, x + self.offset.by); }
    };
};

/// Two towers, one of them of nested repeats.
struct towers {
    HONE_PARTS((left, repeat<2, repeat<3, bend<w12>>>), (right, repeat<4, bend<w12>>), (word, table_of<w12>), (head, linear<w12, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        const auto x = self.word(t.ids);
        return self.head(first_token(self.left(x) + self.right(x)));
    }
};

template <class Model>
std::string names_with(std::string_view part) {
    parameters<Model, double> model;
    std::string all;
    model.each([&](const named_weight<double>& w) {
        if (w.name.find(part) != w.name.npos) all += w.name + " ";
    });
    return all;
}
/// Sets as a user would write them; the second does not say whether it tells layers apart.
struct odd_layers : detail::set_of_one<odd_layers> {
    static constexpr std::string_view words = "odd layers";
    static constexpr bool by_layer = true;
    static constexpr bool selects(const weight_place& w) { return w.layer % 2 == 1; }
};
struct first_layers {
    static constexpr int count = 1;
    static constexpr std::string_view pattern(int) { return "first layers"; }
    static constexpr bool selects(const weight_place& w) { return w.layer >= 0 && w.layer < 2; }
    static constexpr unsigned long long met(const weight_place& w) { return selects(w); }
};
/// Is what the compiler found about a set what the set says of each copy of each weight?
template <class Model, class Set>
void asks_every_copy() {
    constexpr auto found = selection_of<Model, Set>;
    unsigned long long met = 0;
    bool any = false;
    for (const auto& w : weight_entries<Model>)
        for (int k = 0; k < copies(w); ++k) {
            const auto name = name_of(w, k);
            const weight_place place{name.view(), w.adapter, w.frozen, w.depth == 0 ? -1 : w.from[0] + k / w.layers[1], w.repeated};
            INFO(name.view());
            CHECK(found.holds[static_cast<std::size_t>(w.first + k)] == detail::selects<Set>(place));
            any = any || detail::selects<Set>(place);
            met |= detail::met<Set>(place);
        }
    CHECK(found.any == any);
    CHECK(found.met == met);
}
template <class Model, class Set>
int held() {
    int n = 0;
    for (bool h : selection_of<Model, Set>.holds) n += h;
    return n;
}

} // namespace

TEST_CASE("an optimizer's decay takes from what adapters add, but for their biases, and from the model's matrices") {
    using tuned = adapt<small_bert, ia3<>, on<"**.key">, lora<rank<2>>, on<"**.query">, pfeiffer<reduction<4>>, on<"**.output_norm">>;
    int seen = 0;
    for (const auto& w : weight_entries<tuned>) {
        const auto path = w.path.view();
        const auto ends = [&](std::string_view end) { return path.ends_with(end); };
        if (ends(".ia3.l") || ends(".lora.a") || ends(".pfeiffer.up.weight") || ends(".query.weight") || ends(".word.weight")) {
            CHECK(decays(w));
            ++seen;
        }
        if (ends(".pfeiffer.up.bias") || ends(".query.bias") || ends("_norm.weight") || ends("_norm.bias")) {
            CHECK_FALSE(decays(w));
            ++seen;
        }
    }
    CHECK(seen == 11);
}
TEST_CASE("an adapter of one's own") {
    using tuned = adapt<small_bert, shifted_input, on<"**.attention.query", "**.attention.value", "**.up">>;
    judge<tuned>(adapters_and_head{}, classified, drops);
}
TEST_CASE("adapters in layers of nested repeats, picked by number") {
    using tuned = adapt<towers, ia3<>, on<"left.0.1.map", "left.1.*.map", "right.2.map">>;
    CHECK(names_with<tuned>("ia3") == "left.0.1.map.ia3.l left.1.0.map.ia3.l left.1.1.map.ia3.l left.1.2.map.ia3.l right.2.map.ia3.l ");
    judge<tuned>(trainable<adapters, on<"head.**">>{}, classified);
}
TEST_CASE("adapting twice by number: runs of layers are cut again") {
    using once_adapted = adapt<towers, ia3<>, on<"right.1.map">>;
    using tuned = adapt<once_adapted, lora<rank<2>>, on<"right.0.map", "right.1.map">>;
    CHECK(names_with<tuned>("right") ==
          "right.0.map.weight right.0.map.bias right.0.map.lora.a right.0.map.lora.b right.1.map.weight right.1.map.bias right.1.map.ia3.l right.1.map.lora.a "
          "right.1.map.lora.b right.2.map.weight right.3.map.weight right.2.map.bias right.3.map.bias ");
    judge<tuned>(trainable<adapters, on<"word.**">>{}, classified);
}
TEST_CASE("what no pattern reaches stays the type it was") {
    using tuned = adapt<small_bert, lora<rank<2>>, on<"**.query">>;
    using parts = typename tuned::template parts<path<>>;
    CHECK(std::is_same_v<decltype(parts::pooler), bound<linear<w12, w12>, path<part_name<"pooler">>>>);
    CHECK(std::is_same_v<typename tuned::base, small_bert>);
    CHECK(tuned::class_count == label_count);
}
TEST_CASE("sets of weights") {
    using tuned = adapt<small_bert, lora<rank<2>>, on<"**.query">, pfeiffer<reduction<4>>, on<"**.output_norm">>;
    CHECK(held<tuned, adapters>() == 3 * 2 + 3 * 4);
    CHECK(held<tuned, norms>() == 2 + 3 * 4);
    CHECK(held<tuned, biases>() == 1 + 3 * 8 + 2);
    CHECK(held<tuned, last_layers<1>>() == 16 + 2 + 4);
    CHECK(held<tuned, except<last_layers<2>, norms>>() == 2 * (16 + 2 + 4 - 4));
    CHECK(held<tuned, trainable<norms, on<"classifier.**">>>() == 2 + 3 * 4 + 2);
    CHECK(held<small_bert, trainable<biases, last_layers<1>>>() == 1 + 3 * 8 + 2 + 8);
    using some = adapt<small_bert, lora<rank<2>>, on<"bert.blocks.2.**.query">>;
    CHECK(held<some, last_layers<1>>() == 16 + 2);
    CHECK(held<some, last_layers<2>>() == 32 + 2);
}
TEST_CASE("a set is asked about every copy of a weight unless it cannot tell them apart") {
    using tuned = adapt<small_bert, lora<rank<2>>, on<"bert.blocks.2.**.query">>;
    const auto both = []<class Set>(Set) {
        asks_every_copy<tuned, Set>();
        asks_every_copy<towers, Set>();
    };
    both(trainable<on<"**">>{});
    both(on<"*.*.1.**", "left.1.2.**", "**.word.**">{});
    both(on<"right.3.*", "left.*.0.**", "nowhere.**">{});
    both(except<on<"**.bias", "**.weight">, on<"**.2.**">>{});
    both(trainable<last_layers<2>, adapters>{});
    both(trainable<biases, odd_layers>{});
    both(trainable<norms, except<on<"**">, first_layers>>{});
    both(first_layers{});
    CHECK(!names_a_layer("**.query"));
    CHECK(!names_a_layer("a1.*.b2"));
    CHECK(names_a_layer("a.12.b"));
    CHECK(names_a_layer("0.**"));
}
TEST_CASE("only biases, only norms, the last layer") {
    judge<small_bert>(trainable<biases>{}, classified, drops);
    judge<small_bert>(trainable<norms, on<"classifier.**">>{}, classified, drops);
    judge<small_bert>(trainable<except<last_layers<1>, norms>>{}, classified, drops);
}
