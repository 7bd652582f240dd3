// The error that a call throws, so that a test can ask for each of its parts.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/file/error.hpp>

template <class Call>
hone::error caught(Call call) {
    try {
        call();
    } catch (const hone::error& e) {
        return e;
    }
    return hone::error("nothing was thrown", "");
}
