#include "test.hpp"
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "checkpoint/made.hpp"
#include "data/caught.hpp"
#include "file/temporary.hpp"
#include <hone/checkpoint/safetensors.hpp>

using namespace std::string_literals;

namespace {

struct bad {
    std::string bytes;
    const char *code, *name, *expected;
    std::string found;
    std::int64_t byte = -1;
};

void check_rejected(const std::vector<bad>& rows) {
    for (const auto& row : rows) {
        const auto e = caught([&] { (void)hone::parse_safetensors(bytes_of(row.bytes), "m.safetensors"); });
        INFO(hone::in_quotes(row.bytes, 200) << " " << e.what());
        CHECK(e.code == row.code);
        CHECK(e.where.file == "m.safetensors");
        CHECK(e.where.name == row.name);
        CHECK(e.expected == row.expected);
        CHECK(e.found == row.found);
        CHECK(e.where.byte == row.byte);
    }
}

hone::safetensors_content accepted(const std::string& bytes) {
    INFO(hone::in_quotes(bytes, 200));
    const auto e = caught([&] { (void)hone::parse_safetensors(bytes_of(bytes), ""); });
    CHECK(e.code == "nothing was thrown");
    if (e.code != "nothing was thrown") return {};
    auto content = hone::parse_safetensors(bytes_of(bytes), "");
    for (auto& t : content.tensors) t.bytes = {}; // `bytes` is gone soon
    return content;
}

std::string one(const std::string& type, const std::string& shape, const std::string& offsets, std::size_t bytes) {
    return made("{\"a\":{\"dtype\":" + type + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}", bytes);
}
const std::string f32 = "\"F32\"";
const std::string good_a = "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
const char* const a_size = "an integer from 0 to 2^64-1";

} // namespace

TEST_CASE("safetensors: the length of the header") {
    std::vector<bad> rows;
    for (std::size_t n = 0; n < 8; ++n)
        rows.push_back({std::string(n, '\0'), "safetensors.too_short", "", "at least 8 bytes", std::to_string(n), 0});
    const std::string rest = "{" + good_a + "}" + std::string(4, '\0');
    rows.push_back({with_length(rest.size() + 1, rest), "safetensors.header_past_end", "", "at most 58 bytes", "59", 0});
    rows.push_back({with_length(100'000'000, rest), "safetensors.header_past_end", "", "at most 58 bytes", "100000000", 0});
    for (const std::uint64_t n : {std::uint64_t{100'000'001}, std::uint64_t{1} << 31, (std::uint64_t{1} << 32) + 58, std::uint64_t{1} << 63,
                                  ~std::uint64_t{7}, ~std::uint64_t{0}})
        rows.push_back({with_length(n, rest), "safetensors.header_too_large", "", "at most 100000000 bytes", std::to_string(n), 0});
    rows.push_back({with_length(0, rest), "json.empty", "", "a JSON value", "nothing", 8});
    rows.push_back({with_length(rest.size(), rest), "json.trailing", "", "the end", "\"\\x00\"", 62});
    rows.push_back({with_length(rest.size() - 5, rest), "json.syntax", "", "',' or '}'", "the end of the text", 61});
    check_rejected(rows);
}

TEST_CASE("safetensors: the header is one JSON object") {
    check_rejected({
        {made("{" + good_a + "}\0"s, 4), "json.trailing", "", "the end", "\"\\x00\"", 62},
        {made("\xEF\xBB\xBF{}"), "json.bom", "", "JSON without one", "EF BB BF", 8},
        {made("[]"), "json.wrong_type", "", "an object", "an array"},
        {made("null"), "json.wrong_type", "", "an object", "null"},
        {made("1"), "json.wrong_type", "", "an object", "integer 1"},
        {made("{}{}"), "json.trailing", "", "the end", "\"{\"", 10},
        {made("{" + good_a + ",}", 4), "json.syntax", "", "a key in double quotes", "\"}\"", 62},
        {made("{/**/}"), "json.syntax", "", "a key in double quotes", "\"/\"", 9},
        {made("{\"a\n\":1}"), "json.control_character", "", "an escape such as \\n", "\"\\x0a\"", 11},
        {made("{\"\xC0\xAF\":1}"), "json.not_utf8", "", "UTF-8", "\"\\xc0\"", 10},
        {made("{\"\\ud800\":1}"), "json.surrogate", "", "\\uD800-\\uDBFF, then \\uDC00-\\uDFFF", "\"\\\\ud800\\\":1}\"", 10},
        {made(std::string(200'000, '[')), "json.too_deep", "", "at most 64 levels", "one more", 72},
        {made("{" + good_a + "," + good_a + "}", 4), "json.duplicate_key", "a", "different keys", "the same key at byte 9", 62},
        {made("{" + good_a + ",\"\\u0061\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "json.duplicate_key", "a",
         "different keys", "the same key at byte 9", 62},
        {made("{\"a\":{\"dtype\":\"F32\",\"shape\":[9],\"data_offsets\":[7,99]}," + good_a + "}", 4), "json.duplicate_key", "a",
         "different keys", "the same key at byte 9", 63},
        {made("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "json.duplicate_key", "dtype",
         "different keys", "the same key at byte 14", 28},
        {made("{\"__metadata__\":{},\"__metadata__\":{}}"), "json.duplicate_key", "__metadata__", "different keys",
         "the same key at byte 9", 27},
        {made("{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"}}"), "json.duplicate_key", "a", "different keys", "the same key at byte 25", 33},
        {made("{\"__metadata__\":{\"a\":1}}"), "json.wrong_type", "__metadata__.a", "a string", "integer 1"},
        {made("{\"__metadata__\":[]}"), "json.wrong_type", "__metadata__", "an object", "an array"},
        {made("{\"__metadata__\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "json.wrong_type", "__metadata__.shape",
         "a string", "an array"},
        {made("{\"__Metadata__\":{\"format\":\"pt\"}}"), "safetensors.unknown_field", "__Metadata__", "dtype, shape and data_offsets",
         "\"format\""},
    });
}

TEST_CASE("safetensors: a tensor's facts") {
    const char* const types = "one of BOOL, F4, F6_E2M3, F6_E3M2, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ, I16, U16, "
                              "F16, BF16, I32, U32, F32, "
                              "C64, F64, I64, U64";
    const auto huge = "[" + std::string("281474976710656") + "]"; // 2^48
    check_rejected({
        {made("{\"a\":[\"F32\",[1],[0,4]]}", 4), "json.wrong_type", "a", "an object", "an array"},
        {made("{\"a\":null}"), "json.wrong_type", "a", "an object", "null"},
        {made("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "json.missing", "a.dtype", "a field \"dtype\"", "none"},
        {made("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4), "json.missing", "a.shape", "a field \"shape\"", "none"},
        {made("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4), "json.missing", "a.data_offsets", "a field \"data_offsets\"", "none"},
        {made("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":0}}", 4), "safetensors.unknown_field", "a",
         "dtype, shape and data_offsets", "\"x\""},
        {one("\"F33\"", "[1]", "[0,4]", 4), "safetensors.unknown_type", "a.dtype", types, "string \"F33\""},
        {one("\"f32\"", "[1]", "[0,4]", 4), "safetensors.unknown_type", "a.dtype", types, "string \"f32\""},
        {one("\"\"", "[1]", "[0,4]", 4), "safetensors.unknown_type", "a.dtype", types, "string \"\""},
        {one("1", "[1]", "[0,4]", 4), "json.wrong_type", "a.dtype", "a string", "integer 1"},
        {one(f32, "[-1]", "[0,4]", 4), "safetensors.not_a_size", "a.shape[0]", a_size, "integer -1"},
        {one(f32, "[1.0]", "[0,4]", 4), "safetensors.not_a_size", "a.shape[0]", a_size, "number 1.0"},
        {one(f32, "[1e0]", "[0,4]", 4), "safetensors.not_a_size", "a.shape[0]", a_size, "number 1.0"},
        {one(f32, "[\"1\"]", "[0,4]", 4), "safetensors.not_a_size", "a.shape[0]", a_size, "string \"1\""},
        {one(f32, "[true]", "[0,4]", 4), "safetensors.not_a_size", "a.shape[0]", a_size, "true"},
        {one(f32, "[1,null]", "[0,4]", 4), "safetensors.not_a_size", "a.shape[1]", a_size, "null"},
        {one(f32, "[[1]]", "[0,4]", 4), "safetensors.not_a_size", "a.shape[0]", a_size, "an array"},
        {one(f32, "{\"0\":1}", "[0,4]", 4), "json.wrong_type", "a.shape", "an array", "an object"},
        {one(f32, "1", "[0,4]", 4), "json.wrong_type", "a.shape", "an array", "integer 1"},
        {one(f32, "[18446744073709551616]", "[0,4]", 4), "safetensors.not_a_size", "a.shape[0]", a_size, "number 1.8446744073709552e+19"},
        {one(f32, "[NaN]", "[0,4]", 4), "json.syntax", "", "a value", "\"NaN\"", 37},
        {one(f32, "[01]", "[0,4]", 4), "json.number", "", "digits, perhaps a sign, a fraction, an exponent", "\"01\"", 37},
        {one(f32, huge, "[0,4]", 4), "safetensors.extent", "a", "at most 281474976710655", "281474976710656"},
        {one(f32, "[9223372036854775808]", "[0,4]", 4), "safetensors.extent", "a", "at most 281474976710655", "9223372036854775808"},
        {one(f32, "[0,18446744073709551615,18446744073709551615]", "[0,0]", 0), "safetensors.extent", "a", "at most 281474976710655",
         "18446744073709551615"},
        {one(f32, "[18446744073709551615,18446744073709551615,0]", "[0,0]", 0), "safetensors.extent", "a", "at most 281474976710655",
         "18446744073709551615"},
        {one(f32, "[281474976710655,281474976710655]", "[0,4]", 4), "safetensors.overflow", "a", "fewer than 2^64 bits",
         "[281474976710655, 281474976710655]"},
        {one(f32, "[281474976710655,281474976710655,0]", "[0,0]", 0), "safetensors.overflow", "a", "fewer than 2^64 bits",
         "[281474976710655, 281474976710655, 0]"},
        {one(f32, "[281474976710655,4096]", "[0,4]", 4), "safetensors.overflow", "a", "fewer than 2^64 bits", "[281474976710655, 4096]"},
        {one(f32, "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,4]", 4), "safetensors.rank", "a", "at most 16", "17"},
        {one("\"F4\"", "[3]", "[0,2]", 2), "safetensors.odd_bits", "a", "a multiple of 8 bits", "12"},
        {one("\"F6_E2M3\"", "[2]", "[0,2]", 2), "safetensors.odd_bits", "a", "a multiple of 8 bits", "12"},
        {made("{\"" + std::string(4097, 'n') + "\":{}}"), "safetensors.name_too_long", std::string(4097, 'n').c_str(), "at most 4096 bytes",
         "4097"},
    });
    std::string deep = "[1";
    for (int i = 1; i < 10'000; ++i) deep += ",1";
    check_rejected({{one(f32, deep + "]", "[0,4]", 4), "safetensors.rank", "a", "at most 16", "10000"}});
}

TEST_CASE("safetensors: offsets") {
    const auto two = [](const std::string& first, const std::string& second, std::size_t bytes) {
        return made("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" + first +
                        "},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" + second + "}}",
                    bytes);
    };
    const char* const of_four = "begin <= end <= 4, the bytes after the header";
    check_rejected({
        {one(f32, "[1]", "[0]", 4), "safetensors.offsets", "a", "2 numbers", "1"},
        {one(f32, "[1]", "[0,4,4]", 4), "safetensors.offsets", "a", "2 numbers", "3"},
        {one(f32, "[1]", "[-1,3]", 4), "safetensors.not_a_size", "a.data_offsets[0]", a_size, "integer -1"},
        {one(f32, "[1]", "[-0,4]", 4), "safetensors.not_a_size", "a.data_offsets[0]", a_size, "integer 0"},
        {one(f32, "[1]", "[0,4.0]", 4), "safetensors.not_a_size", "a.data_offsets[1]", a_size, "number 4.0"},
        {one(f32, "[1]", "[4,0]", 4), "safetensors.offsets", "a", of_four, "[4, 0]"},
        {one(f32, "[1]", "[0,18446744073709551615]", 4), "safetensors.offsets", "a", of_four, "[0, 18446744073709551615]"},
        {one(f32, "[2]", "[0,8]", 4), "safetensors.offsets", "a", of_four, "[0, 8]"},
        {one(f32, "[1]", "[0,4]", 3), "safetensors.offsets", "a", "begin <= end <= 3, the bytes after the header", "[0, 4]"},
        {one(f32, "[1]", "[0,3]", 4), "safetensors.size_mismatch", "a", "4 bytes for F32 [1]", "3 bytes, [0, 3]"},
        {one(f32, "[0]", "[0,4]", 4), "safetensors.size_mismatch", "a", "0 bytes for F32 [0]", "4 bytes, [0, 4]"},
        {one(f32, "[1]", "[4,8]", 8), "safetensors.hole", "a", "a begin at 0", "4"},
        {one(f32, "[1]", "[0,4]", 5), "safetensors.not_covered", "", "4 bytes of tensors", "5"},
        {made("{}", 1), "safetensors.not_covered", "", "0 bytes of tensors", "1"},
        {two("[0,4]", "[0,4]", 4), "safetensors.overlap", "b", "a begin at 4", "0"},
        {two("[0,4]", "[2,6]", 6), "safetensors.overlap", "b", "a begin at 4", "2"},
        {two("[0,4]", "[5,9]", 9), "safetensors.hole", "b", "a begin at 4", "5"},
        {two("[0,4]", "[4,8]", 9), "safetensors.not_covered", "", "8 bytes of tensors", "9"},
        {made("{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}"
              "}",
              8),
         "safetensors.overlap", "b", "a begin at 8", "2"},
    });
}

TEST_CASE("safetensors: other files are called by their name") {
    const auto other = [](const std::string& bytes, const char* found) {
        check_rejected({{bytes, "safetensors.other_format", "", "a safetensors file", std::string("what looks like ") + found, 0}});
    };
    other("\x1F\x8B\x08\0\0\0\0\0\0\x03more"s, "a gzip file");
    other("\x1F\x8B"s, "a gzip file");
    other("PK\x03\x04\x14\0\0\0\x08\0more"s, "a zip file (PyTorch's own format is one)");
    other("\x80\x02}q\0(X\0\0more"s, "a Python pickle, which hone never opens");
    other("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS pointer: the file itself was not fetched");
    other("{\"a\":1, \"b\":2}", "JSON text without the eight bytes of length");
    other("<!DOCTYPE html><html>", "an HTML or XML page");
    other("GGUF\x03\0\0\0\0\0\0\0"s, "a GGUF file");
    other("\x89HDF\r\n\x1A\n", "an HDF5 file");
}

TEST_CASE("safetensors: unusual and right") {
    CHECK(accepted(made("{}")).tensors.empty());
    CHECK(accepted(made("{}   \t\r\n ")).tensors.empty());
    CHECK(accepted(made(" \n\t{}")).tensors.empty());
    CHECK(accepted(made("{\"__metadata__\":null}")).metadata.empty());
    CHECK(accepted(made("{\"__metadata__\":{\"format\":\"pt\",\"\":\"x\"}}")).metadata.size() == 2);
    CHECK(accepted(one(f32, "[]", "[0,4]", 4)).find("a")->count() == 1);
    CHECK(accepted(one(f32, "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,4]", 4)).tensors.size() == 1);
    CHECK(accepted(one("\"F4\"", "[4]", "[0,2]", 2)).tensors.size() == 1);
    CHECK(accepted(one(f32, "[0,281474976710655]", "[0,0]", 0)).find("a")->count() == 0);
    const auto zero = [](const char* name, int at) {
        return "\"" + std::string(name) + "\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[" + std::to_string(at) + "," +
               std::to_string(at) + "]}";
    };
    CHECK(accepted(made("{" + zero("y", 4) + "," + zero("x", 0) + "," + good_a + "," + zero("z", 4) + "," + zero("w", 0) + "}", 4))
              .tensors.size() == 5);
    CHECK(accepted(made("{\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[4,7]}," + good_a + "}", 7)).tensors.front().name == "a");
    for (const auto& name : {""s, "a\\u0000b"s, "../../etc/passwd"s})
        CHECK(accepted(made("{\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4)).tensors.size() == 1);
}

TEST_CASE("safetensors: limits can be lowered") {
    const auto file = floats({{"a", {1}}, {"bb", {1}}});
    const auto code = [&](const hone::safetensors_limits& limits) {
        return caught([&] { (void)hone::parse_safetensors(bytes_of(file), "", limits); });
    };
    CHECK(code({.tensors = 2}).code == "nothing was thrown");
    CHECK(code({.tensors = 1}).code == "safetensors.too_many_tensors");
    CHECK(code({.tensors = 1}).expected == "at most 1");
    CHECK(code({.tensors = 1}).found == "2");
    CHECK(code({.name = 1}).code == "safetensors.name_too_long");
    CHECK(code({.header = 10}).code == "safetensors.header_too_large");
}

TEST_CASE("safetensors: every prefix is an error, every changed bit a clean error or the same layout") {
    auto file = floats({{"first", {2, 3}}, {"second", {4}}});
    const auto layout = [](const std::string& bytes) {
        std::map<std::ptrdiff_t, std::string> by_place; // whatever the names are
        for (const auto& t : hone::parse_safetensors(bytes_of(bytes), "").tensors)
            by_place[t.bytes.data() - bytes_of(bytes).data()] = std::string(hone::name_of(t.type)) + hone::shape_text(t.shape) + ";";
        std::string text;
        for (const auto& [at, tensor] : by_place) text += std::to_string(at) + tensor;
        return text;
    };
    const auto right = layout(file);
    for (std::size_t n = 0; n < file.size(); ++n) {
        const auto e = caught([&] { (void)hone::parse_safetensors(bytes_of(std::string_view(file).substr(0, n)), "m"); });
        if (e.where.file != "m" || e.code == "nothing was thrown") FAIL(n << ": " << e.what());
    }
    std::size_t other_layouts = 0, checked = 0;
    for (std::size_t i = 0; i < file.size(); ++i) {
        const char before = file[i];
        for (int value = 0; value < 256; ++value, ++checked) {
            file[i] = static_cast<char>(value);
            try {
                const auto now = layout(file);
                // a type of the same width, or a renamed tensor, is the only other thing that a file can say
                if (now != right && now.find("U32[2, 3]") == now.npos && now.find("I32[2, 3]") == now.npos &&
                    now.find("U32[4]") == now.npos && now.find("I32[4]") == now.npos)
                    ++other_layouts;
            } catch (const hone::error& e) {
                if (e.found.empty() || e.expected.empty()) FAIL(e.what());
            }
        }
        file[i] = before;
    }
    CHECK(checked == file.size() * 256);
    CHECK(other_layouts == 0);
}

TEST_CASE("safetensors: a mapped file, read by several threads, and one that shrinks") {
    const temporary_folder folder;
    const auto path = folder.put("m.safetensors", floats({{"a", {2, 2}}, {"b", {3}}}));
    const hone::safetensors_file file(path);
    REQUIRE(file.find("a") != nullptr);
    CHECK(file.find("c") == nullptr);
    std::vector<std::vector<float>> read(8, std::vector<float>(4, 1.0f));
    std::vector<std::thread> threads;
    for (auto& out : read) threads.emplace_back([&] { file.read(*file.find("a"), std::span(out)); });
    for (auto& thread : threads) thread.join();
    for (const auto& out : read) CHECK(out == std::vector<float>(4, 0.0f));
    std::filesystem::resize_file(path, 20);
    std::vector<float> out(4);
    const auto e = caught([&] { file.read(*file.find("a"), std::span(out)); });
    CHECK(e.code == "file.changed");
    CHECK(e.where.file == path.string());
    CHECK(e.found == "20");
}

TEST_CASE("a header of nothing but values takes no more memory than its limit lets it") {
    std::string header = "{\"a\":[0";
    for (std::size_t i = 0; i < hone::detail::most_header_values; ++i) header += ",0";
    const auto file = made(header + "]}");
    CHECK(caught([&] { (void)hone::parse_safetensors(bytes_of(file), "f"); }).code == "json.too_many");
}
