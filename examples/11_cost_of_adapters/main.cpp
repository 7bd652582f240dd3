// 11: the table of what adapters cost (cost.hpp).
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "cost.hpp"

int main() {
    std::vector<row> rows;
    for (const auto& some : {costs_of_own_weights(), costs_of_low_rank(), costs_of_bottlenecks(), costs_of_virtual_tokens()}) rows.insert(rows.end(), some.begin(), some.end());
    std::printf("| what trains | numbers | moments, MB | arena, MB | multiply-adds a token, millions | of full |\n|---|---|---|---|---|---|\n");
    for (const auto& r : rows)
        std::printf("| %s | %ld | %.1f | %.0f | %.1f | %.2f |\n", r.name, r.trained, static_cast<double>(r.state_bytes) / 1e6, static_cast<double>(r.arena_bytes) / 1e6,
                    r.multiply_adds / 1e6, r.multiply_adds / rows[0].multiply_adds);
    return rows[4].multiply_adds < rows[0].multiply_adds ? 0 : 1;
}
