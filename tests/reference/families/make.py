"""Small folders of each family as transformers writes them, with noise on every weight, the logits in f64, and a LoRA of PEFT's around queries and values.
usage: make.py FOLDER     needs torch, transformers (5.24.0) and peft (0.21.2); the folder is tests/reference/families"""
import json, os, shutil, sys, warnings
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import DistilBertConfig, DistilBertForSequenceClassification, ElectraConfig, ElectraForPreTraining, ElectraForSequenceClassification

warnings.filterwarnings("ignore")
out = sys.argv[1]
texts = [[1, 4, 9, 2], [1, 5, 2], [1, 7, 8, 3, 6, 2], [1]]
length = max(map(len, texts))
ids = torch.tensor([t + [0] * (length - len(t)) for t in texts])
mask = torch.tensor([[1] * len(t) + [0] * (length - len(t)) for t in texts])
electra = dict(num_hidden_layers=2, num_attention_heads=2, intermediate_size=18, hidden_size=12, vocab_size=30, max_position_embeddings=16)
folders = {"distilbert": (DistilBertForSequenceClassification, DistilBertConfig(dim=12, n_layers=2, n_heads=2, hidden_dim=18, vocab_size=30, max_position_embeddings=16, num_labels=3), ["q_lin", "v_lin"]),
           "electra": (ElectraForSequenceClassification, ElectraConfig(embedding_size=8, num_labels=3, **electra), ["query", "value"]),
           "electra_even": (ElectraForSequenceClassification, ElectraConfig(embedding_size=12, num_labels=3, **electra), ["query", "value"]),
           "discriminator": (ElectraForPreTraining, ElectraConfig(embedding_size=8, **electra), None)}


def noise(parameters, size):
    with torch.no_grad():
        for p in parameters: p.add_(torch.randn_like(p) * size)


def write_logits(model, folder):
    with torch.no_grad(): logits = model.double()(input_ids=ids, attention_mask=mask).logits
    open(f"{folder}/logits.txt", "w").write("\n".join(" ".join(repr(float(v)) for v in row) for row in logits) + "\n")


for seed, (name, (kind, config, targets)) in enumerate(folders.items()):
    torch.manual_seed(seed)
    base = kind(config).eval()
    noise(base.parameters(), 0.2)
    shutil.rmtree(f"{out}/{name}", ignore_errors=True)
    base.save_pretrained(f"{out}/{name}")
    if not targets: continue
    write_logits(kind.from_pretrained(f"{out}/{name}").eval(), f"{out}/{name}")
    if name == "electra_even": continue
    adapter = f"{out}/{name}_lora"
    model = get_peft_model(kind.from_pretrained(f"{out}/{name}"), LoraConfig(task_type="SEQ_CLS", r=2, lora_alpha=3, target_modules=targets)).eval()
    noise((p for p in model.parameters() if p.requires_grad), 0.3)
    shutil.rmtree(adapter, ignore_errors=True)
    model.save_pretrained(adapter)
    os.remove(f"{adapter}/README.md")
    config = json.loads(open(f"{adapter}/adapter_config.json").read().replace(f"{out}/{name}", name))
    config["target_modules"].sort()  # a set: in an order of its own each time
    open(f"{adapter}/adapter_config.json", "w").write(json.dumps(config, indent=2, sort_keys=True) + "\n")
    write_logits(PeftModel.from_pretrained(kind.from_pretrained(f"{out}/{name}"), adapter).eval(), adapter)
