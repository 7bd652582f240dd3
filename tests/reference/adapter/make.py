"""Folders of adapters as PEFT writes them, for a BERT of width 12 with noise on every weight, and the logits that PEFT gives with each in f64.
usage: make.py FOLDER [NAME...]     needs torch, transformers, peft (0.21.2) and safetensors; the folder is tests/reference/adapter"""
import os, sys, shutil, warnings
import torch
from peft import (AdaLoraConfig, IA3Config, LoraConfig, PrefixTuningConfig, PromptEncoderConfig, PeftModel, PromptTuningConfig, VeraConfig, get_peft_model)
from transformers import BertConfig, BertForSequenceClassification

warnings.filterwarnings("ignore")
out, wanted = sys.argv[1], sys.argv[2:]
texts = [[1, 4, 9, 2], [1, 5, 2], [1, 7, 8, 3, 6, 2], [1]]
shape = dict(hidden_size=12, num_hidden_layers=2, num_attention_heads=2, intermediate_size=18, vocab_size=30, max_position_embeddings=16, num_labels=3,
             hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
torch.manual_seed(5)
base = BertForSequenceClassification(BertConfig(**shape)).eval()
with torch.no_grad():
    for p in base.parameters(): p.add_(torch.randn_like(p) * 0.2)
if not wanted: base.save_pretrained(f"{out}/base")
query_value = dict(task_type="SEQ_CLS", target_modules=["query", "value"])
methods = dict(
    lora=lambda: LoraConfig(r=2, lora_alpha=3, **query_value), rslora=lambda: LoraConfig(r=4, lora_alpha=4, use_rslora=True, **query_value),
    dora=lambda: LoraConfig(r=2, lora_alpha=3, use_dora=True, **query_value),
    ranks=lambda: LoraConfig(r=2, lora_alpha=3, rank_pattern={"query": 4}, **query_value),
    patterns=lambda: LoraConfig(r=2, lora_alpha=4, rank_pattern={"layer.1.attention.self.query": 3}, alpha_pattern={"layer.1.attention.self.query": 9, "query": 5}, **query_value),
    embedding=lambda: LoraConfig(task_type="SEQ_CLS", r=4, lora_alpha=4, target_modules=["query", "word_embeddings"]),
    biases=lambda: LoraConfig(r=2, lora_alpha=3, bias="all", **query_value),
    modules=lambda: LoraConfig(r=2, lora_alpha=3, modules_to_save=["pooler", "attention.output.LayerNorm"], **query_value),
    ia3=lambda: IA3Config(task_type="SEQ_CLS"), vera=lambda: VeraConfig(r=5, **query_value),
    vera_widths=lambda: VeraConfig(r=5, task_type="SEQ_CLS", target_modules=["query", "intermediate.dense"]),
    adalora=lambda: AdaLoraConfig(init_r=4, target_r=2, lora_alpha=3, total_step=50, **query_value),
    adalora_cut=lambda: AdaLoraConfig(init_r=4, target_r=2, lora_alpha=3, total_step=12, tinit=2, tfinal=4, **query_value),
    prefix=lambda: PrefixTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=3), prompt=lambda: PromptTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=3),
    ptuning=lambda: PromptEncoderConfig(task_type="SEQ_CLS", num_virtual_tokens=3, encoder_hidden_size=7))
length = max(map(len, texts))
ids = torch.tensor([t + [0] * (length - len(t)) for t in texts])
mask = torch.tensor([[1] * len(t) + [0] * (length - len(t)) for t in texts])
for name, config in methods.items():
    if wanted and name not in wanted: continue
    torch.manual_seed(7)
    model = get_peft_model(BertForSequenceClassification.from_pretrained(f"{out}/base"), config()).eval()
    with torch.no_grad():
        for p in model.parameters():
            if p.requires_grad: p.add_(torch.randn_like(p) * 0.3)
    if name == "adalora_cut":  # to the end of the schedule: the triplets that are masked are cut out of the folder's tensors
        optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
        for step in range(12):
            optimizer.zero_grad()
            model(input_ids=ids, attention_mask=mask, labels=torch.tensor([0, 1, 2, 1])).loss.backward()
            optimizer.step()
            model.base_model.update_and_allocate(step)
    shutil.rmtree(f"{out}/{name}", ignore_errors=True)
    model.save_pretrained(f"{out}/{name}")
    os.remove(f"{out}/{name}/README.md")
    text = open(f"{out}/{name}/adapter_config.json").read().replace(f"{out}/base", "base")
    open(f"{out}/{name}/adapter_config.json", "w").write(text)
    read = PeftModel.from_pretrained(BertForSequenceClassification.from_pretrained(f"{out}/base"), f"{out}/{name}").eval()
    with torch.no_grad(): logits = read.double()(input_ids=ids, attention_mask=mask).logits
    open(f"{out}/{name}/logits.txt", "w").write("\n".join(" ".join(repr(float(v)) for v in row) for row in logits) + "\n")
