// Times one training step, AdamW and clipping included: the very step and optimizer of `classify train`, on a batch of texts of equal
// length and two classes. Prints one line of JSON like benchmarks/peer/step.py's.
// SPDX-License-Identifier: Apache-2.0
#include "step.hpp"

#include <cstdlib>
#include <new>

#include "../../examples/command_line.hpp"

std::atomic<long> allocations{0};
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* p = std::malloc(size)) return p;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }

int main(int argc, char** argv) {
    settings s;
    command_line line("step", "Time of one training step.");
    line.add("model", "NAME", s.model, "minilm (6 layers of width 384), bert (12 of 768) or own (6 of 320: attention and two gated networks side by side)");
    line.add("mode", "NAME", s.mode, "full, or lora: rank 8 on queries and values, and the classifier (minilm and bert)");
    line.add("load", "DIR", s.folder, "a checkpoint, whose weights stay in their file where they do not train; without it they are drawn");
    line.add("precision", "TYPE", s.precision, "f32, or bf16 for products");
    line.add("batch", "N", s.batch, "texts a step; 0: 8 for bert, else 32", 0, 4096);
    line.add("length", "N", s.length, "tokens a text", 1, 512);
    line.add("steps", "N", s.steps, "steps to time, after one to warm up", 1, 100000);
    line.add("threads", "N", s.threads, "threads; 0: all cores", 0, hone::team::most_threads);
    line.add("dropout", "P", s.dropout, "probability of dropping", 0, 1).below_most();
    if (const int code = line.read(argc, argv); code >= 0) return code;
    const auto refuse = [](const char* what) {
        std::fprintf(stderr, "step: %s\n", what);
        return 2;
    };
    const bool lora = s.mode == "lora";
    if (s.mode != "full" && !lora) return refuse("--mode must be full or lora");
    if (s.precision != "f32" && s.precision != "bf16") return refuse("--precision must be f32 or bf16");
    try {
        if (s.model == "minilm") return lora ? run_minilm_lora(s) : run_minilm(s);
        if (s.model == "bert") return lora ? run_bert_lora(s) : run_bert(s);
        if (s.model == "own" && !lora) return run_own(s);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "step: %s\n", e.what());
        return 1;
    }
    return refuse("--model must be minilm, bert or, with --mode full, own");
}
