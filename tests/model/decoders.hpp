// Folders of decoders (tests/reference/decoders/): what hone reads gives transformers' logits of
// every token in f64, and what it writes is that folder again.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/layer/language_model.hpp>

#include "model/folders.hpp"

namespace hone::testing {

inline std::filesystem::path decoder_folder(const std::string& name) {
    return reference("../decoders/" + name);
}

/// The largest difference of a logit from those beside the folder, over the largest of these.
template <class Model>
double words_apart(pretrained<Model, double>& model, const std::filesystem::path& folder) {
    const std::vector<std::int32_t> ids{1, 4, 9, 2, 1, 5, 2, 1, 7, 8, 3, 6, 2, 1},
        offsets{0, 4, 7, 13, 14};
    team alone(1);
    auto program = evaluate<token_batch>(
        model, [](auto m, auto batch) { return next_word_scores(m, m(batch.tokens)); }, alone);
    std::ifstream file(folder / "logits.txt");
    double difference = 0, largest = 0, theirs = 0;
    for (const double ours : program({.tokens = {.ids = ids, .offsets = offsets}})) {
        if (!(file >> theirs)) return INFINITY;
        difference = std::max(difference, std::abs(theirs - ours));
        largest = std::max(largest, std::abs(theirs));
    }
    return file >> theirs ? INFINITY : difference / largest;
}

/// Reading and saving. `stored` says how the folder's tensors differ from those that hone writes.
template <class Model>
void check_decoder(const std::string& name, const std::string& architecture,
                   const std::string& stored = {}) {
    const auto folder = decoder_folder(name);
    const temporary_folder out;
    auto model = load<Model, double>(folder);
    CHECK(model.notices.empty());
    CHECK(words_apart(model, folder) < 1e-12);
    auto single = load<Model>(folder);
    save_into(single, out.path, {});
    if (stored.empty())
        require_same_tensors(out.path / "model.safetensors", folder / "model.safetensors");
    auto again = load<Model, double>(out.path);
    CHECK(words_apart(again, folder) < 1e-12);
    const json config = read_json(out.path / "config.json", 1 << 16),
               before = read_json(folder / "config.json", 1 << 16);
    CHECK(config.find("architectures")->write() == "[\"" + architecture + "\"]");
    for (std::size_t i = 0; i < before.size(); ++i)
        if (!before.keys()[i].ends_with("dtype"))
            CHECK(config.find(before.keys()[i])->write() == before.values()[i].write());
}

} // namespace hone::testing
