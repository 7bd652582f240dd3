"""Makes the folders of bottleneck adapters beside it with Python's adapters library, around the model in `base` (made by make.py), and
bottlenecks.json: what the library answers in f64 for the same two texts of ids.       usage: make_bottlenecks.py        (written with adapters 1.2.0)"""
import json, pathlib, shutil
import adapters, torch
from transformers import BertForSequenceClassification

here = pathlib.Path(__file__).parent
texts = [[2, 5, 9, 4, 3], [2, 11, 3]]
kinds = {"houlsby": dict(config="double_seq_bn", reduction_factor=4), "pfeiffer": dict(config="seq_bn", reduction_factor=3), "parallel": dict(config="par_bn", reduction_factor=2, leave_out=[0])}


def plain():
    model = BertForSequenceClassification.from_pretrained(here / "base", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    adapters.init(model)
    return model


logits = {}
for seed, (name, options) in enumerate(kinds.items()):
    torch.manual_seed(seed)
    model, options = plain(), dict(options)
    model.add_adapter("moods", config=adapters.AdapterConfig.load(options.pop("config"), **options))
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if "adapters" in key or "classifier" in key:
                weight.add_(torch.randn_like(weight) * 0.3)
    out = here / name
    shutil.rmtree(out, ignore_errors=True)
    model.save_adapter(out, "moods", with_head=True, use_safetensors=True)
    for file in ("adapter_config.json", "head_config.json"):
        written = json.loads((out / file).read_text())
        written["model_name"] = None
        if file == "adapter_config.json":
            written["a_field_of_tomorrow"] = {"kept": [1, 2]}
            written["config"]["another"] = 3
        (out / file).write_text(json.dumps(written, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    read = plain()
    read.load_adapter(str(out), set_active=True, use_safetensors=True)
    read = read.double().eval()
    with torch.no_grad():
        logits[name] = [read(input_ids=torch.tensor([text]), attention_mask=torch.ones(1, len(text), dtype=torch.long)).logits[0].tolist() for text in texts]
(here / "bottlenecks.json").write_text(json.dumps(logits, indent=2, sort_keys=True) + "\n", encoding="utf-8")
