"""Folders of bottleneck adapters as Python's adapters library writes them, around the model of make.py, with noise on every weight, and the logits that
it gives with each in f64. A field that nobody knows is put into each config: it must be kept.
usage: make_bottlenecks.py FOLDER [NAME...]     needs torch, adapters (1.2.0; 1.3.0 for compacter) and safetensors; the folder is tests/reference/adapter, where make.py has been"""
import json, shutil, sys, warnings
import adapters, torch
from transformers import BertForSequenceClassification

warnings.filterwarnings("ignore")
out, wanted = sys.argv[1], sys.argv[2:]
texts = [[1, 4, 9, 2], [1, 5, 2], [1, 7, 8, 3, 6, 2], [1]]
kinds = dict(houlsby=dict(config="double_seq_bn", reduction_factor=4), pfeiffer=dict(config="seq_bn", reduction_factor=3), parallel=dict(config="par_bn", reduction_factor=2, leave_out=[0]),
             compacter=dict(config="compacter", reduction_factor=3, phm_dim=2))
length = max(map(len, texts))
ids = torch.tensor([t + [0] * (length - len(t)) for t in texts])
mask = torch.tensor([[1] * len(t) + [0] * (length - len(t)) for t in texts])


def plain():
    model = BertForSequenceClassification.from_pretrained(f"{out}/base", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    adapters.init(model)
    return model


for name, options in kinds.items():
    if wanted and name not in wanted: continue
    torch.manual_seed(7)
    model = plain()
    model.add_adapter("moods", config=adapters.AdapterConfig.load(options.pop("config"), **options))
    with torch.no_grad():
        for key, p in model.named_parameters():
            if "adapters" in key or "shared_parameters" in key or "classifier" in key: p.add_(torch.randn_like(p) * 0.3)
    folder = f"{out}/{name}"
    shutil.rmtree(folder, ignore_errors=True)
    model.save_adapter(folder, "moods", with_head=True, use_safetensors=True)
    for file in ("adapter_config.json", "head_config.json"):
        config = json.load(open(f"{folder}/{file}"))
        config["model_name"] = "base"
        if file == "adapter_config.json": config["tomorrow"], config["config"]["tomorrow"] = {"kept": [1, 2]}, 3
        open(f"{folder}/{file}", "w").write(json.dumps(config, indent=2, sort_keys=True))
    read = plain()
    read.load_adapter(folder, set_active=True, use_safetensors=True)
    with torch.no_grad(): logits = read.double().eval()(input_ids=ids, attention_mask=mask).logits
    open(f"{folder}/logits.txt", "w").write("\n".join(" ".join(repr(float(v)) for v in row) for row in logits) + "\n")
