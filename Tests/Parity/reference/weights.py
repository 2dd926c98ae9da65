"""Random weights that are not the easy ones a fresh network has."""

import torch
from torch import nn
from transformers.pytorch_utils import Conv1D

# The last norm of each residual block, by the kind of block. Trained networks have small scales there; large ones multiply
# roundings from block to block until nothing can be compared.
LAST_NORMS = {"BasicBlock": "bn2", "Bottleneck": "bn3", "Block": "bn2"}
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm)


def randomize(module, seed):
    """Scales, shifts and biases away from 1 and 0, and wider matrices where transformers begin with narrow ones."""
    generator = torch.Generator().manual_seed(seed)

    def normal(shape, deviation):
        return torch.randn(shape, generator=generator) * deviation

    with torch.no_grad():
        for part in module.modules():
            if isinstance(part, NORMS):
                part.weight.copy_(0.5 + torch.rand(part.weight.shape, generator=generator))
                part.bias.copy_(normal(part.bias.shape, 0.1))
            elif isinstance(part, (nn.Linear, nn.Conv2d, Conv1D)):
                if not part.weight.any():
                    # A head that begins with zeros would ignore its input.
                    part.weight.copy_(normal(part.weight.shape, 0.05))
                elif isinstance(part, Conv1D) or part.weight.std() < 0.025:
                    part.weight.mul_(2)
                if part.bias is not None:
                    part.bias.copy_(normal(part.bias.shape, 0.05))
        for part in module.modules():
            # timm calls a transformer's layer a block too.
            last = getattr(part, LAST_NORMS.get(type(part).__name__, ""), None)
            if last is not None:
                last.weight.mul_(0.3)


def settle(module, images, seed):
    """Statistics of batch norm as images leave them, and then off by up to a fifth, so that none is what a fresh one would be."""
    generator = torch.Generator().manual_seed(seed)
    norms = [part for part in module.modules() if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d))]
    if not norms:
        return
    momenta = [part.momentum for part in norms]
    for part in norms:
        part.momentum = 1
    module.train()
    with torch.no_grad():
        module(images)
    module.eval()
    for part, momentum in zip(norms, momenta):
        part.momentum = momentum
        part.running_var.mul_(0.8 + 0.4 * torch.rand(part.running_var.shape, generator=generator))
        part.running_mean.add_(0.1 * torch.randn(part.running_mean.shape, generator=generator) * part.running_var.sqrt())
        part.num_batches_tracked.fill_(1234)


def without_dropout(module):
    for part in module.modules():
        if isinstance(part, (nn.Dropout, nn.Dropout2d)):
            part.p = 0
    return module
