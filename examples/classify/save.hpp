// What training writes: the log, a line a step, and the folder; and the room for both, asked before the first step.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>

#include <hone/file/folder.hpp>

#include "model.hpp"

/// Room for what will be held and written.
inline void require_room(const std::string& out, long memory, long disk) {
    if (std::FILE* f = std::fopen("/proc/meminfo", "r")) {
        char line[256];
        long available = -1;
        while (std::fgets(line, sizeof line, f))
            if (std::sscanf(line, "MemAvailable: %ld kB", &available) == 1) break;
        std::fclose(f);
        if (available >= 0 && available * 1024 < memory)
            throw hone::error("train.memory", "too little memory; a smaller batch (--batch-sentences) needs less", {}, std::to_string(memory >> 20) + " MiB",
                              std::to_string(available >> 10) + " MiB available");
    }
    if (out.empty()) return;
    std::error_code failed;
    auto parent = std::filesystem::absolute(out).parent_path();
    const auto space = std::filesystem::space(parent, failed);
    if (!failed && static_cast<long>(space.available) < disk)
        throw hone::error("train.disk", "too little room to save the model", {.file = out}, std::to_string(disk >> 20) + " MiB", std::to_string(space.available >> 20) + " MiB");
}

/// Saves a folder, and tries once more where the system refused a write: there is something to lose.
template <class Write>
void save_folder(const std::string& out, Write write) {
    try {
        hone::replace_folder(out, write);
    } catch (const hone::error& e) {
        std::fprintf(stderr, "%s; trying once more\n", hone::printable(e.what()).c_str());
        hone::replace_folder(out, write);
    }
}

/// How Python opens what was saved.
inline void say_saved(const std::string& model, const std::string& out, long classes) {
    std::error_code ignored;
    const auto there = [&](const char* file) { return std::filesystem::exists(std::filesystem::path(out) / file, ignored); };
    const char* const architecture = hone::names_of<plain_classifier>().head().architecture;
    std::printf("saved to %s; ", out.c_str());
    if (there("adapter.safetensors"))
        std::printf("in Python:\n"
                    "    import adapters; from transformers import %s\n"
                    "    model = %s.from_pretrained(\"%s\", num_labels=%ld)\n"
                    "    adapters.init(model); model.load_adapter(\"%s\", set_active=True)\n",
                    architecture, architecture, model.c_str(), classes, out.c_str());
    else if (there("adapter_model.safetensors"))
        std::printf("in Python:\n"
                    "    from peft import AutoPeftModelForSequenceClassification\n"
                    "    model = AutoPeftModelForSequenceClassification.from_pretrained(\"%s\", num_labels=%ld)\n",
                    out.c_str(), classes);
    else if (is_adapted) std::printf("each adapter in a folder below it, which Python opens one at a time; `classify predict --adapter %s` uses all\n", out.c_str());
    else
        std::printf("in Python:\n"
                    "    from transformers import pipeline\n"
                    "    classifier = pipeline(\"text-classification\", model=\"%s\")\n"
                    "    print(classifier(\"a sentence\"))\n",
                    out.c_str());
    if (there("base.safetensors")) std::printf("base.safetensors in it holds the weights of the model that trained beside: model.load_state_dict(load_file(...), strict=False)\n");
}
