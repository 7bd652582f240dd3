// The folder that training saves, and the room for it, asked before the first step.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdio>
#include <filesystem>
#include <string>

#include <hone/file/folder.hpp>

/// Room for what will be held and written. Errors: train.memory, train.disk.
inline void require_room(const std::string& out, long memory, long disk) {
    const auto in_mib = [](long bytes) { return std::to_string(bytes >> 20) + " MiB"; };
    if (std::FILE* f = std::fopen("/proc/meminfo", "r")) {
        char line[256];
        long available = -1;
        while (std::fgets(line, sizeof line, f))
            if (std::sscanf(line, "MemAvailable: %ld kB", &available) == 1) break;
        std::fclose(f);
        if (available >= 0 && available * 1024 < memory)
            throw hone::error("train.memory", "too little memory; a smaller batch (--batch-sentences) needs less", {}, in_mib(memory),
                              in_mib(available << 10) + " available");
    }
    if (out.empty()) return;
    std::error_code failed;
    const auto parent = std::filesystem::absolute(out).parent_path();
    const auto space = std::filesystem::space(parent, failed);
    if (!failed && static_cast<long>(space.available) < disk)
        throw hone::error("train.disk", "too little room to save the model", {.file = out}, in_mib(disk),
                          in_mib(static_cast<long>(space.available)));
}

/// Saves a folder, and tries once more where the system refused a write: there is something to lose.
template <class Write>
void save_folder(const std::string& out, Write write) {
    try {
        hone::replace_folder(out, write);
    } catch (const std::exception& e) { // a lack of memory too
        std::fprintf(stderr, "%s; trying once more\n", hone::printable(e.what()).c_str());
        hone::replace_folder(out, write);
    }
}
