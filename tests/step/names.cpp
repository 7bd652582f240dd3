// A user's own names beside `using namespace hone`: those that the library once took.
// SPDX-License-Identifier: Apache-2.0
#include <hone/hone.hpp>

#include "test.hpp"

using namespace hone;

struct body {
    int value;
};
struct label {
    int value;
};
struct text {
    int value;
};

TEST_CASE("a body, a label and a text are the user's") {
    const body b{1};
    const label l{2};
    const text t{3};
    CHECK(b.value + l.value + t.value == 6);
    CHECK(label_column{1}.index() == 1);
}
