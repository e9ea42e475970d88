"""Stands in for llama.cpp's `convert_hf_to_gguf.py`: the same arguments, a true GGUF file.

It knows one architecture (Llama, fp32, byte-level vocabulary) and notes what it was called with.
Beside it, a file `fault` makes it do one thing wrong.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import gguf
from safetensors.numpy import load_file

HERE = Path(__file__).parent
NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm",
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--outfile", required=True)
    parser.add_argument("--outtype", choices=["f32", "f16", "bf16", "q8_0"], required=True)
    parser.add_argument("--model-name")
    asked = parser.parse_args()
    offline = os.environ.get("HF_HUB_OFFLINE")
    with (HERE / "called.jsonl").open("a") as file:
        file.write(json.dumps({**vars(asked), "offline": offline}) + "\n")
    path = HERE / "fault"
    fault = path.read_text() if path.exists() else ""
    if fault == "fails":
        sys.exit("ModuleNotFoundError: No module named 'sentencepiece'")
    if fault == "silent":
        return
    if fault == "garbage":
        Path(asked.outfile).write_bytes(b"<html>")
        return
    write(Path(asked.model), Path(asked.outfile), fault)


def write(model, outfile, fault):
    config = json.loads((model / "config.json").read_text())
    vocabulary = json.loads((model / "tokenizer.json").read_text())["model"]["vocab"]
    architecture = "nothing" if fault == "architecture" else "llama"
    writer = gguf.GGUFWriter(outfile, architecture)
    heads, kv = config["num_attention_heads"], config["num_key_value_heads"]
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_rope_dimension_count(config["hidden_size"] // heads)
    writer.add_vocab_size(config["vocab_size"])
    tokens = sorted(vocabulary, key=vocabulary.get)
    if fault == "tokens":
        a, b = tokens.index("e"), tokens.index("t")
        tokens[a], tokens[b] = tokens[b], tokens[a]
    if fault == "merges":
        tokens[-1] = "op"  # in no prompt until it is merged
        writer.add_token_merges(["o p"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if t.startswith("<|") else 1 for t in tokens])
    if fault != "scores":  # they stand in place of merges, of which there are none
        writer.add_token_scores([0.0] * len(tokens))
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_pad_token_id(1)
    for name, weight in load_file(model / "model.safetensors").items():
        if name.endswith("q_proj.weight"):
            weight = permuted(weight, heads)
        if name.endswith("k_proj.weight"):
            weight = permuted(weight, kv)
        if fault == "shapes" and "norm" in name:
            weight = weight[:-1]
        if fault == "weights" and "mlp" in name:
            weight = weight * 1.5
        writer.add_tensor(renamed(name), weight)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def renamed(name):
    stem = name.removesuffix(".weight")
    if stem.startswith("model.layers."):
        _, _, number, rest = stem.split(".", 3)
        return f"blk.{number}.{NAMES[rest]}.weight"
    return f"{NAMES[stem]}.weight"


def permuted(weight, heads):
    """GGUF's order of rotated halves."""
    rows = weight.reshape(heads, 2, weight.shape[0] // heads // 2, -1)
    return rows.swapaxes(1, 2).reshape(weight.shape)


if __name__ == "__main__":
    main()
