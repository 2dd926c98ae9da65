"""Writes layers.safetensors: what PyTorch computes for each layer, in double precision.

For each case: the layer's state (`CASE|state|KEY`), an input, the output, a gradient of the output ("upstream"), and with it the
gradients of the input and of each parameter. Layers in training mode get a second input afterwards, and the state that
they then have is `CASE|after|KEY`.

    python make_layers.py
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(20)
tensors = {}


def store(name, tensor):
    tensor = tensor.detach().clone()
    tensors[name] = tensor if tensor.dtype == torch.int64 else tensor.to(torch.float32).contiguous()


def rounded(tensor):
    """The nearest single-precision values, so that both sides start from the same numbers."""
    return tensor.to(torch.float32).to(torch.float64)


def case(name, module, shape, training=False, ties=False):
    module = module.double()
    with torch.no_grad():
        for key, value in module.state_dict().items():
            if value.dtype != torch.float64:
                continue
            if key.endswith("running_var") or key.endswith("weight") and value.dim() == 1:
                value.copy_(rounded(torch.rand_like(value) + 0.5))
            else:
                value.copy_(rounded(torch.randn_like(value) * 0.5))
    module.train(training)
    for key, value in module.state_dict().items():
        store(f"{name}|state|{key}", value)
    x = rounded(torch.randn(shape, dtype=torch.float64) * 2)
    if ties:
        x = x.round()
    x.requires_grad_()
    y = module(x)
    upstream = rounded(torch.randn_like(y))
    y.backward(upstream)
    store(f"{name}|input", x)
    store(f"{name}|output", y)
    store(f"{name}|upstream", upstream)
    store(f"{name}|input_gradient", x.grad)
    for key, parameter in module.named_parameters():
        store(f"{name}|gradient|{key}", parameter.grad)
    if training:
        second = rounded(torch.randn(shape, dtype=torch.float64) + 1)
        module(second)
        store(f"{name}|second_input", second)
        for key, value in module.state_dict().items():
            store(f"{name}|after|{key}", value)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 4), nn.Tanh())
        self.shortcut = nn.Linear(6, 4, bias=False)

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


class ConcatPool(nn.Module):
    def forward(self, x):
        largest = nn.functional.adaptive_max_pool2d(x, 1)
        mean = nn.functional.adaptive_avg_pool2d(x, 1)
        return torch.cat([largest, mean], 1).flatten(1)


def network():
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, 1),
        nn.Flatten(),
        nn.Linear(4 * 4 * 3, 5),
    )


case("linear", nn.Linear(7, 5), (3, 7))
case("linear_no_bias", nn.Linear(7, 5, bias=False), (3, 7))
case("linear_sequence", nn.Linear(7, 5), (2, 3, 7))
case("linear_vector", nn.Linear(7, 5), (7,))
case("conv2d", nn.Conv2d(3, 4, 3, stride=2, padding=1), (2, 3, 7, 5))
case("conv2d_1x1", nn.Conv2d(5, 4, 1, bias=False), (2, 5, 3, 7))
case("conv2d_1x7", nn.Conv2d(3, 4, (1, 7), padding=(0, 3)), (1, 3, 5, 6))
case("conv2d_groups", nn.Conv2d(4, 6, 3, padding=2, dilation=2, groups=2, bias=False), (2, 4, 7, 6))
case("conv2d_depthwise", nn.Conv2d(4, 4, 3, groups=4), (2, 4, 6, 5))
case("conv1d", nn.Conv1d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2), (2, 4, 9))
case(
    "conv_transpose2d",
    nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2),
    (2, 4, 3, 5),
)
case("batch_norm2d", nn.BatchNorm2d(3), (4, 3, 5, 3), training=True)
case("batch_norm2d_inference", nn.BatchNorm2d(3), (4, 3, 5, 3))
case("batch_norm2d_eps", nn.BatchNorm2d(3, eps=1e-3, momentum=0.3), (3, 3, 2, 3), training=True)
case("batch_norm2d_plain", nn.BatchNorm2d(3, affine=False), (3, 3, 2, 3), training=True)
case("batch_norm1d", nn.BatchNorm1d(5), (4, 5), training=True)
case("batch_norm1d_sequence", nn.BatchNorm1d(5), (3, 5, 7), training=True)
case("batch_norm1d_cumulative", nn.BatchNorm1d(5, momentum=None), (4, 5), training=True)
case("layer_norm", nn.LayerNorm(7), (2, 3, 7))
case("layer_norm_axes", nn.LayerNorm((3, 7), eps=1e-3), (2, 3, 7))
case("layer_norm_plain", nn.LayerNorm(7, elementwise_affine=False), (5, 7))
case("group_norm", nn.GroupNorm(2, 6), (2, 6, 3, 5))
case("group_norm_vector", nn.GroupNorm(2, 6), (4, 6))
case("max_pool2d", nn.MaxPool2d(3, 2, 1), (2, 3, 7, 6), ties=True)
case("max_pool2d_default", nn.MaxPool2d(2), (2, 3, 7, 6))
case("max_pool2d_ceil", nn.MaxPool2d(3, 2, 1, ceil_mode=True), (2, 3, 6, 8), ties=True)
case("average_pool2d", nn.AvgPool2d(3, 2, 1), (2, 3, 7, 6))
case("average_pool2d_uncounted", nn.AvgPool2d(3, 2, 1, count_include_pad=False), (2, 3, 7, 6))
case("average_pool2d_ceil", nn.AvgPool2d(3, 2, 1, ceil_mode=True), (2, 3, 6, 8))
case("adaptive_average_pool2d", nn.AdaptiveAvgPool2d((3, 2)), (2, 3, 7, 5))
case("adaptive_average_pool2d_larger", nn.AdaptiveAvgPool2d((4, 7)), (2, 3, 3, 5))
case("adaptive_max_pool2d", nn.AdaptiveMaxPool2d((3, 2)), (2, 3, 7, 5), ties=True)
case("global_average_pool2d", nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), (2, 3, 5, 7))
case("global_max_pool2d", nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten()), (2, 3, 5, 7), ties=True)
case("concat_pool2d", ConcatPool(), (2, 3, 5, 7), ties=True)
case("relu", nn.ReLU(), (3, 11))
case("leaky_relu", nn.LeakyReLU(0.2), (3, 11))
case("gelu", nn.GELU(), (3, 11))
case("gelu_tanh", nn.GELU("tanh"), (3, 11))
case("silu", nn.SiLU(), (3, 11))
case("tanh", nn.Tanh(), (3, 11))
case("sigmoid", nn.Sigmoid(), (3, 11))
case("softplus", nn.Softplus(), (3, 11))
case("softmax", nn.Softmax(-1), (3, 11))
case("softmax_axis", nn.Softmax(1), (2, 5, 3))
case("log_softmax", nn.LogSoftmax(-1), (3, 11))
case("flatten", nn.Flatten(), (2, 3, 5))
case("residual", Residual(), (3, 6))
case("network", network(), (3, 3, 7, 5), training=True)

# A table that looks up rows, one of them padding.
table = nn.Embedding(9, 4, padding_idx=2).double()
with torch.no_grad():
    table.weight.copy_(rounded(torch.randn(9, 4, dtype=torch.float64)))
indices = torch.tensor([[3, 2, 8], [0, 3, 3]])
vectors = table(indices)
upstream = rounded(torch.randn_like(vectors))
vectors.backward(upstream)
store("embedding|state|weight", table.weight)
store("embedding|indices", indices)
store("embedding|output", vectors)
store("embedding|upstream", upstream)
store("embedding|gradient|weight", table.weight.grad)

save_file(tensors, pathlib.Path(__file__).with_name("layers.safetensors"))
