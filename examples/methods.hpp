// Every way of fine-tuning that hone has: what 12_pairs_of_adapters.cpp makes its table of, and what the tests of pairs must cover. An adapter has
// its type and the kind of layer that it goes around, a set of weights its type.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include <hone/adapter/adapter.hpp>
#include <hone/layer/add_and_norm.hpp>
#include <hone/layer/embedding.hpp>
#include <hone/layer/linear.hpp>
#include <hone/layer/self_attention.hpp>

/// Two layers of each kind that adapters go around.
struct two_of_each {
    using w = hone::width<8>;
    using attending = hone::self_attention<w, hone::heads<2>>;
    HONE_PARTS((product, hone::linear<w, w>), (product_2, hone::linear<w, w>), (table, hone::embedding<hone::vocabulary<30>, w>), (table_2, hone::embedding<hone::vocabulary<30>, w>),
               (attention, attending), (attention_2, attending), (sum, hone::add_and_norm<w>), (sum_2, hone::add_and_norm<w>))
};

/// An adapter around one kind of layer; `Spelling` is its type as a program writes it.
template <hone::literal Name, hone::literal Spelling, class Adapter, hone::literal Place, hone::literal Other>
struct adapter_method {
    static constexpr std::string_view name = Name.view(), spelling = Spelling.view(), place = Place.view(), other = Other.view();
    static constexpr bool is_set = false;
    using adapter = Adapter;
    using places = hone::on<Place>;
    using elsewhere = hone::on<Other>;
};
/// A set of the model's own weights.
template <hone::literal Name, class Set>
struct set_method {
    static constexpr std::string_view name = Name.view();
    static constexpr bool is_set = true;
    using set = Set;
};

// The name of an adapter, its type, its place.
#define HONE_METHOD(NAME, PLACE, ...) adapter_method<NAME, HONE_TEXT_OF(__VA_ARGS__), hone::__VA_ARGS__, PLACE, PLACE "_2">
#define HONE_TEXT_OF(...) #__VA_ARGS__

using methods = hone::types<HONE_METHOD("LoRA", "product", lora<hone::rank<2>>), HONE_METHOD("LoRA of a table", "table", lora<hone::rank<2>>),
                            HONE_METHOD("DoRA", "product", dora<hone::rank<2>>), HONE_METHOD("AdaLoRA", "product", adalora<hone::rank<2>>),
                            HONE_METHOD("VeRA", "product", vera<hone::rank<3>>), HONE_METHOD("IA3", "product", ia3<>),
                            HONE_METHOD("IA3 of the input", "product", ia3<hone::of_input>), HONE_METHOD("Houlsby", "sum", houlsby<hone::reduction<2>>),
                            HONE_METHOD("Pfeiffer", "sum", pfeiffer<hone::reduction<2>>), HONE_METHOD("parallel", "sum", parallel<>),
                            HONE_METHOD("Compacter", "sum", compacter<hone::reduction<2>>), HONE_METHOD("prefix", "attention", prefix<hone::virtual_tokens<2>>),
                            HONE_METHOD("prompt", "table", prompt<hone::virtual_tokens<2>>), HONE_METHOD("P-tuning", "table", ptuning<hone::virtual_tokens<2>>),
                            set_method<"BitFit", hone::biases>, set_method<"norms", hone::norms>, set_method<"last layers", hone::last_layers<1>>>;

/// What the library says of `Second` put into a model that has `First`.
struct verdict {
    std::string_view there; ///< the sentence that refuses it around the same layer; empty: it may stand there
    std::string_view apart; ///< and around another one
};
template <class First, class Second>
constexpr verdict ask() {
    if constexpr (First::is_set || Second::is_set) return {}; // sets are joined, and train beside any adapter
    else {
        return {hone::refusal_to_adapt<two_of_each, typename First::adapter, typename First::places, typename Second::adapter, typename First::places>,
                hone::refusal_to_adapt<two_of_each, typename First::adapter, typename First::places, typename Second::adapter, typename Second::elsewhere>};
    }
}
/// "E042" of a sentence.
constexpr std::string_view number_of(std::string_view sentence) { return sentence.substr(sentence.find('[') + 1, 4); }
