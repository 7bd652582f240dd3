// All of hone. One include; nothing to link but threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/adapter.hpp"
#include "hone/data/data.hpp"
#include "hone/file/folder.hpp"
#include "hone/layer/compose.hpp"
#include "hone/layer/parameters.hpp"
#include "hone/loop/best.hpp"
#include "hone/loop/progress.hpp"
#include "hone/loss/loss.hpp"
#include "hone/metric/metric.hpp"
#include "hone/model/adapter_files.hpp"
#include "hone/model/bert.hpp"
#include "hone/model/pretrained.hpp"
#include "hone/model/save.hpp"
#include "hone/optimizer/adamw.hpp"
#include "hone/optimizer/chain.hpp"
#include "hone/step/differentiate.hpp"
#include "hone/tokens/wordpiece.hpp"
#include "hone/version.hpp"

#ifndef __CUDACC__
#include "hone/optimizer/cpu.hpp"
#include "hone/step/cpu.hpp"
#endif
