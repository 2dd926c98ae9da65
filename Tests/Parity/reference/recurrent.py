"""LSTM and GRU against torch.nn."""

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from .comparison import Case

INPUTS, WIDTH = 400, 512


def cases():
    for name, kind in (("LSTM", nn.LSTM), ("GRU", nn.GRU)):
        for layers, both in ((1, False), (3, False), (2, True)):
            yield case(f"{name}, {layers} layer{'s' if layers > 1 else ''}{', both ways' if both else ''}", name.lower(), kind, layers, both)


def case(name, model, kind, layers, both):
    def make():
        torch.manual_seed(1)
        return kind(INPUTS, WIDTH, num_layers=layers, bidirectional=both, batch_first=True)

    def write(module, folder):
        save_file(module.state_dict(), folder / "model.safetensors")
        return {"weights": str(folder / "model.safetensors")}

    def read(folder):
        module = kind(INPUTS, WIDTH, num_layers=layers, bidirectional=both, batch_first=True)
        module.load_state_dict(load_file(folder / "model.safetensors"), strict=True)
        return module

    sizes = {"inputs": INPUTS, "width": WIDTH, "layers": layers, "isBidirectional": both}
    return Case(
        name=name, request={"model": model, "sizes": sizes}, make=make, batches=batches(), forward=forward, write=write, read=read,
        shown=shown, gradient_batch="long" if layers > 1 else None)


def batches():
    generator = torch.Generator().manual_seed(3)

    def batch(lengths):
        count, length = len(lengths), max(lengths)
        images = torch.randn((count, length, INPUTS), generator=generator)
        labels = torch.randint(0, WIDTH, (count, length), generator=generator, dtype=torch.int32)
        hidden = torch.arange(length)[None] >= torch.tensor(lengths)[:, None]
        parts = {"images": images, "labels": labels.masked_fill(hidden, -100)}
        return parts if len(set(lengths)) == 1 else {**parts, "lengths": torch.tensor(lengths, dtype=torch.int32)}

    return {"short": batch([20, 20]), "long": batch([70, 41, 1])}


def forward(module, batch):
    if "lengths" not in batch:
        return module(batch["images"])[0]
    packed = pack_padded_sequence(batch["images"], batch["lengths"].long(), batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(module(packed)[0], batch_first=True)[0]


def shown(batch, output):
    if "lengths" not in batch:
        return None
    return (torch.arange(output.shape[1])[None] < batch["lengths"][:, None])[:, :, None]
