#include "test.hpp"
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include <hone/file/json.hpp>

using namespace std::string_literals;
using hone::json;
using hone::json_kind;

namespace {

struct bad {
    std::string text;
    const char* code;
    std::int64_t byte, line, column;
    std::string expected, found;
};

void check_rejected(const bad& row) {
    const auto e = caught([&] { (void)hone::parse_json(row.text, "x.json"); });
    INFO(hone::in_quotes(row.text, 80));
    CHECK(e.code == row.code);
    CHECK(e.where.file == "x.json");
    CHECK(e.where.byte == row.byte);
    CHECK(e.where.line == row.line);
    CHECK(e.where.column == row.column);
    CHECK(e.expected == row.expected);
    CHECK(e.found == row.found);
}

const std::string a_value = "a value", end = "the end of the text", grammar = "digits, perhaps a sign, a fraction, an exponent",
                  in_range = "a size between 5e-324 and 1.8e308", pair = "\\uD800-\\uDBFF, then \\uDC00-\\uDFFF";

} // namespace

TEST_CASE("JSON: what is no document is named, with its place") {
    const std::vector<bad> rows = {
        {"", "json.empty", 0, 1, 1, "a JSON value", "nothing"},
        {" \n\t ", "json.empty", 4, 2, 3, "a JSON value", "white space only"},
        {"\xEF\xBB\xBF{}", "json.bom", 0, 1, 1, "JSON without one", "EF BB BF"},
        {"\xFF\xFE{\0}\0"s, "json.utf16", 0, 1, 1, "UTF-8", "UTF-16"},
        {"\xFE\xFF\0{\0}"s, "json.utf16", 0, 1, 1, "UTF-8", "UTF-16"},
        {"{\0}\0"s, "json.utf16", 0, 1, 1, "UTF-8", "UTF-16"},
        {"\0{\0}"s, "json.utf16", 0, 1, 1, "UTF-8", "UTF-16"},
        {"{}\0"s, "json.trailing", 2, 1, 3, "the end", "\"\\x00\""},
        {"{} x", "json.trailing", 3, 1, 4, "the end", "\"x\""},
        {"{}{}", "json.trailing", 2, 1, 3, "the end", "\"{\""},
        {"[1]\n[2]", "json.trailing", 4, 2, 1, "the end", "\"[\""},
        {"nullx", "json.trailing", 4, 1, 5, "the end", "\"x\""},
    };
    for (const auto& row : rows) check_rejected(row);
}

TEST_CASE("JSON: what looks like JSON and is not") {
    const std::vector<bad> rows = {
        {"{\"a\":1,}", "json.syntax", 7, 1, 8, "a key in double quotes", "\"}\""},
        {"[1,]", "json.syntax", 3, 1, 4, a_value, "\"]\""},
        {"[,1]", "json.syntax", 1, 1, 2, a_value, "\",\""},
        {"[1 2]", "json.syntax", 3, 1, 4, "',' or ']'", "\"2\""},
        {"[1}", "json.syntax", 2, 1, 3, "',' or ']'", "\"}\""},
        {"{\"a\":1]", "json.syntax", 6, 1, 7, "',' or '}'", "\"]\""},
        {"[", "json.syntax", 1, 1, 2, a_value, end},
        {"[1", "json.syntax", 2, 1, 3, "',' or ']'", end},
        {"{", "json.syntax", 1, 1, 2, "a key in double quotes", end},
        {"{\"a\"", "json.syntax", 4, 1, 5, "':'", end},
        {"{\"a\":", "json.syntax", 5, 1, 6, a_value, end},
        {"]", "json.syntax", 0, 1, 1, a_value, "\"]\""},
        {"// c\n1", "json.syntax", 0, 1, 1, a_value, "\"/\""},
        {"[1 /* c */]", "json.syntax", 3, 1, 4, "',' or ']'", "\"/\""},
        {"{a:1}", "json.syntax", 1, 1, 2, "a key in double quotes", "\"a\""},
        {"{'a':1}", "json.syntax", 1, 1, 2, "a key in double quotes", "\"'\""},
        {"{1:1}", "json.syntax", 1, 1, 2, "a key in double quotes", "\"1\""},
        {"{\"a\" 1}", "json.syntax", 5, 1, 6, "':'", "\"1\""},
        {"True", "json.syntax", 0, 1, 1, a_value, "\"True\""},
        {"tru", "json.syntax", 0, 1, 1, a_value, "\"tru\""},
        {"\n\"\xC3\xA9\" \xC3\xA9", "json.trailing", 6, 2, 5, "the end", "\"\xC3\xA9\""}, // columns count characters
    };
    for (const auto& row : rows) check_rejected(row);
}

TEST_CASE("JSON: strings") {
    const std::vector<bad> rows = {
        {"\"a", "json.syntax", 2, 1, 3, "'\"'", end},
        {"\"a\nb\"", "json.control_character", 2, 1, 3, "an escape such as \\n", "\"\\x0a\""},
        {"\"a\tb\"", "json.control_character", 2, 1, 3, "an escape such as \\n", "\"\\x09\""},
        {"\"a\0b\""s, "json.control_character", 2, 1, 3, "an escape such as \\n", "\"\\x00\""},
        {"\"\xE9t\xE9\"", "json.not_utf8", 1, 1, 2, "UTF-8", "\"\\xe9\""},
        {"\"\xC0\xAF\"", "json.not_utf8", 1, 1, 2, "UTF-8", "\"\\xc0\""},
        {"\"\xED\xA0\x80\"", "json.not_utf8", 1, 1, 2, "UTF-8", "\"\\xed\""},
        {"\"\xF4\x90\x80\x80\"", "json.not_utf8", 1, 1, 2, "UTF-8", "\"\\xf4\""},
        {"\"\\x41\"", "json.syntax", 2, 1, 3, "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", "\"x\""},
        {"\"\\\"", "json.syntax", 3, 1, 4, "'\"'", end},
        {"\"\\", "json.syntax", 2, 1, 3, "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", end},
        {"\"\\u12\"", "json.syntax", 2, 1, 3, "\\u and four hexadecimal digits", "\"12\\\"\""},
        {"\"\\u12g4\"", "json.syntax", 2, 1, 3, "\\u and four hexadecimal digits", "\"12g4\""},
        {"\"\\u-123\"", "json.syntax", 2, 1, 3, "\\u and four hexadecimal digits", "\"-123\""},
        {"\"\\ud800\"", "json.surrogate", 1, 1, 2, pair, "\"\\\\ud800\\\"\""},
        {"\"\\udc00\"", "json.surrogate", 1, 1, 2, pair, "\"\\\\udc00\\\"\""},
        {"\"\\udc00\\ud800\"", "json.surrogate", 1, 1, 2, pair, "\"\\\\udc00\\\\ud800\""},
        {"\"\\ud800\\u0041\"", "json.surrogate", 1, 1, 2, pair, "\"\\\\ud800\\\\u0041\""},
        {"\"\\ud800abc\"", "json.surrogate", 1, 1, 2, pair, "\"\\\\ud800abc\\\"\""},
        {"\"\\ud800\\n\"", "json.surrogate", 1, 1, 2, pair, "\"\\\\ud800\\\\n\\\"\""},
    };
    for (const auto& row : rows) check_rejected(row);
    CHECK(hone::parse_json("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\uFFFF\"", "") ==
          json("\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBF"));
    const auto nul = hone::parse_json("{\"a\\u0000b\":\"\\u0000\"}", "");
    CHECK(nul.keys().at(0) == "a\0b"s);
    CHECK(nul.values().at(0) == json("\0"s));
}

TEST_CASE("JSON: numbers") {
    for (const char* text : {"01", "-", "-01", "1.", "1e", "1e+", "0x10", "1_000", "1.e5", "00", "-x", "1.5.2", "1e5.5", "1a"})
        check_rejected({text, "json.number", 0, 1, 1, grammar, "\"" + std::string(text) + "\""});
    for (const char* text : {"+1", ".5", "Infinity", "NaN", "nan"})
        check_rejected({text, "json.syntax", 0, 1, 1, a_value, "\"" + std::string(text) + "\""});
    check_rejected({"-Infinity", "json.number", 0, 1, 1, grammar, "\"-Infinity\""});
    for (const char* text : {"1e400", "-1e400", "1e-400"})
        check_rejected({text, "json.number_range", 0, 1, 1, in_range, "\"" + std::string(text) + "\""});
    const auto kind = [](const char* text) { return hone::parse_json(text, "").kind(); };
    CHECK(kind("0") == json_kind::unsigned_integer);
    CHECK(kind("-0") == json_kind::integer);
    CHECK(kind("-7") == json_kind::integer);
    CHECK(kind("1.0") == json_kind::number);
    CHECK(kind("1e3") == json_kind::number);
    CHECK(kind("18446744073709551615") == json_kind::unsigned_integer);
    CHECK(kind("18446744073709551616") == json_kind::number);
    CHECK(kind("-9223372036854775808") == json_kind::integer);
    CHECK(kind("-9223372036854775809") == json_kind::number);
    const auto doubles = hone::parse_json("[1E+2,1e-12,-0.5,4.9e-324,1000000000000000019884624838656]", "");
    REQUIRE(doubles.size() == 5);
    std::size_t i = 0;
    for (const double wanted : {1e2, 1e-12, -0.5, 4.9e-324, 1e30})
        CHECK(doubles.values()[i++].number() == wanted);
    CHECK(hone::parse_json("-9223372036854775808", "").integer() == std::numeric_limits<std::int64_t>::min());
    CHECK(hone::parse_json("18446744073709551615", "").unsigned_integer() == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("JSON: a key stands once, however it is spelt") {
    const std::string expected = "different keys";
    check_rejected({"{\"a\":1,\"a\":1}", "json.duplicate_key", 7, 1, 8, expected, "the same key at byte 1"});
    check_rejected({"{\"a\":1,\n\"\\u0061\":2}", "json.duplicate_key", 8, 2, 1, expected, "the same key at byte 1"});
    check_rejected({"[{\"\":{\"b\":0,\"b\":1}}]", "json.duplicate_key", 12, 1, 13, expected, "the same key at byte 6"});
    check_rejected({"{\"a\":{\"b\":1,\"c\":2},\"d\":0,\"a\":3}", "json.duplicate_key", 25, 1, 26, expected, "the same key at byte 1"});
    std::string far = "{\"k\":0";
    for (int i = 0; i < 1000; ++i) far += ",\"k" + std::to_string(i) + "\":0";
    const auto at = static_cast<std::int64_t>(far.size()) + 1;
    check_rejected({far + ",\"k\":0}", "json.duplicate_key", at, 1, at + 1, expected, "the same key at byte 1"});
    CHECK(caught([&] { (void)hone::parse_json(far + ",\"k\":0}", ""); }).where.name == "k");
    CHECK(hone::parse_json(far + "}", "").size() == 1001);
    CHECK(hone::parse_json("{\"a\":{\"a\":1},\"A\":2}", "").size() == 2);
}

TEST_CASE("JSON: depth is limited, and nothing recurses on it") {
    const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
    CHECK(hone::parse_json(nested(64), "").size() == 1);
    check_rejected({nested(65), "json.too_deep", 64, 1, 65, "at most 64 levels", "one more"});
    check_rejected({std::string(1'000'000, '['), "json.too_deep", 64, 1, 65, "at most 64 levels", "one more"});
    std::string alternating;
    for (int i = 0; i < 33; ++i) alternating += "[{\"\":";
    check_rejected({alternating, "json.too_deep", 160, 1, 161, "at most 64 levels", "one more"});
}

TEST_CASE("JSON: the order of the keys is kept, also in a large object, which takes no square time") {
    std::string text = "{";
    for (int i = 200'000; i > 0; --i) text += "\"" + std::to_string(i) + "\":" + std::to_string(i) + (i > 1 ? "," : "}");
    const auto object = hone::parse_json(text, "");
    REQUIRE(object.size() == 200'000);
    int next = 200'000;
    bool in_order = true;
    for (std::size_t i = 0; i < object.size(); ++i, --next)
        in_order = in_order && object.keys()[i] == std::to_string(next) && object.values()[i].integer() == next;
    CHECK(in_order);
    CHECK(hone::parse_json("{\"z\":1,\"a\":[true,false,null,{}]}", "").write() == "{\"z\":1,\"a\":[true,false,null,{}]}");
}

TEST_CASE("JSON: no prefix of a document is a document, and no changed byte does harm") {
    const std::string good = "{\"k\\u00e9\\ud83d\\ude00\": [1, -2.5e3, \"\xE2\x82\xAC\", {\"x\": null, \"y\": [true, false]}], \"z\": {}}";
    REQUIRE(hone::parse_json(good, "").size() == 2);
    for (std::size_t n = 0; n < good.size(); ++n) CHECK(caught([&] { (void)hone::parse_json(good.substr(0, n), "x"); }).where.file == "x");
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < good.size(); ++i)
        for (int byte = 0; byte < 256; ++byte) {
            auto text = good;
            text[i] = static_cast<char>(byte);
            try {
                accepted += !hone::parse_json(text, "x").is_null();
            } catch (const hone::error& e) {
                if (e.where.byte < 0 || e.where.byte > static_cast<std::int64_t>(text.size()) || !e.code.starts_with("json."))
                    FAIL(e.what());
            }
        }
    CHECK(accepted > 0);
}

TEST_CASE("JSON: files have a limit, and their errors their name") {
    const temporary_folder folder;
    const auto path = folder.put("a.json", "{\"a\": 1}");
    CHECK(*hone::read_json(path).find("a") == 1);
    const auto large = caught([&] { (void)hone::read_json(path, 7); });
    CHECK(large.code == "file.too_large");
    CHECK(large.expected == "at most 7 bytes");
    CHECK(large.found == "8");
    CHECK(caught([&] { (void)hone::read_json(folder.put("b.json", "{")); }).where.file == (folder.path / "b.json").string());
}

TEST_CASE("a document of more values than allowed is refused where it goes beyond") {
    CHECK(hone::parse_json("[1,[2],{\"a\":3}]", "f", 0, 5).size() == 3);
    const auto e = caught([] { (void)hone::parse_json("[1,[2],{\"a\":3}]", "f", 0, 4); });
    CHECK(e.code == "json.too_many");
    CHECK(e.expected == "at most 4");
}
