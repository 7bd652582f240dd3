// The room of metrics. Each one is a small value: `add` what was labelled and what was predicted, `merge` what was counted elsewhere, ask
// at the end. Whole numbers and exact sums are kept, so the order and the grouping of the examples never matter. A label of -100 is passed
// over; a score of nothing is an error, never a number. Those named here come with hone.hpp; the others, of numbers, entities and texts, are
// included by name (docs/metrics.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/metric/accuracy.hpp"
#include "hone/metric/confusion.hpp"
#include "hone/metric/f1.hpp"
#include "hone/metric/report.hpp"
