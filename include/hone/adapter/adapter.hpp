// Adapters: what is put around the layers of a model from outside, so that little trains. adapt.hpp says how, each other header is one method.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/adalora.hpp"
#include "hone/adapter/adapt.hpp"
#include "hone/adapter/allocation.hpp"
#include "hone/adapter/bottleneck.hpp"
#include "hone/adapter/compacter.hpp"
#include "hone/adapter/dora.hpp"
#include "hone/adapter/ia3.hpp"
#include "hone/adapter/lora.hpp"
#include "hone/adapter/lora_bank.hpp"
#include "hone/adapter/merge.hpp"
#include "hone/adapter/prefix.hpp"
#include "hone/adapter/prompt.hpp"
#include "hone/adapter/ptuning.hpp"
#include "hone/adapter/shelf.hpp"
#include "hone/adapter/vera.hpp"
