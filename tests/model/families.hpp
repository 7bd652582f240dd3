// Folders of families of models (tests/reference/families/): what hone reads gives transformers'
// logits in f64, and what it writes is that folder again.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "model/folders.hpp"

namespace hone::testing {

inline std::string of_family(const std::string& name) { return "../families/" + name; }

/// The folder without the tensors whose names begin so.
inline void copy_without(const std::filesystem::path& from, const std::filesystem::path& to,
                         const std::string& beginning) {
    std::filesystem::create_directories(to);
    std::filesystem::copy_file(from / "config.json", to / "config.json");
    const safetensors_file file(from / "model.safetensors");
    std::vector<stored_tensor> kept;
    for (const auto& tensor : file.tensors())
        if (!tensor.name.starts_with(beginning)) kept.push_back(tensor);
    write_safetensors(to / "model.safetensors", kept);
}

/// Reading, saving, an adapter of PEFT's: the same for every family. `Tuned` is Model with
/// `lora<rank<2>, alpha<3>>` around queries and values.
template <class Model, class Tuned>
void check_family(const std::string& name, const std::string& architecture, const char* type) {
    const temporary_folder out;
    auto model = load<Model, double>(reference(of_family(name)));
    CHECK(model.notices.empty());
    CHECK(apart(model, of_family(name)) < 1e-12);
    auto single = load<Model>(reference(of_family(name)));
    save_into(single, out.path, {"a", "b", "c"});
    require_same_tensors(out.path / "model.safetensors",
                         reference(of_family(name)) / "model.safetensors");
    const json config = read_json(out.path / "config.json", 1 << 16);
    CHECK(config.find("architectures")->write() == "[\"" + architecture + "\"]");
    CHECK(config.find("model_type")->string() == type);
    CHECK(config.find("id2label")->write() == R"({"0":"a","1":"b","2":"c"})");

    const auto folder = name + "_lora";
    auto tuned = load<Tuned, double>(reference(of_family(name)));
    load_adapter(tuned, reference(of_family(folder)));
    CHECK(apart(tuned, of_family(folder)) < 1e-12);
    auto tuned_single = load<Tuned>(reference(of_family(name)));
    load_adapter(tuned_single, reference(of_family(folder)));
    save_adapter(tuned_single, out.path / "lora", {"a", "b", "c"});
    require_same_tensors(out.path / "lora/adapter_model.safetensors",
                         reference(of_family(folder)) / "adapter_model.safetensors");
    require_fields(read_json(out.path / "lora/adapter_config.json", 1 << 16),
                   read_json(reference(of_family(folder)) / "adapter_config.json", 1 << 16));
}

} // namespace hone::testing
