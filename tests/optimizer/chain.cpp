// Clipping by the norm of all gradients, errors that change nothing, state of the size that was said, the same bits for all threads.
// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "hone/optimizer/adamw.hpp"
#include "optimizer/made.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("gradients are scaled by min(1, limit / (norm + 1e-6))") {
    for (double scale : {1e-3, 1.0, 50.0}) {
        made<double> x(40000, 37); // three chunks of the norm's sum
        x.draw(3, scale);
        double sum = 0;
        for (double g : x.gradient)
            sum += g * g;
        const double norm = std::sqrt(sum), factor = std::min(1.0, 2.5 / (norm + 1e-6));
        const std::vector<double> before(x.weight.begin(), x.weight.end());
        const auto optimizer = chain(clip_by_global_norm(2.5), sgd{.rate = 1});
        auto state = optimizer.start<double>(x.trained);
        optimizer.step(x.trained, x.gradients(), state);
        CHECK(std::abs(state.gradient_norm / norm - 1) < 1e-12);
        double far = 0;
        for (std::size_t i = 0; i < 40000; ++i)
            far = farther(far, std::abs(x.weight[i] - (before[i] - factor * x.gradient[i])));
        CHECK(far <= 1e-13);
        CHECK((factor < 1) == (scale >= 1));
    }
    CHECK(clip_by_global_norm(1.0).factor(0.5) == 1.0);
    CHECK(clip_by_global_norm(1.0).factor(1.0) == 1.0 / (1.0 + 1e-6));
    CHECK(clip_by_global_norm(1.0).factor(4.0) == 1.0 / (4.0 + 1e-6));
    CHECK(clip_by_global_norm(1.0).factor(0.0) == 1.0);
}

TEST_CASE("a gradient that is not finite is an error and changes nothing") {
    for (double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
        made<double> x(1000, 37);
        const auto optimizer = chain(clip_by_global_norm(1.0), adamw{.rate = 1e-2});
        auto state = optimizer.start<double>(x.trained);
        optimizer.step(x.trained, x.gradients(), state);
        const std::vector<double> weights(x.weight.begin(), x.weight.end()), first(state.get<"adam.mu">().begin(), state.get<"adam.mu">().end()),
            second(state.get<"adam.nu">().begin(), state.get<"adam.nu">().end());
        x.gradient[static_cast<std::size_t>(x.trained.ranges[1].gradient) + 5] = bad;
        std::string code, name, found;
        try {
            optimizer.step(x.trained, x.gradients(), state);
        } catch (const error& e) {
            code = e.code;
            name = e.where.name;
            found = e.found;
        }
        CHECK(code == "optimizer.gradient_not_finite");
        CHECK(name == "some.bias");
        CHECK(found == std::to_string(bad) + " at element 5");
        CHECK(std::memcmp(weights.data(), x.weight.data(), weights.size() * sizeof(double)) == 0);
        CHECK(std::memcmp(first.data(), state.get<"adam.mu">().data(), first.size() * sizeof(double)) == 0);
        CHECK(std::memcmp(second.data(), state.get<"adam.nu">().data(), second.size() * sizeof(double)) == 0);
        CHECK(state.step == 1);
        x.draw(1); // and the next step is taken as if nothing had been
        optimizer.step(x.trained, x.gradients(), state);
        CHECK(state.step == 2);
    }
}

TEST_CASE("gradients whose squares overflow are an error too") {
    made<double> x(10, 3);
    x.gradient[2] = 1e200;
    const auto optimizer = chain(adamw{});
    auto state = optimizer.start<double>(x.trained);
    std::string code;
    try {
        optimizer.step(x.trained, x.gradients(), state);
    } catch (const error& e) {
        code = e.code;
    }
    CHECK(code == "optimizer.gradient_overflow");
    CHECK(state.step == 0);
}

TEST_CASE("the state takes the bytes that were said") {
    for (long matrix : {1l, 1000l, 16384l, 50000l}) {
        made<float> x(matrix, 37);
        const auto of_adamw = chain(adamw{});
        auto state = of_adamw.start<float>(x.trained);
        CHECK(of_adamw.bytes<float>(x.trained.count) ==
              static_cast<long>((state.get<"adam.mu">().size() + state.get<"adam.nu">().size()) * sizeof(float) + state.partial.size() * sizeof(double) + state.alive.size()));
        const auto of_sgd = chain(clip_by_global_norm(1.0), sgd{});
        auto other = of_sgd.start<float>(x.trained);
        CHECK(of_sgd.bytes<float>(x.trained.count) ==
              static_cast<long>(other.get<"momentum.buffer">().size() * sizeof(float) + other.partial.size() * sizeof(double) + other.alive.size()));
        for (float v : state.get<"adam.nu">())
            if (v != 0)
                FAIL("a moment that does not start at 0");
    }
    static_assert(decltype(chain(clip_by_global_norm(1.0), adamw{}))::bytes<float>(1 << 20) == (8l << 20) + 65 * 8 + (1 << 10));
}

TEST_CASE("the number of threads changes no bit") {
    made<float> alone(50000, 37);
    const auto optimizer = chain(clip_by_global_norm(1.0), adamw{.rate = 1e-2});
    auto state = optimizer.start<float>(alone.trained);
    for (std::uint64_t s = 0; s < 3; ++s) {
        alone.draw(s);
        optimizer.step(alone.trained, alone.gradients(), state);
    }
    for (int threads : {2, 3, 8}) {
        made<float> shared(50000, 37, threads);
        auto other = optimizer.start<float>(shared.trained);
        for (std::uint64_t s = 0; s < 3; ++s) {
            shared.draw(s);
            optimizer.step(shared.trained, shared.gradients(), other);
        }
        CHECK(std::memcmp(&other.gradient_norm, &state.gradient_norm, sizeof(double)) == 0);
        CHECK(std::memcmp(shared.weight.data(), alone.weight.data(), alone.weight.size() * sizeof(float)) == 0);
        for (int m = 0; m < 2; ++m)
            CHECK(std::memcmp(other.moment[m].data(), state.moment[m].data(), alone.weight.size() * sizeof(float)) == 0);
    }
}

TEMPLATE_TEST_CASE("pages that no gradient has touched rest: not a bit differs, and their moments stay zero", "", adamw, sgd) {
    constexpr long matrix = 40'000, page = gradient_page;
    const auto optimizer = chain(clip_by_global_norm(1.0), TestType{.rate = 1e-2, .decay = GENERATE(0.0, 0.01)});
    made<float> whole(matrix), sparse(matrix);
    std::vector<unsigned char> touched(static_cast<std::size_t>(gradient_pages(whole.trained.count)));
    sparse.trained.touched = touched.data();
    auto of_whole = optimizer.template start<float>(whole.trained), of_sparse = optimizer.template start<float>(sparse.trained);
    for (std::uint64_t s = 0; s < 5; ++s) {
        whole.draw(s);
        sparse.draw(s);
        for (std::size_t p = 0; p < touched.size(); ++p) { // page 3 in every step, 4 from the second on, 5 in the third only; 0 never
            touched[p] = p == 3 || p > 6 || (p == 4 && s > 0) || (p == 5 && s == 2);
            if (touched[p]) continue;
            const auto from = static_cast<long>(p) * page, to = std::min(from + page, whole.trained.count);
            std::fill(whole.gradient.begin() + from, whole.gradient.begin() + to, 0.0f);
            std::fill(sparse.gradient.begin() + from, sparse.gradient.begin() + to, 0.0f);
        }
        optimizer.step(whole.trained, whole.gradients(), of_whole);
        optimizer.step(sparse.trained, sparse.gradients(), of_sparse);
        REQUIRE(of_sparse.gradient_norm == of_whole.gradient_norm);
        REQUIRE(std::memcmp(whole.weight.data(), sparse.weight.data(), whole.weight.size() * sizeof(float)) == 0);
        for (int m = 0; m < of_whole.moments; ++m)
            REQUIRE(std::memcmp(of_whole.moment[m].data(), of_sparse.moment[m].data(), whole.weight.size() * sizeof(float)) == 0);
    }
    CHECK(of_sparse.alive[0] == 0);
    CHECK(of_sparse.alive[5] == 1);
    CHECK((of_sparse.moments == 1 || of_sparse.moment[0][5 * page + 1] != 0)); // it goes on after its gradient is zero again
    CHECK(of_sparse.moment[0][1] == 0);
}
