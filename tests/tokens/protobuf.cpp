// Fields of protocol buffers, and everything that can be wrong with them.
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <hone/tokens/protobuf.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using namespace std::string_literals;

TEST_CASE("fields are read one after the other") {
    const std::string bytes = "\x08\x96\x01\x12\x03"
                              "abc\x1D\x00\x00\xC0\x3F\x21"
                              "12345678\x28\x01\x10\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"s;
    hone::protobuf_message at(bytes, "m");
    REQUIRE(at.next());
    CHECK(at.number() == 1);
    CHECK(at.whole() == 150);
    REQUIRE(at.next());
    CHECK(at.text() == "abc");
    CHECK(caught([&] { (void)at.whole(); }).code == "tokens.protobuf");
    REQUIRE(at.next());
    CHECK(at.real() == 1.5f);
    REQUIRE(at.next());
    CHECK(at.number() == 4);
    REQUIRE(at.next());
    CHECK(at.boolean());
    REQUIRE(at.next());
    CHECK(at.integer() == -1);
    CHECK(!at.next());
}

TEST_CASE("every prefix is whole fields or an error that says where") {
    const std::string inner = "\x0A\x02"
                              "ab\x15\x00\x00\x80\x3F\x18\x06"s,
                      bytes = "\x0A"s + static_cast<char>(inner.size()) + inner + "\x10\x80\x01";
    std::size_t whole = 0;
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        hone::protobuf_message at(std::string_view(bytes).substr(0, size), "m");
        const auto e = caught([&] {
            while (at.next())
                ;
        });
        if (e.code == "nothing was thrown") ++whole;
        else CHECK(e.code == "tokens.protobuf");
    }
    CHECK(whole == 3); // none, one and both
    const auto e = caught([&] {
        hone::protobuf_message at("\x0A\x04\x08\x01\x12\x05", "m");
        at.next();
        for (auto part = at.message(); part.next();)
            ;
    });
    CHECK(e.code == "tokens.protobuf");
    CHECK(e.where.byte == 4); // in the file, not in the message
}

TEST_CASE("what is no protocol buffer is refused") {
    for (const auto& bytes :
         {"\x00"s, "\x0B"s, "\x0F\x01"s, "\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"s,
          "\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"s,
          "\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"s, "\xF8\xFF\xFF\xFF\xFF\x01"s}) {
        hone::protobuf_message at(bytes, "m");
        CHECK(caught([&] { at.next(); }).code == "tokens.protobuf");
    }
}
