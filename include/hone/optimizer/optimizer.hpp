// All optimizers: what they are made of (transform.hpp), how they are joined (chain.hpp), their
// rates (schedule.hpp, plateau.hpp), and averages of the weights that they train (average.hpp).
// hone.hpp has AdamW, SGD and chains; this has the rest.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/optimizer/adafactor.hpp"
#include "hone/optimizer/adagrad.hpp"
#include "hone/optimizer/adam_variants.hpp"
#include "hone/optimizer/adamw.hpp"
#include "hone/optimizer/average.hpp"
#include "hone/optimizer/chain.hpp"
#include "hone/optimizer/clip.hpp"
#include "hone/optimizer/lion.hpp"
#include "hone/optimizer/muon.hpp"
#include "hone/optimizer/plateau.hpp"
#include "hone/optimizer/trust_ratio.hpp"

#ifndef __CUDACC__
#include "hone/optimizer/cpu.hpp"
#endif
