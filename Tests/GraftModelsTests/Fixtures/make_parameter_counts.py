"""Writes parameter_counts.json: how many parameters torchvision's networks of images have with 1,000 classes.

    pip install torch torchvision && python make_parameter_counts.py
"""

import json
import pathlib

import torch
from torchvision import models

NAMES = [
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "wide_resnet50_2", "resnext50_32x4d",
    "vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn",
    "squeezenet1_0", "squeezenet1_1", "inception_v3", "vit_b_16", "vit_b_32", "vit_l_16",
]
builders = {name: getattr(models, name) for name in NAMES}
for width in [0.35, 0.5, 0.75, 1.0, 1.4]:
    builders[f"mobilenet_v2 {width}"] = lambda width=width: models.mobilenet_v2(width_mult=width)

with torch.device("meta"):
    counts = {name: sum(p.numel() for p in build().parameters()) for name, build in builders.items()}
pathlib.Path(__file__).with_name("parameter_counts.json").write_text(json.dumps(counts, indent=1) + "\n")
