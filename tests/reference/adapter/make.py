"""Makes the folders beside it with Python's PEFT: a tiny BERT with a classifier (`base`), an adapter of each kind with noise on every weight that
trains, and logits.json: what PEFT answers in f64 for two texts of ids. Config fields that name versions or places are left out, and one that
nobody knows is put in: it must be kept.       usage: make.py        (written with peft 0.21.2, transformers 5.23)"""
import json, pathlib, shutil
import torch
from peft import IA3Config, LoraConfig, PrefixTuningConfig, PromptEncoderConfig, PromptTuningConfig, VeraConfig, get_peft_model, PeftModel
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForSequenceClassification

here = pathlib.Path(__file__).parent
texts = [[2, 5, 9, 4, 3], [2, 11, 3]]
qv = dict(task_type="SEQ_CLS", target_modules=["query", "value"])
adapters = {
    "lora": LoraConfig(r=2, lora_alpha=3, **qv),
    "patterns": LoraConfig(r=2, lora_alpha=4, rank_pattern={"layer.1.attention.self.query": 3}, alpha_pattern={"layer.1.attention.self.query": 9, "query": 5}, **qv),
    "rslora": LoraConfig(r=3, lora_alpha=3, use_rslora=True, task_type="SEQ_CLS", target_modules=["query", "intermediate.dense"]),
    "dora": LoraConfig(r=2, lora_alpha=4, use_dora=True, **qv),
    "embedding": LoraConfig(r=2, lora_alpha=2, task_type="SEQ_CLS", target_modules=["query", "word_embeddings"]),
    "ia3": IA3Config(task_type="SEQ_CLS", target_modules=["key", "value", "output.dense"], feedforward_modules=["output.dense"]),
    "vera": VeraConfig(r=4, **qv),
    "prefix": PrefixTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=2),
    "prompt": PromptTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=2),
    "ptuning": PromptEncoderConfig(task_type="SEQ_CLS", num_virtual_tokens=2, encoder_hidden_size=8),
}


def sorted_json(path, value):
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def base():
    torch.manual_seed(1)
    shape = dict(vocab_size=14, hidden_size=12, num_hidden_layers=2, num_attention_heads=2, intermediate_size=18, max_position_embeddings=10, num_labels=3)
    model = BertForSequenceClassification(BertConfig(**shape))
    for name, weight in model.named_parameters():
        torch.nn.init.normal_(weight, mean=float("LayerNorm.weight" in name), std=0.2)
    folder = here / "base"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    save_file({k: v.contiguous() for k, v in model.state_dict().items() if "position_ids" not in k}, folder / "model.safetensors", metadata={"format": "pt"})
    shape.pop("num_labels")
    sorted_json(folder / "config.json", dict(shape, model_type="bert", architectures=["BertForSequenceClassification"], hidden_act="gelu", layer_norm_eps=1e-12,
                                             type_vocab_size=2, id2label={"0": "no", "1": "perhaps", "2": "yes"}, label2id={"no": 0, "perhaps": 1, "yes": 2}))
    return folder


def plain(folder): return BertForSequenceClassification.from_pretrained(folder, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, torch_dtype=torch.float32)


def main():
    folder, logits = base(), {}
    for seed, (name, config) in enumerate(adapters.items()):
        torch.manual_seed(seed)
        model = get_peft_model(plain(folder), config)
        with torch.no_grad():
            for weight in model.parameters():
                if weight.requires_grad:
                    weight.add_(torch.randn_like(weight) * 0.2)
        out = here / name
        shutil.rmtree(out, ignore_errors=True)
        model.save_pretrained(out)
        (out / "README.md").unlink()
        written = json.loads((out / "adapter_config.json").read_text())
        for field in ("base_model_name_or_path", "peft_version", "revision"):
            written.pop(field, None)
        sorted_json(out / "adapter_config.json", dict(written, a_field_of_tomorrow={"kept": [1, 2]}))
        read = PeftModel.from_pretrained(plain(folder), out).double().eval()
        with torch.no_grad():
            logits[name] = [read(input_ids=torch.tensor([text]), attention_mask=torch.ones(1, len(text), dtype=torch.long)).logits[0].tolist() for text in texts]
    sorted_json(here / "logits.json", logits)


main()
