#include "test.hpp"
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "checkpoint/made.hpp"
#include "data/caught.hpp"
#include "file/temporary.hpp"
#include <hone/checkpoint/checkpoint.hpp>
#include <hone/checkpoint/inspect.hpp>

namespace fs = std::filesystem;

namespace {

const std::string first = "model-00001-of-00002.safetensors", second = "model-00002-of-00002.safetensors";

/// Two shards: a and b in the first, c in the second; 44 bytes of tensors.
struct sharded_model : temporary_folder {
    fs::path index = path / "model.safetensors.index.json";
    sharded_model() {
        put(first, floats({{"a", {2, 2}}, {"b", {3}}}));
        put(second, floats({{"c", {4}}}));
        map("{\"a\":\"" + first + "\",\"b\":\"" + first + "\",\"c\":\"" + second + "\"}");
    }
    void map(const std::string& weights, const std::string& metadata = "{\"total_size\":44}") {
        put("model.safetensors.index.json", "{\"metadata\":" + metadata + ",\"weight_map\":" + weights + "}");
    }
    void rejected(const char* code, const std::string& name, const std::string& expected, const std::string& found,
                  std::string file = {}) const {
        const auto e = caught([&] { (void)hone::open_checkpoint(path); });
        INFO(e.what());
        CHECK(e.code == code);
        CHECK(e.where.file == (file.empty() ? index : path / file).string());
        CHECK(e.where.name == name);
        CHECK(e.expected == expected);
        CHECK(e.found == found);
    }
};

} // namespace

TEST_CASE("one file or several are one view") {
    sharded_model model;
    const auto check = [](const hone::checkpoint& from) {
        REQUIRE(from.entries().size() == 3);
        CHECK(from.entries()[0].tensor->name == "a");
        REQUIRE(from.find("c") != nullptr);
        CHECK(from.find("d") == nullptr);
        std::vector<float> out(4, 1.0f);
        from.read(*from.find("c"), std::span(out));
        CHECK(out == std::vector<float>(4, 0.0f));
    };
    check(hone::open_checkpoint(model.path));
    auto opened = hone::open_checkpoint(model.path);
    check(std::move(opened));
    model.map("{\"a\":\"" + first + "\",\"b\":\"" + first + "\",\"c\":\"" + second + "\"}", "{}");
    check(hone::open_checkpoint(model.path));
    const temporary_folder single;
    single.put("model.safetensors", floats({{"a", {2, 2}}, {"b", {3}}, {"c", {4}}}));
    check(hone::open_checkpoint(single.path));
    check(hone::open_checkpoint(single.path / "model.safetensors"));
}

TEST_CASE("a folder without weights says what it has instead") {
    const temporary_folder folder;
    const auto rejected = [&](const char* found) {
        const auto e = caught([&] { (void)hone::open_checkpoint(folder.path); });
        CHECK(e.code == "checkpoint.no_weights");
        CHECK(e.where.file == folder.path.string());
        CHECK(e.expected == "model.safetensors or model.safetensors.index.json");
        CHECK(e.found == found);
    };
    rejected("neither");
    folder.put("pytorch_model.bin", "PK");
    rejected("only pytorch_model.bin, which is not opened here");
    CHECK(caught([&] { (void)hone::open_checkpoint(folder.path / "absent"); }).code == "file.not_found");
}

TEST_CASE("shard index: its shape") {
    sharded_model model;
    model.put("model.safetensors.index.json", "{}");
    model.rejected("json.missing", "weight_map", "a field \"weight_map\"", "none");
    model.put("model.safetensors.index.json", "[]");
    model.rejected("json.wrong_type", "", "an object", "an array");
    model.map("null");
    model.rejected("json.wrong_type", "weight_map", "an object", "null");
    model.map("[]");
    model.rejected("json.wrong_type", "weight_map", "an object", "an array");
    model.map("{}");
    model.rejected("checkpoint.no_weights", "weight_map", "at least one", "an object");
    model.map("{\"a\":1}");
    model.rejected("json.wrong_type", "weight_map.a", "a string", "integer 1");
    model.map("{\"a\":\"" + first + "\",\"a\":\"" + first + "\"}");
    CHECK(caught([&] { (void)hone::open_checkpoint(model.path); }).code == "json.duplicate_key");
}

TEST_CASE("shard index: names stay in the folder") {
    sharded_model model;
    for (const char* name :
         {"../evil.safetensors", "/etc/evil.safetensors", "sub/x.safetensors", "", "a\\u0000.safetensors", "..\\\\evil.safetensors",
          ".safetensors", "..", "model.safetensors.index.json", "x\\n.safetensors", "model.bin"}) {
        model.map("{\"a\":\"" + std::string(name) + "\"}");
        const auto parsed = hone::parse_json("\"" + std::string(name) + "\"", "").string();
        model.rejected("checkpoint.shard_name", "weight_map.a", "a plain name that ends in .safetensors", "string " + hone::in_quotes(parsed));
    }
    const temporary_folder elsewhere;
    fs::create_symlink(elsewhere.put("evil.safetensors", floats({{"a", {1}}})), model.path / "link.safetensors");
    model.map("{\"a\":\"link.safetensors\"}");
    model.rejected("checkpoint.shard_link", "weight_map.a", "a file in the folder of the index", "string \"link.safetensors\"");
    const temporary_folder cache; // as the hub's cache lays it out
    const auto blob = cache.put("models--x--y/blobs/0123", floats({{"a", {1}}}));
    const auto revision = cache.path / "models--x--y/snapshots/abc";
    cache.put("models--x--y/snapshots/abc/model.safetensors.index.json", "{\"weight_map\":{\"a\":\"one.safetensors\"}}");
    fs::create_symlink("../../blobs/0123", revision / "one.safetensors");
    CHECK(hone::open_checkpoint(revision).find("a") != nullptr);
    cache.put("models--x--y/snapshots/abc/sub/model.safetensors.index.json", "{\"weight_map\":{\"a\":\"one.safetensors\"}}");
    fs::create_symlink("../../../blobs/0123", revision / "sub/one.safetensors");
    CHECK(hone::open_checkpoint(revision / "sub").find("a") != nullptr);
    for (const char* other : {"models--x--z/blobs/0123", "models--x--y/blobs/deeper/0123", "models--x--y/0123"}) { // of another model, or no blob
        fs::remove(revision / "one.safetensors");
        fs::create_symlink(cache.put(other, floats({{"a", {1}}})), revision / "one.safetensors");
        CHECK(caught([&] { (void)hone::open_checkpoint(revision); }).code == "checkpoint.shard_link");
    }
    model.map("{\"a\":\"absent.safetensors\"}");
    model.rejected("file.not_found", "", "a file", "nothing", "absent.safetensors");
    model.map("{\"a\":\"" + first + "\",\"b\":\"Model-00001-of-00002.safetensors\"}");
    model.rejected("checkpoint.shard_case", "weight_map.b", hone::in_quotes(first), "string \"Model-00001-of-00002.safetensors\"");
    std::string many = "{";
    for (int i = 0; i < 10'000; ++i) many += (i ? ",\"t" : "\"t") + std::to_string(i) + "\":\"s" + std::to_string(i) + ".safetensors\"";
    model.map(many + "}");
    model.rejected("checkpoint.too_many_shards", "weight_map", "at most 512", "10000");
    model.put("index.safetensors", "{\"weight_map\":{}}");
    model.map("{\"a\":\"index.safetensors\"}");
    model.rejected("safetensors.other_format", "", "a safetensors file", "what looks like JSON text without the eight bytes of length",
                   "index.safetensors");
}

TEST_CASE("shard index: every tensor is where it says, and nothing else is") {
    sharded_model model;
    model.map("{\"a\":\"" + first + "\",\"b\":\"" + first + "\",\"c\":\"" + second + "\",\"d\":\"" + second + "\"}");
    model.rejected("checkpoint.not_in_shard", "d", "a tensor in " + hone::in_quotes(second), "none");
    model.map("{\"a\":\"" + first + "\",\"c\":\"" + second + "\"}");
    model.rejected("checkpoint.not_listed", "b", "only tensors of the index", "one more", first);
    model.map("{\"a\":\"" + first + "\",\"b\":\"" + second + "\",\"c\":\"" + second + "\"}");
    model.rejected("checkpoint.not_listed", "b", "the tensor in " + hone::in_quotes(second) + " alone", "one more", first);
    model.put(second, floats({{"a", {1}}, {"c", {4}}}));
    model.map("{\"a\":\"" + first + "\",\"b\":\"" + first + "\",\"c\":\"" + second + "\"}");
    model.rejected("checkpoint.not_listed", "a", "the tensor in " + hone::in_quotes(first) + " alone", "one more", second);
}

TEST_CASE("shard index: the size of all tensors") {
    sharded_model model;
    const auto weights = "{\"a\":\"" + first + "\",\"b\":\"" + first + "\",\"c\":\"" + second + "\"}";
    for (const auto& [size, found] :
         {std::pair{"45", "integer 45"}, {"-44", "integer -44"}, {"44.0", "number 44.0"}, {"\"44\"", "string \"44\""}, {"null", "null"}}) {
        model.map(weights, "{\"total_size\":" + std::string(size) + "}");
        model.rejected("checkpoint.total_size", "metadata.total_size", "44", found);
    }
    model.map(weights, "[]");
    model.rejected("json.wrong_type", "metadata", "an object", "an array");
}

TEST_CASE("a look at the numbers, for whoever asks") {
    const temporary_folder folder;
    auto file = floats({{"bias", {4}}, {"broken", {3}}, {"matrix", {2, 2}}, {"right", {2}}, {"swapped", {2}}});
    const std::size_t data = file.size() - 15 * 4;
    const auto set = [&](std::size_t i, float x) { std::memcpy(file.data() + data + 4 * i, &x, 4); };
    set(4, std::numeric_limits<float>::quiet_NaN());
    set(5, -std::numeric_limits<float>::infinity());
    set(11, 0.5f);
    set(13, 4.6006e-41f); // 1.0 in the other byte order
    set(14, 4.6e-41f);
    folder.put("model.safetensors", file);
    std::string said;
    for (const auto& n : hone::inspect_weights(hone::open_checkpoint(folder.path))) said += n.code + ": " + n.text + "\n";
    CHECK(said == "checkpoint.not_finite: \"broken\": 2 of 3 numbers are not finite\n"
                  "checkpoint.constant: \"matrix\": all numbers are 0.000000\n"
                  "checkpoint.absurd: \"swapped\": numbers of absurd size, perhaps in another byte order\n");
}
