"""Writes text/*: small models of text as the transformers package saves them, and what it computes with them.

    pip install torch transformers safetensors
    python make_text_models.py

Each folder holds config.json and model.safetensors, as save_pretrained leaves them, and expected.safetensors: two batches of tokens,
one with padding, the outputs for them, and for two models the gradients of a loss. Outputs and gradients are computed in double
precision and rounded once.
"""

import json
import os
import shutil

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from safetensors.torch import save_file
from transformers import (
    BertConfig, BertForMaskedLM, BertForSequenceClassification, BertForTokenClassification, BertModel, DistilBertConfig,
    DistilBertForMaskedLM, DistilBertForSequenceClassification, GPT2Config, GPT2ForSequenceClassification, GPT2LMHeadModel,
    TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper)

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "text")
VOCABULARY, POSITIONS, WIDTH, HEADS, INNER, LAYERS = 40, 16, 12, 3, 20, 2


def batches(padding):
    """Two batches, short and as long as the positions allow; the second with padding at the end of two texts."""
    generator = torch.Generator().manual_seed(3)
    result = {}
    for name, (count, length, lengths) in {"a": (2, 7, [7, 7]), "b": (3, POSITIONS, [16, 9, 1])}.items():
        ids = torch.randint(1, VOCABULARY - 1, (count, length), generator=generator)
        mask = torch.arange(length)[None, :] < torch.tensor(lengths)[:, None]
        types = (torch.arange(length)[None, :] >= 4).long().expand(count, length) * mask
        result[name] = dict(ids=torch.where(mask, ids, padding), mask=mask, types=types.contiguous())
    return result


def shaken(model):
    """The model with every parameter random, norms and biases too, so that nothing is hidden by zeros and ones."""
    generator = torch.Generator().manual_seed(11)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            is_scale = "norm" in name.lower() or ".ln_" in name
            parameter.copy_(1 + 0.2 * noise if is_scale and name.endswith("weight") else 0.3 * noise)
    return model.eval()


def write(name, model, padding=0, types=True, output="logits", gradients=False, old_names=False):
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    shaken(model).save_pretrained(folder)
    for file in os.listdir(folder):
        if file not in ("config.json", "model.safetensors"):
            os.remove(os.path.join(folder, file))
    model.double()
    tensors = {}
    for key, batch in batches(padding).items():
        arguments = dict(input_ids=batch["ids"], attention_mask=batch["mask"].long())
        if types:
            arguments["token_type_ids"] = batch["types"]
        result = model(**arguments)
        result = getattr(result, output)
        tensors[f"{key}.ids"] = batch["ids"].int()
        tensors[f"{key}.types"] = batch["types"].int()
        tensors[f"{key}.mask"] = batch["mask"].to(torch.uint8)
        tensors[f"{key}.output"] = result.detach().float()
        if gradients and key == "b":
            model.zero_grad()
            shown = result[batch["mask"]] if result.dim() == 3 else result
            labels = torch.arange(len(shown)) % shown.shape[-1]
            loss = torch.nn.functional.cross_entropy(shown, labels)
            loss.backward()
            tensors["loss"] = loss.detach().float()
            for path, parameter in model.named_parameters():
                tensors["gradient." + path] = parameter.grad.float().contiguous()
    save_file(tensors, os.path.join(folder, "expected.safetensors"))


def main():
    bert = dict(
        vocab_size=VOCABULARY, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS, intermediate_size=INNER,
        max_position_embeddings=POSITIONS)
    labels = {0: "bad", 1: "fair", 2: "good"}
    write("bert-classifier", BertForSequenceClassification(BertConfig(**bert, id2label=labels)), gradients=True)
    write("bert-tokens", BertForTokenClassification(BertConfig(**bert, num_labels=5)))
    write("bert-masked", BertForMaskedLM(BertConfig(**bert)))
    write("bert-base", BertModel(BertConfig(**bert)), output="last_hidden_state")
    distil = dict(
        vocab_size=VOCABULARY, dim=WIDTH, n_layers=LAYERS, n_heads=HEADS, hidden_dim=INNER, max_position_embeddings=POSITIONS)
    write("distilbert-classifier", DistilBertForSequenceClassification(DistilBertConfig(**distil, num_labels=3)), types=False)
    write("distilbert-masked", DistilBertForMaskedLM(DistilBertConfig(**distil)), types=False)
    gpt = dict(vocab_size=VOCABULARY, n_positions=POSITIONS, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, n_inner=INNER,
               bos_token_id=VOCABULARY - 1, eos_token_id=VOCABULARY - 1, pad_token_id=VOCABULARY - 1)
    language_model = GPT2LMHeadModel(GPT2Config(**gpt))
    write("gpt2-language", language_model, padding=VOCABULARY - 1, types=False, gradients=True)
    write("gpt2-classifier", GPT2ForSequenceClassification(GPT2Config(**gpt, num_labels=3)), padding=VOCABULARY - 1, types=False)

    prompt = torch.tensor([[5, 17, 3, 9]])
    generated = language_model.generate(
        prompt, attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=10, eos_token_id=None)
    scores = torch.randn(1, 12, generator=torch.Generator().manual_seed(5)) * 2
    limits = []
    for temperature, k, p in [(1.0, 4, None), (0.7, None, 0.8), (1.5, 6, 0.6), (1.0, None, 0.01), (2.0, 50, 1.0)]:
        warped = TemperatureLogitsWarper(temperature)(None, scores)
        if k is not None:
            warped = TopKLogitsWarper(min(k, scores.shape[1]))(None, warped)
        if p is not None and p < 1:
            warped = TopPLogitsWarper(p)(None, warped)
        limits.append(dict(temperature=temperature, topK=k, topP=p, probabilities=warped.softmax(-1)[0].tolist()))
    with open(os.path.join(HERE, "generation.json"), "w") as file:
        json.dump(dict(prompt=prompt[0].tolist(), greedy=generated[0, prompt.shape[1]:].tolist(), scores=scores[0].tolist(),
                       limits=limits), file)


main()
