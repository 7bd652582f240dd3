// All of hone. One include; nothing to link but threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/version.hpp" // says so, where the standard is older than C++20: then there is nothing else
#if defined(HONE_VERSION_MAJOR)
#include "hone/adapter/adapter.hpp"
#include "hone/data/data.hpp"
#include "hone/file/folder.hpp"
#include "hone/layer/compose.hpp"
#include "hone/layer/parameters.hpp"
#include "hone/loop/best.hpp"
#include "hone/loop/progress.hpp"
#include "hone/loss/binary.hpp"
#include "hone/loss/classes.hpp"
#include "hone/loss/distillation.hpp"
#include "hone/loss/divergence.hpp"
#include "hone/loss/embedding.hpp"
#include "hone/loss/loss.hpp"
#include "hone/loss/regression.hpp"
#include "hone/metric/metric.hpp"
#include "hone/model/adapter_files.hpp"
#include "hone/model/bert.hpp"
#include "hone/model/distilbert.hpp"
#include "hone/model/electra.hpp"
#include "hone/model/pretrained.hpp"
#include "hone/model/save.hpp"
#include "hone/optimizer/adamw.hpp"
#include "hone/optimizer/chain.hpp"
#include "hone/step/differentiate.hpp"
#include "hone/tokens/wordpiece.hpp"

#ifndef __CUDACC__
#include "hone/optimizer/cpu.hpp"
#include "hone/step/cpu.hpp"
#endif
#endif
