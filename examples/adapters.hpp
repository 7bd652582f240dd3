// What a user says of adapters, as types: "lora:rank=8,alpha=16,on=query+value", "pfeiffer+bitfit" become the text of an `adapt<...>`
// (adapter_folders.hpp does the same for the folder of an adapter). Layers are named as Python names them (query, attention.output.dense), by PEFT's rule: the end of a module's name.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <hone/file/nearest.hpp>
#include <hone/model/adapter_folder.hpp>

/// Adapters as the text of types, for the definitions of a variant.
struct adapter_choice {
    std::string adapters;  ///< "hone::lora<...>, hone::on<...>, ..."; empty: none
    std::string trainable; ///< sets besides the adapters' own
};

class adapter_spelling {
public:
    /// `layers` are the paths of all layers that have a weight, with numbers: "bert.blocks.0.attention.query".
    adapter_spelling(const hone::published_names& names, const std::vector<std::string>& layers) : names_(names) {
        for (const auto& layer : layers) modules_.emplace_back(names.module(layer), layer);
    }

    /// Of a word like "lora:rank=8,on=query+value+ia3". Errors: options.adapter.
    adapter_choice read(const std::string& text) const {
        adapter_choice all;
        for (const auto& word : methods(text)) {
            std::string method = word.substr(0, word.find(':'));
            std::map<std::string, std::string> options;
            for (auto rest = word.size() > method.size() ? word.substr(method.size() + 1) : std::string(); !rest.empty();) {
                const auto one = rest.substr(0, rest.find(','));
                rest = rest.size() > one.size() ? rest.substr(one.size() + 1) : std::string();
                const auto is = one.find('=');
                if (is == one.npos || is == 0) fail("an option is NAME=VALUE", "rank=8, for instance", one);
                if (!options.emplace(one.substr(0, is), one.substr(is + 1)).second) fail("an option is given twice", "each once", one.substr(0, is));
            }
            add(all, method, options);
        }
        return all;
    }

protected:
    [[noreturn]] static void fail(const std::string& what, const std::string& expected, const std::string& found) {
        throw hone::error("options.adapter", what, {}, expected, found);
    }
    static const std::vector<std::string>& known() {
        static const std::vector<std::string> names{"lora", "dora", "adalora", "vera", "ia3", "houlsby", "pfeiffer", "parallel", "compacter", "prefix", "prompt", "ptuning", "bitfit", "norms"};
        return names;
    }
    /// The words between '+', where one that names no method goes on the list before it.
    static std::vector<std::string> methods(const std::string& text) {
        std::vector<std::string> words;
        for (std::size_t at = 0; at <= text.size();) {
            const auto end = std::min(text.find('+', at), text.size());
            const auto word = text.substr(at, end - at), name = word.substr(0, word.find(':'));
            const bool method = std::find(known().begin(), known().end(), name) != known().end();
            if (method || words.empty()) words.push_back(word);
            else if (words.back().find("on=") != std::string::npos) words.back() += "+" + word;
            else fail("no such adapter", hone::nearest_names(name, known()), name);
            at = end + 1;
        }
        return words;
    }
    /// A number as "numerator" or "numerator, denominator".
    static std::string ratio(const std::string& name, const std::string& value) {
        double v = 0;
        const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), v);
        if (failed != std::errc() || end != value.data() + value.size() || !(v > 0) || v > 1e6) fail(name + " must be a number above 0", "16, for instance", value);
        const long thousandths = std::lround(v * 1000);
        if (thousandths < 1 || std::abs(v * 1000 - static_cast<double>(thousandths)) > 1e-9 * v * 1000) fail(name + " may have three digits after the point", "0.125, for instance", value);
        return thousandths % 1000 == 0 ? std::to_string(thousandths / 1000) : std::to_string(thousandths) + ", 1000";
    }
    static std::string whole(const std::string& name, const std::string& value) {
        int v = 0;
        const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), v);
        if (failed != std::errc() || end != value.data() + value.size() || v < 1 || v > 4096) fail(name + " must be a whole number from 1 to 4096", "8, for instance", value);
        return std::to_string(v);
    }
    static std::vector<std::string> split(const std::string& text) {
        std::vector<std::string> all;
        for (std::size_t at = 0; at <= text.size();) {
            const auto end = std::min(text.find('+', at), text.size());
            all.push_back(text.substr(at, end - at));
            at = end + 1;
        }
        return all;
    }
    std::vector<std::string> selected(const std::vector<std::string>& targets) const {
        const auto is_target = [](const std::string& target) { return [&target](const auto& m) { return hone::detail::targets(m.first, target); }; };
        for (const auto& target : targets)
            if (std::none_of(modules_.begin(), modules_.end(), is_target(target))) {
                std::vector<std::string> names;
                for (const auto& m : modules_) names.push_back(m.first);
                fail("no module of the model ends in this name", hone::nearest_names(target, names), target);
            }
        std::vector<std::string> layers; // in the model's order, whatever order they were named in: the same choice, the same program
        for (const auto& m : modules_)
            if (std::any_of(targets.begin(), targets.end(), [&](const auto& target) { return hone::detail::targets(m.first, target); })) layers.push_back(m.second);
        return layers;
    }
    /// The patterns of these layers: a star where all layers of a repeat are meant.
    std::vector<std::string> patterns(const std::vector<std::string>& layers) const {
        const auto starred = [](const std::string& path) {
            std::string out;
            for (std::size_t at = 0; at <= path.size();) {
                const auto end = std::min(path.find('.', at), path.size());
                const auto part = path.substr(at, end - at);
                out += (out.empty() ? "" : ".") + (part.find_first_not_of("0123456789") == part.npos ? std::string("*") : part);
                at = end + 1;
            }
            return out;
        };
        std::vector<std::string> all;
        for (const auto& layer : layers) {
            const auto star = starred(layer);
            const auto alike = [&](const std::string& l) { return starred(l) == star; };
            const bool every = std::count_if(layers.begin(), layers.end(), alike) ==
                               std::count_if(modules_.begin(), modules_.end(), [&](const auto& m) { return alike(m.second); });
            const auto& pattern = every ? star : layer;
            if (std::find(all.begin(), all.end(), pattern) == all.end()) all.push_back(pattern);
        }
        return all;
    }
    /// Adds an adapter on these layers, eight patterns at a time (`on` takes no more places).
    void place(adapter_choice& all, const std::string& adapter, const std::vector<std::string>& layers) const {
        const auto list = patterns(layers);
        for (std::size_t from = 0; from < list.size(); from += 8) {
            std::string text;
            for (std::size_t i = from; i < std::min(from + 8, list.size()); ++i) text += (text.empty() ? "\"" : ", \"") + list[i] + "\"";
            all.adapters += (all.adapters.empty() ? "" : ", ") + adapter + ", hone::on<" + text + ">";
        }
    }
    static void put(adapter_choice& all, const std::string& adapter, const std::string& pattern) {
        all.adapters += (all.adapters.empty() ? "" : ", ") + adapter + ", hone::on<\"" + pattern + "\">";
    }
    static bool is_in(const std::vector<std::string>& layers, const std::string& one) { return std::find(layers.begin(), layers.end(), one) != layers.end(); }
    /// The layers whose paths end so, whatever the family calls them.
    std::vector<std::string> ending(std::initializer_list<const char*> ends) const {
        std::vector<std::string> layers;
        for (const auto& [module, layer] : modules_)
            if (std::any_of(ends.begin(), ends.end(), [&l = layer](const char* end) { return l.ends_with(end); })) layers.push_back(layer);
        return layers;
    }
    /// Those that `on` names as Python does, or, where it is empty, the usual ones.
    std::vector<std::string> named(const std::string& on, std::initializer_list<const char*> usual) const { return on.empty() ? ending(usual) : selected(split(on)); }
    void add(adapter_choice& all, const std::string& method, std::map<std::string, std::string> options) const {
        const auto take = [&](const char* name, const std::string& otherwise) {
            const auto at = options.find(name);
            if (at == options.end()) return otherwise;
            const auto value = at->second;
            options.erase(at);
            return value;
        };
        const std::initializer_list<const char*> queries_and_values = {".attention.query", ".attention.value", ".attention.projection"}, both_norms = {".attention_norm", ".output_norm"};
        if (method == "bitfit") all.trainable += ", hone::biases";
        else if (method == "norms") all.trainable += ", hone::norms";
        else if (method == "lora" || method == "dora") {
            const auto r = take("rank", "8"), a = take("alpha", "8"), drop = take("dropout", "0"), scaling = take("scaling", "");
            if (!scaling.empty() && scaling != "stabilised") fail("scaling must be stabilised, or not be given", "stabilised", scaling);
            if (method == "dora" && drop != "0") fail("dora has no dropout", "no dropout", drop);
            place(all, low_rank(method, whole("rank", r), ratio("alpha", a), !scaling.empty(), drop != "0"), named(take("on", ""), queries_and_values));
        } else if (method == "adalora") {
            const auto r = take("rank", "12"), a = take("alpha", "8"), drop = take("dropout", "0");
            place(all, adalora(r, a, drop != "0"), named(take("on", ""), queries_and_values));
        } else if (method == "vera") {
            const auto r = take("rank", "256"), drop = take("dropout", "0");
            place(all, vera(r, drop != "0"), named(take("on", ""), queries_and_values));
        } else if (method == "ia3") {
            const auto layers = named(take("on", ""), {".attention.key", ".attention.value", ".attention.output", ".feed_forward.down"});
            std::vector<std::string> inputs, outputs;
            const auto of_input = ending({".attention.output", ".feed_forward.down"});
            for (const auto& layer : layers) (is_in(of_input, layer) ? inputs : outputs).push_back(layer);
            place(all, "hone::ia3<>", outputs);
            place(all, "hone::ia3<hone::of_input>", inputs);
        } else if (method == "houlsby" || method == "pfeiffer" || method == "parallel") {
            const auto reduced = whole("reduction", take("reduction", method == "parallel" ? "2" : "16"));
            const auto layers = method == "houlsby" ? named(take("on", ""), both_norms) : named(take("on", ""), {".output_norm"});
            place(all, "hone::" + method + "<hone::reduction<" + reduced + ">>", layers);
        } else if (method == "compacter") {
            const auto reduced = take("reduction", "32"), count = take("products", "4");
            place(all, compacter(reduced, count), named(take("on", ""), both_norms));
        } else if (method == "prefix" || method == "prompt" || method == "ptuning") {
            const auto tokens = whole("tokens", take("tokens", "8"));
            put(all, "hone::" + method + "<hone::virtual_tokens<" + tokens + ">>", method == "prefix" ? "**.attention" : "**.embeddings.word");
        } else
            fail("no such adapter", hone::nearest_names(method, known()), method);
        if (!options.empty()) fail(method + " has no option of this name", "rank, alpha, dropout, scaling, reduction, products, tokens, on: those that it takes", options.begin()->first);
    }
    static std::string low_rank(const std::string& method, const std::string& rank, const std::string& alpha, bool stabilised, bool drops) {
        return "hone::" + method + "<hone::rank<" + rank + ">, hone::alpha<" + alpha + ">" + (stabilised ? ", hone::stabilised" : "") + (drops ? ", hone::with_dropout" : "") + ">";
    }
    static std::string adalora(const std::string& rank, const std::string& alpha, bool drops) {
        return "hone::adalora<hone::rank<" + whole("rank", rank) + ">, hone::alpha<" + ratio("alpha", alpha) + ">" + (drops ? ", hone::with_dropout" : "") + ">";
    }
    static std::string vera(const std::string& rank, bool drops) { return "hone::vera<hone::rank<" + whole("rank", rank) + ">" + (drops ? ", hone::with_dropout" : "") + ">"; }
    static std::string compacter(const std::string& reduction, const std::string& products) {
        return "hone::compacter<hone::reduction<" + whole("reduction", reduction) + ">, hone::products<" + whole("products", products) + ">>";
    }
    hone::published_names names_;
    std::vector<std::pair<std::string, std::string>> modules_; ///< published name, path
};
