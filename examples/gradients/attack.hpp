// What --adversarial says: a rule and its numbers, "pgd:epsilon=0.5,rate=0.2,steps=3".
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

struct attack {
    std::string rule; ///< fgm, pgd or freelb; empty: none
    double epsilon = 1, rate = 0.3;
    int steps = 3;
};

/// Reads one; a sentence where it cannot be read, else empty.
inline std::string read_attack(std::string_view text, attack& to) {
    const auto colon = text.find(':');
    to.rule = text.substr(0, colon);
    if (to.rule != "fgm" && to.rule != "pgd" && to.rule != "freelb")
        return "--adversarial must be fgm, pgd or freelb, perhaps with numbers: "
               "pgd:epsilon=0.5,rate=0.2,steps=3";
    for (auto rest = colon == text.npos ? std::string_view() : text.substr(colon + 1); !rest.empty();) {
        const auto part = rest.substr(0, rest.find(','));
        rest.remove_prefix(part.size() + (part.size() < rest.size() ? 1 : 0));
        const auto sign = part.find('=');
        const auto name = part.substr(0, sign);
        const auto number = sign == part.npos ? std::string_view() : part.substr(sign + 1);
        double value = 0;
        const auto [end, failed] =
            std::from_chars(number.data(), number.data() + number.size(), value);
        const bool moves = to.rule != "fgm";
        const bool known = name == "epsilon" || (moves && (name == "rate" || name == "steps"));
        const bool read = failed == std::errc() && end == number.data() + number.size();
        const bool whole = name != "steps" || (value >= 1 && value <= 1000 && value == std::floor(value));
        if (!known || !read || !(value > 0) || !std::isfinite(value) || !whole)
            return "--adversarial: \"" + std::string(part) + "\" should be epsilon" +
                   (moves ? ", rate (numbers above 0) or steps (1 to 1000)" : "=NUMBER, above 0");
        if (name == "epsilon") to.epsilon = value;
        else if (name == "rate") to.rate = value;
        else to.steps = static_cast<int>(value);
    }
    return {};
}
