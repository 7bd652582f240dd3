"""Small folders of decoders as transformers writes them, with noise on every weight, the logits of all tokens in f64, and a LoRA of PEFT's around queries and values.
usage: make.py FOLDER     needs torch, transformers (5.24.0) and peft (0.21.2); the folder is tests/reference/decoders"""
import json, math, os, shutil, sys, types, warnings
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, GPT2Config, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config

warnings.filterwarnings("ignore")
out = sys.argv[1]
texts = [[1, 4, 9, 2], [1, 5, 2], [1, 7, 8, 3, 6, 2], [1]]


def frequencies(config):
    r = config.rope_parameters
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    f = float(r["rope_theta"]) ** -(torch.arange(0, size, 2, dtype=torch.float64) / size)
    if r["rope_type"] == "linear": return f / r["factor"]
    if r["rope_type"] == "default": return f
    turns = r["original_max_position_embeddings"] * f / (2 * math.pi)
    share = ((turns - r["low_freq_factor"]) / (r["high_freq_factor"] - r["low_freq_factor"])).clamp(0, 1)
    return (1 - share) * f / r["factor"] + share * f


def in_f64(model):
    """transformers computes norms and rotary positions in f32 whatever the type of a model."""
    def norm(self, x): return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.variance_epsilon))
    def rotary(self, x, position_ids):
        angle = position_ids[..., None].double() * self.exact
        angle = torch.cat((angle, angle), -1)
        return angle.cos(), angle.sin()
    model = model.double().eval()
    for m in model.modules():
        if type(m).__name__.endswith("RMSNorm"): m.forward = types.MethodType(norm, m)
        if type(m).__name__.endswith("RotaryEmbedding"):
            m.exact = frequencies(model.config)
            m.forward = types.MethodType(rotary, m)
    return model


def noise(parameters, size):
    with torch.no_grad():
        for p in parameters: p.add_(torch.randn_like(p) * size)


def opened(folder): return in_f64(AutoModelForCausalLM.from_pretrained(folder, attn_implementation="sdpa", dtype=torch.float32))


def write_logits(model, folder):
    with torch.no_grad(): rows = torch.cat([model(input_ids=torch.tensor([t])).logits[0] for t in texts])
    open(f"{folder}/logits.txt", "w").write("\n".join(" ".join(repr(float(v)) for v in row) for row in rows) + "\n")


def old_spelling(folder):
    """As files of transformers 4 say it."""
    path = f"{folder}/config.json"
    config = json.load(open(path))
    r = config.pop("rope_parameters")
    config["rope_theta"] = r.pop("rope_theta")
    config["rope_scaling"] = None if r["rope_type"] == "default" else r
    config["torch_dtype"] = config.pop("dtype")
    json.dump(config, open(path, "w"), indent=2, sort_keys=True)


def published(folder):
    """As the published GPT-2: no prefix, the mask of every layer as a buffer."""
    path = f"{folder}/model.safetensors"
    w = {k.removeprefix("transformer."): v for k, v in load_file(path).items()}
    w |= {f"h.{k}.attn.bias": torch.ones(1, 1, 16, 16).tril() for k in range(2)}
    save_file(w, path, metadata={"format": "pt"})


def rope(kind, theta, **more): return dict(rope_type=kind, rope_theta=theta, **more)


shape = dict(vocab_size=20, hidden_size=12, intermediate_size=18, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=16, bos_token_id=1, eos_token_id=2)
gpt2 = dict(vocab_size=20, n_embd=12, n_layer=2, n_head=2, n_positions=16, bos_token_id=1, eos_token_id=2)
llama3 = dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)
folders = {"gpt2": (GPT2Config(**gpt2), None, ["c_attn"]), "gpt2_published": (GPT2Config(**gpt2), published, None),
           "llama": (LlamaConfig(**shape, head_dim=6, rope_parameters=rope("llama3", 500.0, **llama3)), None, ["q_proj", "v_proj"]),
           "llama_old": (LlamaConfig(**shape, head_dim=6, rope_parameters=rope("linear", 10000.0, factor=2.5)), old_spelling, None),
           "mistral": (MistralConfig(**shape, head_dim=6, sliding_window=3, rope_parameters=rope("default", 10000.0)), None, ["q_proj", "v_proj"]),
           "qwen2": (Qwen2Config(**{**shape, "num_attention_heads": 2}, tie_word_embeddings=True, use_sliding_window=False, rope_parameters=rope("default", 1e6)), None, ["q_proj", "v_proj"]),
           "qwen3": (Qwen3Config(**shape, head_dim=6, tie_word_embeddings=True, rope_parameters=rope("default", 1e6)), None, ["q_proj", "v_proj"])}

for seed, (name, (config, edit, targets)) in enumerate(folders.items()):
    torch.manual_seed(seed)
    base = AutoModelForCausalLM.from_config(config)
    noise(base.parameters(), 0.3)
    if name == "qwen2": base = base.bfloat16()  # a folder of two bytes a weight
    folder = f"{out}/{name}"
    shutil.rmtree(folder, ignore_errors=True)
    base.save_pretrained(folder, **({"max_shard_size": "3KB"} if name == "qwen3" else {}))
    os.remove(f"{folder}/generation_config.json")
    if edit: edit(folder)
    write_logits(opened(folder), folder)
    if not targets: continue
    adapter = f"{out}/{name}_lora"
    plain = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model = get_peft_model(plain, LoraConfig(task_type="CAUSAL_LM", r=2, lora_alpha=3, target_modules=targets, fan_in_fan_out="gpt2" in name))
    noise((p for p in model.parameters() if p.requires_grad), 0.3)
    shutil.rmtree(adapter, ignore_errors=True)
    model.save_pretrained(adapter)
    os.remove(f"{adapter}/README.md")
    said = json.loads(open(f"{adapter}/adapter_config.json").read().replace(folder, name))
    said["target_modules"].sort()  # a set: in an order of its own each time
    open(f"{adapter}/adapter_config.json", "w").write(json.dumps(said, indent=2, sort_keys=True) + "\n")
    write_logits(PeftModel.from_pretrained(opened(folder), adapter).double().eval(), adapter)
