// What is said of the folder that training has saved.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdio>
#include <filesystem>
#include <string>

#include "model.hpp"

/// How Python opens what was saved.
inline void say_in_python(const std::string& model, const std::string& out, long classes) {
    std::error_code ignored;
    const auto there = [&](const char* file) { return std::filesystem::exists(std::filesystem::path(out) / file, ignored); };
    const char* const architecture = hone::names_of<plain_classifier>().head().architecture;
    if (there("adapter.safetensors"))
        std::printf("In Python:\n"
                    "    import adapters; from transformers import %s\n"
                    "    model = %s.from_pretrained(\"%s\", num_labels=%ld)\n"
                    "    adapters.init(model); model.load_adapter(\"%s\", set_active=True)\n",
                    architecture, architecture, model.c_str(), classes, out.c_str());
    else if (there("adapter_model.safetensors"))
        std::printf("In Python:\n"
                    "    from peft import AutoPeftModelForSequenceClassification\n"
                    "    model = AutoPeftModelForSequenceClassification.from_pretrained(\"%s\", num_labels=%ld)\n",
                    out.c_str(), classes);
    else if (is_adapted) std::printf("Each adapter in a folder below it, which Python opens one at a time; `classify predict --adapter %s` uses all\n", out.c_str());
    else
        std::printf("In Python:\n"
                    "    from transformers import pipeline\n"
                    "    classifier = pipeline(\"text-classification\", model=\"%s\")\n"
                    "    print(classifier(\"a sentence\"))\n",
                    out.c_str());
    if (there("base.safetensors")) std::printf("base.safetensors in it holds the weights of the model that trained beside: model.load_state_dict(load_file(...), strict=False)\n");
}
