// Regular expressions against Python's, and what an untrusted one may cost.
// SPDX-License-Identifier: Apache-2.0
#include <hone/file/expression.hpp>

#include "data/caught.hpp"
#include "reference/file/expressions.hpp"
#include "test.hpp"

namespace {

std::string refusal(const std::string& expression, const std::string& text = "aaaaaaaaaa") {
    return caught([&] { (void)hone::matches_expression(expression, text); }).code;
}

} // namespace

TEST_CASE("an expression matches the names that Python's does") {
    for (const auto& [expression, takes] : expressions) {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < names.size(); ++i)
            if (hone::matches_expression(expression, names[i])) found.push_back(i);
        INFO(expression);
        CHECK(found == takes);
    }
    CHECK(hone::matches_expression("caf.+", "caf\xC3\xA9")); // a byte at a time
}

TEST_CASE("what is no expression, or one of another kind, is refused") {
    for (const char* wrong : {"(", "(a", "a)", "[", "[a", "[]", "*", "+a", "?", "a**", "a*{2}", "a{2}{3}", "a|*", "a\\", "a{3,2}", "[b-a]", "(?P<x", "(?=a", "[\\d-a]"}) {
        INFO(wrong);
        CHECK(refusal(wrong) == "expression.syntax");
    }
    for (const char* other : {"(?i)a", "(?<=a)b", "(a)\\1", "\\pL", "(?P=x)"}) {
        INFO(other);
        CHECK(refusal(other) == "expression.not_supported");
    }
    CHECK(refusal(std::string(40, '(') + "a" + std::string(40, ')')) == "expression.too_costly");
    CHECK(refusal(std::string(5000, 'a')) == "expression.too_costly");
    CHECK(refusal("a{1001}") == "expression.too_costly");
}

TEST_CASE("expressions that make others try everything cost a pass for each place") {
    const std::string text(200, 'a');
    CHECK_FALSE(hone::matches_expression("(a*)*b", text));
    CHECK_FALSE(hone::matches_expression("(a|aa)+$b", text));
    CHECK_FALSE(hone::matches_expression("(.*.*.*.*)*x", text));
    CHECK(hone::matches_expression("(a?){100}a{100}", text));
    std::string nested = "a";
    for (int i = 0; i < 20; ++i) nested = "(" + nested + "){9}";
    CHECK_FALSE(hone::matches_expression(nested, text));
    CHECK(refusal("(?=.*(?=.*(?=.*(?=.*x)))).*", text) == "expression.too_costly"); // each place looks ahead from each place
}
