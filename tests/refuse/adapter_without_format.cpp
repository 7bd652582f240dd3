// expect: hone[E050] no published format is known for this adapter
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/adapter_files.hpp>
#include <hone/model/bert.hpp>

using namespace hone;

struct factor {
    template <int Width>
    struct learned {
        HONE_PARTS((by, vector<Width, ones>))
    };
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (factor, learned<Layer::outputs>))
        static constexpr auto call(auto self, auto x) { return Layer::call(self, x) * self.factor.by; }
    };
};
struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};
#ifdef HONE_TWIN
struct tuned : adapt<small, ia3<>, on<"**.query">> {};
#else
struct tuned : adapt<small, factor, on<"**.query">> {};
#endif

void use(pretrained<tuned>& model) { save_adapter(model, "folder", {"a", "b", "c"}); }
