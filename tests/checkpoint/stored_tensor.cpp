#include "test.hpp"
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

#include "data/caught.hpp"
#include <hone/checkpoint/stored_tensor.hpp>

namespace {

/// A half by its definition (IEEE 754-2008, 3.4).
double half(std::uint16_t bits) {
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double magnitude = exponent == 0 ? std::ldexp(fraction, -24)
                             : exponent == 31
                                 ? (fraction ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity())
                                 : std::ldexp(1024 + fraction, exponent - 25);
    return bits >> 15 ? -magnitude : magnitude;
}

template <class Value>
hone::stored_tensor stored(hone::stored_type type, std::span<const Value> values, std::vector<std::byte>& memory, std::size_t shift) {
    memory.resize(values.size_bytes() + shift);
    if (!values.empty()) std::memcpy(memory.data() + shift, values.data(), values.size_bytes());
    return {"t", type, {values.size()}, std::span<const std::byte>(memory).subspan(shift)};
}

} // namespace

TEST_CASE("every half and every bfloat16 is read exactly, at any address") {
    std::vector<std::uint16_t> bits(65536);
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = static_cast<std::uint16_t>(i);
    std::vector<std::byte> memory;
    std::vector<float> out(bits.size());
    std::vector<double> wide(bits.size());
    std::size_t wrong = 0;
    const auto tensor = stored<std::uint16_t>(hone::stored_type::f16, bits, memory, 1);
    hone::read_into(tensor, out.data(), out.size());
    hone::read_into(tensor, wide.data(), wide.size());
    for (std::size_t i = 0; i < bits.size(); ++i) {
        const double right = half(bits[i]);
        const bool nan = std::isnan(right);
        wrong += nan ? !std::isnan(out[i]) || !std::isnan(wide[i]) : static_cast<double>(out[i]) != right || wide[i] != right;
        wrong += std::signbit(out[i]) != (bits[i] >> 15 != 0);
        wrong += nan && (std::bit_cast<std::uint32_t>(out[i]) >> 13 & 1023) != (bits[i] & 1023u);
    }
    CHECK(wrong == 0);
    const auto brain = stored<std::uint16_t>(hone::stored_type::bf16, bits, memory, 1);
    hone::read_into(brain, out.data(), out.size());
    for (std::size_t i = 0; i < bits.size(); ++i) wrong += std::bit_cast<std::uint32_t>(out[i]) != static_cast<std::uint32_t>(i) << 16;
    CHECK(wrong == 0);
}

TEST_CASE("a float stays the same bits: NaNs of any payload, -0, infinities, subnormals; a double is rounded") {
    const std::vector<std::uint32_t> bits = {0x7F800001, 0xFFC12345, 0x80000000, 0x7F800000, 0xFF800000, 1, 0x807FFFFF, 0x3F800001};
    std::vector<std::byte> memory;
    const auto tensor = stored<std::uint32_t>(hone::stored_type::f32, bits, memory, 3);
    std::vector<float> out(bits.size());
    hone::read_into(tensor, std::span(out));
    CHECK(std::memcmp(out.data(), bits.data(), sizeof(std::uint32_t) * bits.size()) == 0);

    const std::vector<double> values = {0.1, -1e300, 1e-320, 1.0 + 0x1p-24, 1.0 + 0x1p-24 + 0x1p-50};
    const auto doubles = stored<double>(hone::stored_type::f64, values, memory, 1);
    std::vector<double> same(values.size());
    hone::read_into(doubles, std::span(same));
    CHECK(same == values);
    out.resize(values.size());
    hone::read_into(doubles, std::span(out));
    CHECK(out == std::vector<float>{0.1f, -std::numeric_limits<float>::infinity(), 0.0f, 1.0f, 1.0f + 0x1p-23f});
}

TEST_CASE("what cannot be read is named") {
    std::vector<std::byte> memory(16);
    std::vector<float> out(2);
    const auto rejected = [&](const hone::stored_tensor& tensor, const char* code, const char* expected, const char* found) {
        const auto e = caught([&] { hone::read_into(tensor, std::span(out), "m"); });
        CHECK(e.code == code);
        CHECK(e.where.file == "m");
        CHECK(e.where.name == "t");
        CHECK(e.expected == expected);
        CHECK(e.found == found);
    };
    rejected({"t", hone::stored_type::i64, {2}, memory}, "checkpoint.unsupported_type", "F32, F64, F16 or BF16", "I64");
    rejected({"t", hone::stored_type::boolean, {16}, memory}, "checkpoint.unsupported_type", "F32, F64, F16 or BF16", "BOOL");
    rejected({"t", hone::stored_type::f32, {2, 2}, memory}, "checkpoint.wrong_count", "2 numbers", "4 of shape [2, 2]");
    rejected({"t", hone::stored_type::f64, {1}, memory}, "checkpoint.wrong_count", "2 numbers", "1 of shape [1]");
}
