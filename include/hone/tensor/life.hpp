// Whether an object that others refer to is still where they left it: a word that the object keeps
// and they share. To ask costs a comparison.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// What became of a model's weights.
enum class fate : unsigned char { here, moved, gone };

/// Held by whoever refers to a model's weights.
class life_of_weights {
public:
    explicit life_of_weights(std::shared_ptr<const fate> word) : word_(std::move(word)) {}
    /// Error: step.model_gone.
    void check() const {
        if (*word_ != fate::here) fail();
    }

private:
    [[noreturn, gnu::cold, gnu::noinline]] void fail() const {
        throw error("step.model_gone",
                    "a step stands on the weights of its model, and these are not there any more",
                    {}, "a model that outlives its steps",
                    *word_ == fate::moved
                        ? "a model that was moved to another place: make the step after that"
                        : "a model that was destroyed");
    }
    std::shared_ptr<const fate> word_;
};

/// Held by the model. The number is that of its weights, and goes with them where they are moved.
class weights_alive {
public:
    weights_alive() : number_(next()) {}
    weights_alive(weights_alive&& from) noexcept : number_(from.number_) {
        from.leave(fate::moved);
    }
    weights_alive& operator=(weights_alive&& from) noexcept {
        if (this == &from) return *this;
        leave(fate::gone);
        number_ = from.number_;
        from.leave(fate::moved);
        return *this;
    }
    ~weights_alive() { leave(fate::gone); }

    /// Made when somebody first asks.
    life_of_weights life() {
        if (!word_) word_ = std::make_shared<fate>(fate::here);
        return life_of_weights(word_);
    }
    std::uint64_t number() const { return number_; }

private:
    static std::uint64_t next() {
        static std::atomic<std::uint64_t> last{0};
        return ++last;
    }
    void leave(fate f) noexcept {
        if (!word_) return;
        *word_ = f;
        word_.reset();
    }
    std::uint64_t number_;
    std::shared_ptr<fate> word_;
};

} // namespace hone
HONE_COMPACT_END
