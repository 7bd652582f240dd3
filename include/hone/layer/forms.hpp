// What programs have made of weights that do not change, such as the panels that a product reads: one for all programs of a model, gone with the last
// program that uses it. The kind is the address of something that stands for the form (its number type, its instruction set).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "hone/meta/compact.hpp"
#include "hone/tensor/storage.hpp"

HONE_COMPACT_BEGIN
namespace hone {

template <class T>
class kept_forms {
public:
    using form = std::shared_ptr<const storage<T>>;
    /// The form of that kind of a copy; where there is none yet, `make(storage)` fills so many elements.
    template <class Make>
    form get(const void* kind, std::size_t copy, std::size_t elements, Make&& make) {
        const std::lock_guard alone(busy_);
        kept* place = nullptr;
        for (auto& k : all_)
            if (k.kind == kind && k.copy == copy) place = &k;
        if (!place) place = &all_.emplace_back(kept{kind, copy, {}});
        if (auto there = place->made.lock()) return there;
        auto made = std::make_shared<storage<T>>(elements);
        make(*made);
        place->made = made;
        return made;
    }

private:
    struct kept {
        const void* kind;
        std::size_t copy;
        std::weak_ptr<const storage<T>> made;
    };
    std::mutex busy_;
    std::vector<kept> all_;
};

} // namespace hone
HONE_COMPACT_END
