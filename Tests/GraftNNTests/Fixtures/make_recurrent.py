"""Writes recurrent.safetensors: what PyTorch's LSTM and GRU compute, and the gradients of a weighted sum of all results.

    pip install torch safetensors && python make_recurrent.py

Computed in double precision and rounded once. Names: case|kind, with the parameters under PyTorch's names.
"""

import torch
from safetensors.torch import save_file

COUNT, LENGTH, INPUTS, WIDTH = 3, 5, 4, 6
CASES = {
    "lstm": dict(kind=torch.nn.LSTM),
    "lstm_deep": dict(kind=torch.nn.LSTM, num_layers=2, bidirectional=True, lengths=[5, 3, 1]),
    "lstm_plain": dict(kind=torch.nn.LSTM, bias=False, lengths=[2, 5, 4]),
    "gru": dict(kind=torch.nn.GRU),
    "gru_deep": dict(kind=torch.nn.GRU, num_layers=2, bidirectional=True, lengths=[5, 3, 1]),
    "gru_plain": dict(kind=torch.nn.GRU, bias=False, lengths=[2, 5, 4]),
}
torch.manual_seed(1)
torch.set_default_dtype(torch.float64)
tensors = {}
for name, options in CASES.items():
    kind, lengths = options.pop("kind"), options.pop("lengths", None)
    module = kind(INPUTS, WIDTH, batch_first=True, **options)
    for parameter in module.parameters():
        parameter.data.copy_(torch.randn(parameter.shape) * 0.6)
    state_shape = (options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1), COUNT, WIDTH)
    leaves = {"input": torch.randn(COUNT, LENGTH, INPUTS), "h0": torch.randn(state_shape), "c0": torch.randn(state_shape)}
    for leaf in leaves.values():
        leaf.requires_grad_()
    state = (leaves["h0"], leaves["c0"]) if kind is torch.nn.LSTM else leaves["h0"]
    if lengths:
        packed = torch.nn.utils.rnn.pack_padded_sequence(leaves["input"], lengths, batch_first=True, enforce_sorted=False)
        packed, last = module(packed, state)
        output, _ = torch.nn.utils.rnn.pad_packed_sequence(packed, batch_first=True, total_length=LENGTH)
    else:
        output, last = module(leaves["input"], state)
    last = last if kind is torch.nn.LSTM else (last,)
    results = {"output": output, "h": last[0]} | ({"c": last[1]} if len(last) > 1 else {})
    total = 0
    for result_name, result in results.items():
        weight = torch.randn(result.shape)
        tensors[f"{name}|factor|{result_name}"] = weight
        tensors[f"{name}|{result_name}"] = result
        total = total + (weight * result).sum()
    total.backward()
    for path, parameter in module.named_parameters():
        tensors[f"{name}|weights|{path}"] = parameter
        tensors[f"{name}|gradient|{path}"] = parameter.grad
    for leaf_name, leaf in leaves.items():
        if leaf.grad is not None:
            tensors[f"{name}|{leaf_name}"] = leaf
            tensors[f"{name}|leaf|{leaf_name}"] = leaf.grad
save_file({name: tensor.detach().float().contiguous() for name, tensor in tensors.items()}, "recurrent.safetensors")
