"""BERT, DistilBERT and GPT-2 against the transformers package."""

import torch
import transformers
from torch import nn

from .comparison import Case
from .weights import randomize

CLASSES = 5
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


def bert(width, layers, heads, inner):
    return lambda: transformers.BertConfig(
        hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=inner, num_labels=CLASSES,
        hidden_dropout_prob=0, attention_probs_dropout_prob=0)


def distilbert():
    return transformers.DistilBertConfig(num_labels=CLASSES, dropout=0, attention_dropout=0, seq_classif_dropout=0)


def gpt2(width, layers, heads):
    return lambda: transformers.GPT2Config(
        n_embd=width, n_layer=layers, n_head=heads, num_labels=CLASSES, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, pad_token_id=PADDING)


PADDING = 50256
BERTS = {
    "BERT base": bert(768, 12, 12, 3072),
    "BERT large": bert(1024, 24, 16, 4096),
    "MiniLM": bert(384, 6, 12, 1536),
    "DistilBERT": distilbert,
}
GPT2S = {"GPT-2 small": gpt2(768, 12, 12), "GPT-2 medium": gpt2(1024, 24, 16)}
BERT_HEADS = {
    "classifier": (transformers.BertForSequenceClassification, transformers.DistilBertForSequenceClassification),
    "tokens": (transformers.BertForTokenClassification, transformers.DistilBertForTokenClassification),
    "masked": (transformers.BertForMaskedLM, transformers.DistilBertForMaskedLM),
    "sentences": (transformers.BertModel, transformers.DistilBertModel),
}
GPT2_HEADS = {"language": transformers.GPT2LMHeadModel, "classifier": transformers.GPT2ForSequenceClassification}


def cases():
    for name, configuration in BERTS.items():
        for head, kinds in BERT_HEADS.items():
            kind = kinds[1] if name == "DistilBERT" else kinds[0]
            types = 1 if name == "DistilBERT" else 2
            batches = token_batches(30522, types, head, padding=0)
            yield case(f"{name}, {head}", f"bert {head}", kind, configuration, batches, name == "MiniLM" or name == "DistilBERT")
    for name, configuration in GPT2S.items():
        for head, kind in GPT2_HEADS.items():
            batches = token_batches(50256, 1, head, padding=PADDING)
            yield case(f"{name}, {head}", f"gpt2 {head}", kind, configuration, batches, name == "GPT-2 small")


def case(name, model, kind, configuration, batches, has_gradients):
    def make():
        torch.manual_seed(1)
        module = kind._from_config(configuration(), attn_implementation="eager")
        randomize(module, seed=2)
        return module

    def write(module, folder):
        module.save_pretrained(folder / "model")
        return {"pretrained": str(folder / "model")}

    def read(folder):
        module, information = kind.from_pretrained(folder, attn_implementation="eager", output_loading_info=True)
        unused = [key for key in information["missing_keys"] if "pooler" not in key]
        if unused or information["unexpected_keys"]:
            raise RuntimeError(f"{name}: from_pretrained missed {unused} and did not expect {information['unexpected_keys']}")
        return module

    is_large = "large" in name or "medium" in name
    return Case(
        name=name, request={"model": model}, make=make, batches=batches, forward=forward, write=write, read=read, shown=shown,
        gradient_batch="long" if has_gradients and "sentences" not in name else None, saves=not is_large)


def token_batches(vocabulary, types, head, padding):
    """Short texts of one length, and long ones with padding."""
    generator = torch.Generator().manual_seed(3)

    def batch(lengths):
        count, length = len(lengths), max(lengths)
        mask = torch.arange(length)[None] < torch.tensor(lengths)[:, None]
        ids = torch.randint(0, vocabulary, (count, length), generator=generator, dtype=torch.int32)
        kinds = torch.randint(0, types, (count, length), generator=generator, dtype=torch.int32)
        shape, classes = ((count,), CLASSES) if head == "classifier" else ((count, length), CLASSES if head == "tokens" else vocabulary)
        labels = torch.randint(0, classes, shape, generator=generator, dtype=torch.int32)
        if head != "classifier":
            labels = labels.masked_fill(~mask, -100)
        parts = {"ids": ids.masked_fill(~mask, padding), "labels": labels, "types": kinds.masked_fill(~mask, 0)}
        return parts if mask.all() else {**parts, "mask": mask.to(torch.uint8)}

    return {"short": batch([16, 16]), "long": batch([128, 77, 1])}


def forward(module, batch):
    mask = batch.get("mask", torch.ones_like(batch["ids"])).long()
    arguments = {"input_ids": batch["ids"].long(), "attention_mask": mask}
    if module.config.model_type == "bert":
        arguments["token_type_ids"] = batch["types"].long()
    if module.config.model_type == "gpt2":
        arguments["use_cache"] = False
    output = module(**arguments)
    if hasattr(output, "logits"):
        return output.logits
    # A sentence's vector: the mean over its tokens, divided by its length.
    weights = mask[:, :, None].to(output.last_hidden_state.dtype)
    return nn.functional.normalize((output.last_hidden_state * weights).sum(1) / weights.sum(1))


def shown(batch, output):
    return batch["mask"][:, :, None] if "mask" in batch and output.dim() == 3 else None
