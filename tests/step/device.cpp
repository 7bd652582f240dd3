// The seam between a program and its device: one that only records is told to launch what the plan says, in its order, for the rows of the batch; and a
// device in place of a team of threads is the same step.
// SPDX-License-Identifier: Apache-2.0
#include "step/gated.hpp"
#include "step/recording.hpp"
#include "step/model.hpp"
#include "test.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct small : classify<bert<layers<3>, width<8>, heads<2>, inner<12>, vocabulary<11>, positions<9>>, classes<2>> {};
constexpr auto loss = [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); };
const tokens text({5, 2, 7}, 11, 3);
const auto wanted = labels(3, 2, 4);
text_batch batch() { return {.tokens = text.rows(), .label = wanted}; }

/// What the plan says, read from its tables alone.
template <class Plan>
struct expected_launches {
    const Plan& p;
    const std::vector<long>& rows; ///< by kind, from 0 on
    std::vector<launch> all{};

    void node(int i, bool backward) {
        const auto& n = p.nodes[static_cast<std::size_t>(i)];
        all.push_back({n.op, n.kind < 0 ? -n.kind : rows[static_cast<std::size_t>(n.kind)], n.width, backward});
    }
    void stages(const group_plan& g) {
        for (int s = g.first; s < g.last; ++s) {
            const auto& stage = p.stages[static_cast<std::size_t>(s)];
            if (stage.node >= 0) node(stage.node, g.backward);
            for (int q = stage.node < 0 ? stage.first : stage.last; q < stage.last; ++q)
                for (int m = p.passes[static_cast<std::size_t>(q)].first; m < p.passes[static_cast<std::size_t>(q)].last; ++m)
                    node(p.members[static_cast<std::size_t>(m)], g.backward);
        }
    }
    void graph(int number, bool backward) {
        const auto& here = p.graphs[static_cast<std::size_t>(number)];
        for (int i = here.first_group; i < here.last_group; ++i) {
            const auto& g = p.groups[static_cast<std::size_t>(i)];
            if (g.backward != backward) continue;
            if (g.node < 0) {
                stages(g);
                continue;
            }
            const auto& n = p.nodes[static_cast<std::size_t>(g.node)];
            if (n.op->how == structure::loop) {
                const auto& use = p.loops[static_cast<std::size_t>(n.detail)];
                for (int l = 0; l < use.count; ++l) graph(use.body, backward);
            } else if (n.op->how != structure::effect)
                node(g.node, backward);
            else if (const auto& from = p.nodes[static_cast<std::size_t>(n.argument[0])];
                     p.places[static_cast<std::size_t>(n.argument[0])].where != store::gradient)
                all.push_back({n.op, 1, (from.kind < 0 ? -from.kind : rows[static_cast<std::size_t>(from.kind)]) * from.width, true});
        }
    }
};

} // namespace

TEST_CASE("a device is told to launch what the plan says, in its order") {
    parameters<small, double> model;
    fill(model, 5);
    team workers(2);
    std::vector<launch> list;
    auto step = differentiate(model, all{}, loss, recording{&workers, &list}, 3);
    using program = decltype(step)::program;
    step.set<"dropout">(0.1).set<"attention_dropout">(0.1);
    for (int turn = 0; turn < 2; ++turn) {
        list.clear();
        step(batch());
        std::vector<long> rows{3};
        for (const auto& space : program::plan.spaces) rows.push_back(space.by == counted::tokens ? 14 : 3);
        expected_launches<decltype(program::plan)> expected{program::plan, rows};
        expected.graph(0, false);
        expected.graph(0, true);
        REQUIRE(list.size() == expected.all.size());
        CHECK(list.size() > 100);
        for (std::size_t i = 0; i < list.size(); ++i) {
            INFO("launch " << i << ": " << list[i].rows << " x " << list[i].columns << ", expected " << expected.all[i].rows << " x " << expected.all[i].columns);
            CHECK(list[i] == expected.all[i]);
        }
    }
}

TEST_CASE("a team of threads and the device that holds it are the same step, to the bit") {
    parameters<small, float> model;
    fill(model, 6);
    team workers(2);
    auto one = differentiate(model, all{}, loss, workers, 3);
    auto other = differentiate(model, all{}, loss, cpu{workers}, 3);
    static_assert(std::is_same_v<decltype(one), decltype(other)>);
    one.set<"dropout">(0.1f).set<"attention_dropout">(0.1f);
    other.set<"dropout">(0.1f).set<"attention_dropout">(0.1f);
    const auto a = one(batch()), b = other(batch());
    CHECK(a.loss == b.loss);
    CHECK(std::equal(a.gradients.values, a.gradients.values + a.gradients.count, b.gradients.values));
}
