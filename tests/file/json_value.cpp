// What a JSON value holds, and its text. The expected texts are what saved files have always looked like: two spaces a level, "1.0", "1e-12".
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include <hone/file/json.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using hone::json;
using hone::json_kind;
using namespace std::string_literals;

TEST_CASE("a JSON value is what it was made of") {
    CHECK(json().is_null());
    CHECK(json(nullptr).kind() == json_kind::null);
    CHECK(json(true).kind() == json_kind::boolean);
    CHECK(json(true).boolean());
    CHECK(json(-7).kind() == json_kind::integer);
    CHECK(json(-7).integer() == -7);
    CHECK(json(7u).kind() == json_kind::unsigned_integer);
    CHECK(json(std::size_t{7}).is_unsigned());
    CHECK(json(-7).number() == -7);
    CHECK(json(std::numeric_limits<std::uint64_t>::max()).number() == 18446744073709551616.0);
    CHECK(json(0.5).kind() == json_kind::number);
    CHECK((json(0.5).is_number() && !json(0.5).is_integer() && json(1).is_number() && !json(true).is_number()));
    CHECK(json("x").string() == "x");
    CHECK(json("a\0b"s).string() == "a\0b"s);
    CHECK((json::array().is_array() && json::object().is_object() && json::array().size() == 0));
}

TEST_CASE("a JSON object keeps its order, and a field set again its place") {
    json object = json::object();
    object.set("z", 1);
    object.set("a", "x");
    object.set("z", true);
    CHECK(object.write() == R"({"z":true,"a":"x"})");
    REQUIRE(object.find("a") != nullptr);
    CHECK(object.find("a")->string() == "x");
    CHECK(object.find("b") == nullptr);
    json outer = json::array();
    outer.append(object);
    outer.append(std::move(object));
    CHECK(outer.write() == R"([{"z":true,"a":"x"},{"z":true,"a":"x"}])");
    const json copy = outer;
    outer = json();
    CHECK(copy.values()[1].find("z")->boolean());
    outer = copy.values()[0];
    CHECK(outer == copy.values()[1]);
}

TEST_CASE("JSON values are equal as JSON") {
    CHECK(json(1) == json(1u));
    CHECK(json(1) == json(1.0));
    CHECK_FALSE(json(-1) == json(std::numeric_limits<std::uint64_t>::max()));
    CHECK_FALSE(json(std::numeric_limits<double>::quiet_NaN()) == json(std::numeric_limits<double>::quiet_NaN()));
    CHECK_FALSE(json(1) == json("1"));
    CHECK_FALSE(json(0) == json(false));
    CHECK_FALSE(json() == json(false));
    CHECK_FALSE(json::array() == json::object());
    const auto equal = [](const char* a, const char* b) { return hone::parse_json(a, "") == hone::parse_json(b, ""); };
    CHECK(equal(R"({"a":[1,{"b":null}]})", R"({ "\u0061" : [1.0, {"b": null}] })"));
    CHECK_FALSE(equal(R"({"a":1,"b":2})", R"({"b":2,"a":1})"));
    CHECK_FALSE(equal(R"({"a":1})", R"({"b":1})"));
    CHECK_FALSE(equal("[1]", "[1,1]"));
}

TEST_CASE("JSON text: on one line, or indented") {
    const auto value = hone::parse_json(R"( { "a" : [ 1, [ ], { } ], "b": { "c": null }, "d": "e" } )", "");
    CHECK(value.write() == R"({"a":[1,[],{}],"b":{"c":null},"d":"e"})");
    CHECK(value.write(2) == R"({
  "a": [
    1,
    [],
    {}
  ],
  "b": {
    "c": null
  },
  "d": "e"
})");
    CHECK(value.write(1).substr(0, 12) == "{\n \"a\": [\n  ");
    CHECK(json::object().write(2) == "{}");
}

TEST_CASE("JSON text: numbers") {
    const auto same = [](const char* text) { CHECK(hone::parse_json(text, "").write() == text); };
    for (const char* text : {"0", "-7", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "true", "false", "null", "0.0",
                             "-0.0", "1.0", "0.1", "0.02", "-12.5", "1e-12", "1e-05", "0.0001", "0.00012345", "123456789012345.0", "1e+15",
                             "1.2345678901234568e+17", "6.33e+21", "5e-324", "1.7976931348623157e+308", "0.30000000000000004"})
        same(text);
    CHECK(hone::parse_json("-0", "").write() == "0");
    CHECK(hone::parse_json("1E3", "").write() == "1000.0");
    CHECK(json(std::numeric_limits<double>::infinity()).write() == "null");
    CHECK(json(-std::numeric_limits<double>::infinity()).write() == "null");
    CHECK(json(std::numeric_limits<double>::quiet_NaN()).write() == "null");
    std::uint64_t state = 1;
    for (int i = 0; i < 2000; ++i) { // any double reads as itself
        state = state * 6364136223846793005u + 1442695040888963407u;
        const double value = static_cast<double>(static_cast<std::int64_t>(state)) * (i % 2 ? 1e-25 : 1e-15);
        const auto text = json(value).write();
        if (hone::parse_json(text, "").number() != value || hone::parse_json(text, "").is_integer())
            FAIL(text);
    }
}

TEST_CASE("JSON text: strings") {
    CHECK(json("\"\\/\b\f\n\r\t\x01\x1f\x7f\0"s).write() == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u0000\"");
    CHECK(json("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80").write() == "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
    json object = json::object();
    object.set("a\n", 1);
    CHECK(object.write(1) == "{\n \"a\\n\": 1\n}");
    for (const auto* bad : {"ab\xFF", "ab\xC3", "ab\xED\xA0\x80", "ab\xC0\xAF", "ab\xF4\x90\x80\x80"}) {
        const auto e = caught([&] { (void)json(bad).write(); });
        CHECK(e.code == "json.not_utf8");
        CHECK(e.where.byte == 2);
        CHECK(e.expected == "UTF-8");
        CHECK(e.found == hone::in_quotes(std::string(bad).substr(2, 1)));
    }
    object.set("\xFF", 1);
    CHECK(caught([&] { (void)object.write(); }).code == "json.not_utf8");
}

TEST_CASE("a value takes two words, and what is empty no more") {
    static_assert(sizeof(hone::json) == 16);
    hone::json list = hone::json::array();
    CHECK((list.size() == 0 && list.values().empty() && hone::json("").string().empty() && hone::json::object().keys().empty()));
    list.append("a");
    list.append(hone::json::object());
    auto copy = list;
    copy.append(3);
    CHECK((list.size() == 2 && copy.size() == 3 && copy.values()[0].string() == "a"));
    copy = copy.values()[0]; // of its own inside
    CHECK(copy == hone::json("a"));
    copy = std::move(list);
    CHECK((copy.size() == 2 && list.is_null()));
    CHECK(hone::json("") == hone::json(std::string()));
    CHECK_FALSE(hone::json("") == hone::json());
    CHECK(hone::json::array() == hone::json::array());
    CHECK_FALSE(hone::json::array() == hone::json::object());
}
