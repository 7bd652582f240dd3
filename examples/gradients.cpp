// The gradient of every weight on one batch, written to a file: to compare with another program's. It differentiates exactly what
// `classify train` does, with dropout off. Of an adapter it is a variant, which is made for one precision (HONE_NUMBERS).
// SPDX-License-Identifier: Apache-2.0
#include "classify/choice.hpp"
#include "command_line.hpp"
#include "signals.hpp"

template <class T, class Products = void>
void run(const std::string& folder, const std::string& adapter, const std::string& input, const std::string& head, const std::string& out, int threads) {
    const auto table = hone::tsv(input, hone::text_column{0}, hone::label_column{1});
    const hone::wordpiece tokenizer(folder);
    auto labels = hone::label_map::of(table);
    auto model = load_with<T>(folder, adapter, !adapter.empty() ? 0 : head.empty() ? static_cast<long>(labels.size()) : head_classes(head), 0, !head.empty() && adapter.empty());
    if (!head.empty()) read_head(model, head);
    const auto data = hone::encode(table, tokenizer, labels, text_limit);
    hone::team workers(threads);
    auto step = training_step_of<Products>(model, workers, 0);
    step.template set<"dropout">(0).template set<"attention_dropout">(0);
    const auto size = static_cast<int>(data.size());
    double loss = 0;
    for (auto [epoch, n, batch] : hone::epochs(1, hone::batches(data, hone::sentences_per_batch(size), hone::no_shuffle))) loss = step(batch).loss;

    const auto& trained = step.weights();
    std::vector<hone::stored_tensor> tensors;
    auto gradients = step.gradients();
    std::vector<std::vector<T>> room;
    const auto gradient_of = [&](const std::string& name) -> std::span<const T> {
        for (const auto& r : trained.ranges)
            if (r.name == name) return {gradients.values + r.gradient, static_cast<std::size_t>(r.count)};
        return {};
    };
    if constexpr (is_adapted) { // under the names of the adapter's folder; what the folders of several kinds all hold, once
        std::vector<hone::named_weight<T>> weights;
        for (auto& family : hone::detail::families_of(model, weights)) {
            if (family.is_bottleneck) hone::detail::rename_bottlenecks(family, *model.adapter_configs.find(family.folder));
            for (auto& t : hone::detail::stored_tensors(family, room, [&](const hone::named_weight<T>& w) { return gradient_of(w.name); }))
                if (std::none_of(tensors.begin(), tensors.end(), [&](const auto& known) { return known.name == t.name; })) tensors.push_back(std::move(t));
        }
    } else {
        model.each([&](const hone::named_weight<T>& w) {
            const auto g = gradient_of(w.name);
            if (g.empty()) return;
            std::vector<std::uint64_t> shape{static_cast<std::uint64_t>(w.rows), static_cast<std::uint64_t>(w.columns)};
            if (w.vector) shape.erase(shape.begin());
            tensors.push_back(hone::to_store<T>(model.names()(w.name), shape, g));
        });
    }
    const T stored_loss = static_cast<T>(loss);
    tensors.push_back(hone::to_store<T>("loss", {}, std::span<const T>(&stored_loss, 1)));
    hone::write_safetensors(out, tensors);
    std::printf("loss %.17g, %zu weights, %ld numbers, written to %s\n", loss, tensors.size() - 1, gradients.count, out.c_str());
}

int main(int argc, char** argv) {
    std::string model, adapter, input, head, precision = "f32", out;
    int threads = 0;
    command_line line("gradients", "Writes the gradients of the mean cross-entropy of all lines of a file, as one batch.");
    line.add("model", "DIR", model, "folder with config.json, model.safetensors and the tokenizer").required();
    line.add("adapter", "DIR", adapter, "folder of an adapter: the gradients of its weights and of the classifier");
    line.add("input", "FILE", input, "text, tab, label in each line; labels are numbered in sorted order").required();
    line.add("head", "FILE", head, "a safetensors file with classifier.weight and classifier.bias");
    line.add("precision", "TYPE", precision, "f32, f64, or bf16 for products");
    line.add("out", "FILE", out, "the safetensors file to write").required();
    line.add("threads", "N", threads, "threads; 0: all cores", 0, hone::team::most_threads);
    if (const int code = line.read(argc, argv); code >= 0) return code;
    if (precision != "f32" && precision != "f64" && precision != "bf16") {
        std::fprintf(stderr, "gradients: --precision must be f32, f64 or bf16\n");
        return 2;
    }
    report_lost_files();
    try {
        auto choice = chosen_variant({}, adapter, {});
        if (!choice.definitions.empty()) check_before_compiling(model, adapter);
        if (!choice.definitions.empty()) choice.definitions.emplace_back("HONE_NUMBERS", precision == "f64" ? "double" : precision == "bf16" ? "float, hone::bf16" : "float");
        become(choice, "gradients", argv);
#ifdef HONE_NUMBERS
        run<HONE_NUMBERS>(model, adapter, input, head, out, threads);
#else
        if (precision == "f64") run<double>(model, adapter, input, head, out, threads);
        else if (precision == "bf16") run<float, hone::bf16>(model, adapter, input, head, out, threads);
        else run<float>(model, adapter, input, head, out, threads);
#endif
    } catch (const std::exception& e) {
        std::fprintf(stderr, "gradients: %s\n", hone::printable(e.what()).c_str());
        return 1;
    }
    return after_printing("gradients", 0);
}
