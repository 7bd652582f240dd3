#include "test.hpp"
#include <string>

#include "data/caught.hpp"
#include <hone/file/json_view.hpp>

using hone::json;
using hone::json_view;

TEST_CASE("a value of another type is reported by its path") {
    const json document = hone::parse_json(
        R"({"s":"t","i":3,"f":1.0,"e":1e3,"b":true,"n":null,"a":[1,{"k":"v"}],"o":{},"u":18446744073709551615,"z":-0})", "");
    const json_view root(document, "f.json");
    CHECK(root["s"].string() == "t");
    CHECK(root["i"].integer() == 3);
    CHECK(root["i"].number() == 3);
    CHECK(root["f"].number() == 1);
    CHECK(root["b"].boolean());
    CHECK(root["n"].is_null());
    CHECK(root["a"].size() == 2);
    CHECK(root["a"][1]["k"].string() == "v");
    CHECK(root["z"].integer() == 0);
    CHECK((root.has("o") && !root.has("p")));

    const auto rejected = [&](auto call, const char* name, const char* expected, const char* found) {
        const auto e = caught(call);
        CHECK(e.code == "json.wrong_type");
        CHECK(e.where.file == "f.json");
        CHECK(e.where.name == name);
        CHECK(e.expected == expected);
        CHECK(e.found == found);
    };
    rejected([&] { (void)root["a"][1]["k"].integer(); }, "a[1].k", "an integer", "string \"v\"");
    rejected([&] { (void)root["f"].integer(); }, "f", "an integer", "number 1.0");
    rejected([&] { (void)root["e"].integer(); }, "e", "an integer", "number 1000.0");
    rejected([&] { (void)root["b"].integer(); }, "b", "an integer", "true");
    rejected([&] { (void)root["i"].boolean(); }, "i", "true or false", "integer 3");
    rejected([&] { (void)root["i"].string(); }, "i", "a string", "integer 3");
    rejected([&] { (void)root["n"].number(); }, "n", "a number", "null");
    rejected([&] { (void)root["s"]["x"]; }, "s", "an object", "string \"t\"");
    rejected([&] { (void)root["s"].has("x"); }, "s", "an object", "string \"t\"");
    rejected([&] { (void)root["o"][0]; }, "o", "an array", "an object");
    rejected([&] { (void)root["a"].object(); }, "a", "an object", "an array");
    rejected([&] { (void)root["s"].size(); }, "s", "an array or an object", "string \"t\"");
    rejected([&] { root["s"].each([](const std::string&, const json_view&) {}); }, "s", "an object", "string \"t\"");

    const auto missing = caught([&] { (void)root["a"][1]["absent"]; });
    CHECK(missing.code == "json.missing");
    CHECK(missing.where.name == "a[1].absent");
    CHECK(missing.expected == "a field \"absent\"");
    CHECK(missing.found == "none");

    const auto range = [&](const char* field, std::int64_t low, std::int64_t high, const char* expected, const char* found) {
        const auto e = caught([&] { (void)root[field].integer(low, high); });
        CHECK(e.code == "json.out_of_range");
        CHECK(e.where.name == field);
        CHECK(e.expected == expected);
        CHECK(e.found == found);
    };
    range("i", 4, 9, "4 to 9", "3");
    range("i", 0, 2, "0 to 2", "3");
    range("u", 0, 2, "0 to 2", "18446744073709551615");
}
