// Losses and their gradients, adversarial training, averages of weights and rates by layer on numbers
// from a file, one case a line: to compare with another program's. A case's name is its loss.
// SPDX-License-Identifier: Apache-2.0
#include "../command_line.hpp"
#include "adversarial.hpp"
#include "averages.hpp"
#include "softmax.hpp"

namespace {

std::string answered(const hone::json& c) {
    const auto* name = c.find("case");
    const std::string which = name && name->is_string() ? name->string() : "";
    if (which == "label_smoothing") return label_smoothing(c);
    if (which == "weighted_cross_entropy") return weighted_cross_entropy(c);
    if (which == "focal") return focal(c);
    if (which == "r_drop") return r_drop(c);
    if (which == "distillation") return distillation(c);
    if (which == "fgm") return quick_gradient(c);
    if (which == "pgd") return projected(c);
    if (which == "freelb") return free_batches(c);
    if (which == "ema") return exponential(c);
    if (which == "swa") return stochastic(c);
    if (which == "layer_rates") return layer_rates(c);
    throw hone::error("losses.no_such_case", "no loss of this name", {.name = which},
                      "label_smoothing, weighted_cross_entropy, focal, r_drop, distillation, "
                      "fgm, pgd, freelb, ema, swa or layer_rates");
}

} // namespace

int main(int argc, char** argv) {
    std::string file;
    command_line line(
        "losses", "Computes losses and gradients of the cases in a file, one JSON object a line.");
    line.add("case", "FILE", file, "a line a case: its name, logits, labels and numbers")
        .required();
    if (const int code = line.read(argc, argv); code >= 0) return code;
    try {
        const std::string text = hone::read_file(file, std::size_t{1} << 28);
        for (std::size_t from = 0; from < text.size();) {
            const auto end = std::min(text.find('\n', from), text.size());
            if (end > from)
                std::printf("%s\n", answered(hone::parse_json(
                                                 std::string_view(text).substr(from, end - from),
                                                 file, from))
                                        .c_str());
            from = end + 1;
        }
        if (std::fflush(stdout) != 0)
            throw hone::error("losses.output", "the output cannot be written");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "losses: %s\n", e.what());
        return 1;
    }
}
