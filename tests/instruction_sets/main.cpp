// Runs the step of each unit named in UNITS, twice and in turn, and compares with the step in double. UNITS is a list: X(plain) X(avx2).
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdio>
#include <vector>

struct outcome { // as in step.hpp, which only the units include: no code of the library is compiled here
    double before = 0, after = 0, mixed = 0, mixed_norm = 0;
    std::vector<double> weights;
};
outcome in_double();
#define X(unit) outcome unit();
UNITS
#undef X

int main() {
    const outcome expected = in_double();
    int failed = 0;
    const auto judge = [&](const char* unit, const outcome& o) {
        double worst = std::fmax(std::fabs(o.before - expected.before), std::fabs(o.after - expected.after));
        bool same = o.weights.size() == expected.weights.size() && !o.weights.empty() && std::isfinite(o.before) && std::isfinite(o.after);
        for (std::size_t i = 0; same && i < o.weights.size(); ++i) {
            const double d = std::fabs(o.weights[i] - expected.weights[i]);
            if (!(d <= worst)) worst = d;
        }
        same = same && worst <= 1e-5 && expected.after < expected.before;
        // bf16 has 8 bits: not the same, and no further away than sums of rounded products are
        const double mixed = std::fabs(o.mixed / expected.mixed - 1), norm = std::fabs(o.mixed_norm / expected.mixed_norm - 1);
        same = same && mixed > 0 && mixed < 0x1p-7 && norm > 0 && norm < 0x1p-4;
        std::printf("%s: %s: loss %.7f, then %.7f; from double at most %.2g; in mixed precision %.2g, squares of its gradients %.2g\n", same ? "holds" : "FAILED", unit, o.before, o.after,
                    worst, mixed, norm);
        if (!same) failed = 1;
    };
    for (int turn = 0; turn < 2; ++turn) {
#define X(unit) judge(#unit, unit());
        UNITS
#undef X
    }
    return failed;
}
