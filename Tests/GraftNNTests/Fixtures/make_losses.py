"""Writes losses.safetensors: what PyTorch computes for each loss, in double precision.

For each case: the loss's inputs, its value under the reductions mean, sum and none, and the gradient of the mean by the
first input.

    python make_losses.py
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

torch.manual_seed(21)
tensors = {}


def store(name, tensor):
    tensor = tensor.detach().clone()
    tensors[name] = tensor if tensor.dtype == torch.int64 else tensor.to(torch.float32).contiguous()


def rounded(tensor):
    return tensor.to(torch.float32).to(torch.float64)


def case(name, loss, x, mean="mean", **inputs):
    x = rounded(x.double()).requires_grad_()
    value = loss(x, mean)
    (gradient,) = torch.autograd.grad(value, x)
    store(f"{name}|input", x)
    store(f"{name}|mean", value)
    store(f"{name}|gradient", gradient)
    store(f"{name}|sum", loss(x, "sum"))
    store(f"{name}|none", loss(x, "none"))
    for key, tensor in inputs.items():
        store(f"{name}|{key}", tensor)


logits = torch.randn(7, 5) * 3
labels = torch.tensor([0, 4, 2, 2, 1, 3, 0])
holes = torch.tensor([0, -100, 2, 2, -100, 3, 0])
weights = rounded(torch.rand(5).double() + 0.5)
soft = rounded(torch.softmax(torch.randn(7, 5).double(), 1))


def cross_entropy(target, **options):
    return lambda x, reduction: F.cross_entropy(x, target, reduction=reduction, **options)


case("cross_entropy", cross_entropy(labels), logits, labels=labels)
case("cross_entropy_weighted", cross_entropy(labels, weight=weights), logits, labels=labels, weights=weights)
case("cross_entropy_smoothed", cross_entropy(labels, label_smoothing=0.1), logits, labels=labels)
case("cross_entropy_ignoring", cross_entropy(holes), logits, labels=holes)
case(
    "cross_entropy_everything",
    cross_entropy(holes, weight=weights, label_smoothing=0.2),
    logits,
    labels=holes,
    weights=weights,
)
case("cross_entropy_extreme", cross_entropy(labels), logits * 200, labels=labels)
case("cross_entropy_soft", cross_entropy(soft), logits, targets=soft)
case(
    "cross_entropy_soft_everything",
    cross_entropy(soft, weight=weights, label_smoothing=0.2),
    logits,
    targets=soft,
    weights=weights,
)
sequence = torch.randn(2, 3, 5)
case(
    "cross_entropy_sequence",
    lambda x, reduction: F.cross_entropy(x.transpose(1, 2), labels[:6].reshape(2, 3), reduction=reduction),
    sequence,
    labels=labels[:6].reshape(2, 3),
)

targets = rounded(torch.rand(4, 3).double())
positive = rounded(torch.rand(3).double() * 4 + 0.2)
scores = torch.randn(4, 3) * 20
case(
    "binary",
    lambda x, reduction: F.binary_cross_entropy_with_logits(x, targets, reduction=reduction),
    scores,
    targets=targets,
)
case(
    "binary_weighted",
    lambda x, reduction: F.binary_cross_entropy_with_logits(x, targets, pos_weight=positive, reduction=reduction),
    scores,
    targets=targets,
    weights=positive,
)

truth = rounded(torch.randn(4, 3).double())
guess = torch.randn(4, 3) * 2
case("squared", lambda x, reduction: F.mse_loss(x, truth, reduction=reduction), guess, targets=truth)
case("absolute", lambda x, reduction: F.l1_loss(x, truth, reduction=reduction), guess, targets=truth)
case("huber", lambda x, reduction: F.huber_loss(x, truth, delta=0.7, reduction=reduction), guess, targets=truth)

zeros = soft.clone()
zeros[2, 3] = 0


def divergence(x, reduction):
    if reduction == "none":
        return F.kl_div(F.log_softmax(x, 1), zeros, reduction="none").sum(1)
    return F.kl_div(F.log_softmax(x, 1), zeros, reduction="batchmean" if reduction == "mean" else "sum")


case("divergence", divergence, logits, targets=zeros)


def focal(gamma, weight):
    def loss(x, reduction):
        log_p = F.log_softmax(x, 1).gather(1, labels[:, None])[:, 0]
        each = -weight[labels] * (1 - log_p.exp()) ** gamma * log_p
        return {"mean": each.mean(), "sum": each.sum(), "none": each}[reduction]

    return loss


case("focal", focal(2.0, torch.ones(5).double()), logits, labels=labels)
case("focal_weighted", focal(0.5, weights), logits, labels=labels, weights=weights)

save_file(tensors, pathlib.Path(__file__).with_name("losses.safetensors"))
