// The pairs that the types allow are the pairs of the models that are tested: one that is legal and stands in none of them is a hole in these tests.
// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>
#include <utility>

#include "pairs/models.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using pairs = std::set<std::pair<std::string, std::string>>;

/// The method that an adapter is around the layer of this path, and its type as a program writes it.
struct placed {
    std::string method, spelling, layer;
};
template <class Adapter, class... Method>
placed method_of(const std::string& path, types<Method...>) {
    placed found;
    const auto one = [&]<class M>(M*) {
        if constexpr (!M::is_set)
            if (std::is_same_v<Adapter, typename M::adapter> && (M::place == "table") == (path.find(".embeddings.") != path.npos)) found = {std::string(M::name), std::string(M::spelling), path};
    };
    (one(static_cast<Method*>(nullptr)), ...);
    return found;
}
/// What stands in a model: around one layer a type outside of a method, and around different layers two methods, both ways.
template <class Model, class... Adapter, class... On>
void stand_in(pairs& together, pairs& apart, types<adapter_on<Adapter, On>...>*) {
    std::vector<placed> all;
    std::vector<std::string> layers;
    parameters<Model, double> base(3);
    base.each([&](const named_weight<double>& w) {
        for (std::size_t at = w.name.rfind('.'); at != w.name.npos; at = at == 0 ? w.name.npos : w.name.rfind('.', at - 1))
            if (const auto layer = w.name.substr(0, at); std::find(layers.begin(), layers.end(), layer) == layers.end()) layers.push_back(layer);
    });
    (
        [&] {
            for (const auto& layer : layers)
                if (On::selects(layer)) all.push_back(method_of<Adapter>(layer, methods{}));
        }(),
        ...);
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t k = 0; k < all.size(); ++k) {
            if (all[i].layer != all[k].layer) apart.emplace(all[i].method, all[k].method);
            else if (i < k) together.emplace(all[i].method, all[k].spelling);
        }
}
template <class Model>
void stand_in(pairs& together, pairs& apart) {
    stand_in<Model>(together, apart, static_cast<typename Model::adapters*>(nullptr));
}

pairs together, apart;
template <class First, class Second>
void check_pair() {
    if constexpr (!First::is_set && !Second::is_set) {
        const std::pair<std::string, std::string> pair(First::name, Second::name);
        constexpr auto found = ask<First, Second>();
        INFO(pair.first << ", then " << pair.second);
        CHECK(found.there.empty() == together.contains({pair.first, std::string(Second::spelling)}));
        CHECK(found.apart.empty() == apart.contains(pair));
    }
}
template <class First, class... All>
void check_row(types<All...>) {
    (check_pair<First, All>(), ...);
}
template <class... All>
void check_all(types<All...> all) {
    (check_row<All>(all), ...);
}

} // namespace

TEST_CASE("every legal pair stands in a model that is tested, and no other") {
    stand_in<in_order>(together, apart);
    stand_in<in_turned_order>(together, apart);
    stand_in<twice<with_ptuning>>(together, apart);
    stand_in<in_two_layers<with_ptuning>>(together, apart);
    check_all(methods{});
}
