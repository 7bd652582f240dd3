#include "test.hpp"
#include <array>
#include <string>
#include <vector>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include <hone/checkpoint/safetensors_writer.hpp>

using hone::stored_type;

namespace {

/// The bytes of tests/reference/checkpoint/make.py.
const std::array<std::byte, 256>& counting() {
    static const auto bytes = [] {
        std::array<std::byte, 256> b{};
        for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<std::byte>(i * 7 % 120);
        return b;
    }();
    return bytes;
}

hone::stored_tensor tensor(std::string name, stored_type type, std::vector<std::uint64_t> shape) {
    hone::stored_tensor t{std::move(name), type, std::move(shape), {}};
    t.bytes = std::span(counting()).first(static_cast<std::size_t>(t.count() * hone::bits_of(type) / 8));
    return t;
}

} // namespace

TEST_CASE("the same tensors give the reference's bytes") {
    const std::vector<hone::stored_tensor> tensors = {
        tensor("b.weight", stored_type::f32, {2, 3}),
        tensor("a.weight", stored_type::f32, {4}),
        tensor("scalar", stored_type::f32, {}),
        tensor("nothing", stored_type::f32, {0, 5}),
        tensor("half", stored_type::f16, {3}),
        tensor("brain", stored_type::bf16, {3}),
        tensor("double", stored_type::f64, {2, 2, 2}),
        tensor("long", stored_type::i64, {2}),
        tensor("int", stored_type::i32, {2}),
        tensor("short", stored_type::i16, {2}),
        tensor("byte", stored_type::u8, {5}),
        tensor("signed", stored_type::i8, {1}),
        tensor("complex", stored_type::c64, {1}),
        tensor("eight", stored_type::f8_e4m3, {2}),
        tensor("name \"with\"\n\\ \xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80\x7F", stored_type::f32, {1})};
    const temporary_folder folder;
    hone::write_safetensors(folder.path / "mixed.safetensors", tensors);
    const auto written = content_of(folder.path / "mixed.safetensors");
    CHECK(written == content_of(HONE_SOURCE_DIR "/tests/reference/checkpoint/mixed.safetensors"));

    const hone::safetensors_file file(HONE_SOURCE_DIR "/tests/reference/checkpoint/mixed.safetensors");
    CHECK(file.metadata().at("format") == "pt");
    REQUIRE(file.tensors().size() == tensors.size());
    for (const auto& t : tensors) {
        const auto* const read = file.find(t.name);
        REQUIRE(read != nullptr);
        CHECK((read->type == t.type && read->shape == t.shape &&
               std::equal(read->bytes.begin(), read->bytes.end(), t.bytes.begin(), t.bytes.end())));
    }
}

TEST_CASE("every type and rank comes back as it went") {
    std::vector<hone::stored_tensor> tensors;
    for (std::size_t type = 0; type < hone::detail::stored_types.size(); ++type)
        for (const auto& shape : std::vector<std::vector<std::uint64_t>>{{8}, {2, 4}, {2, 0, 4}, {1, 2, 2, 2}, {0}})
            tensors.push_back(tensor(std::to_string(type) + hone::shape_text(shape), static_cast<stored_type>(type), shape));
    const temporary_folder folder;
    const auto path = folder.path / "all.safetensors";
    hone::write_safetensors(path, tensors, {});
    const hone::safetensors_file file(path);
    CHECK(file.metadata().empty());
    REQUIRE(file.tensors().size() == tensors.size());
    for (const auto& t : tensors) {
        const auto* const read = file.find(t.name);
        REQUIRE(read != nullptr);
        CHECK((read->type == t.type && read->shape == t.shape &&
               std::equal(read->bytes.begin(), read->bytes.end(), t.bytes.begin(), t.bytes.end())));
    }
    hone::write_safetensors(folder.path / "again", file.tensors(), {});
    CHECK(content_of(path) == content_of(folder.path / "again"));
    hone::write_safetensors(folder.path / "none", {});
    CHECK(hone::safetensors_file(folder.path / "none").tensors().empty());
}

TEST_CASE("the header ends on a multiple of 8, with no more spaces than that takes") {
    const temporary_folder folder;
    for (std::size_t n = 1; n <= 8; ++n) {
        hone::write_safetensors(folder.path / "m", std::vector{tensor(std::string(n, 'x'), stored_type::f32, {1})}, {});
        const auto file = content_of(folder.path / "m");
        const auto end = file.find_last_of('}') + 1, spaces = file.size() - 4 - end;
        CHECK((end + spaces) % 8 == 0);
        CHECK(spaces < 8);
    }
}

TEST_CASE("what could not be read again is not written, and an old file stays") {
    const temporary_folder folder;
    const auto path = folder.put("m.safetensors", "old");
    const auto rejected = [&](const std::vector<hone::stored_tensor>& tensors, const char* code, const char* expected,
                              const std::string& found) {
        const auto e = caught([&] { hone::write_safetensors(path, tensors); });
        CHECK(e.code == code);
        CHECK(e.where.file == path.string());
        CHECK(e.expected == expected);
        CHECK(e.found == found);
        CHECK(content_of(path) == "old");
        CHECK(folder.entries() == 1);
    };
    rejected({tensor("a", stored_type::f32, {1}), tensor("a", stored_type::u8, {1})}, "safetensors.duplicate", "different names",
             "the same");
    rejected({{"a", stored_type::f32, {2}, std::span(counting()).first(4)}}, "safetensors.size_mismatch", "F32 [2]", "4 bytes");
    rejected({{"a", stored_type::f4, {1}, std::span(counting()).first(1)}}, "safetensors.size_mismatch", "F4 [1]", "1 bytes");
    rejected({{"a", stored_type::f32, {1u << 31, 1u << 31, 1u << 31}, {}}}, "safetensors.size_mismatch",
             "F32 [2147483648, 2147483648, 2147483648]", "0 bytes");
    rejected({tensor("__metadata__", stored_type::f32, {1})}, "safetensors.unwritable", "a name below 4096 bytes, at most 16 dimensions",
             "\"__metadata__\" [1]");
    rejected({tensor("\xFF", stored_type::f32, {1})}, "safetensors.not_utf8", "names in UTF-8", "other bytes");
}
