"""Writes timm_vgg_keys.json: the names of the tensors in timm's VGG files.

    pip install timm && python make_timm_vgg_keys.py
"""

import json
import pathlib

import timm
import torch

with torch.device("meta"):
    keys = {name: list(timm.create_model(name).state_dict()) for name in ["vgg11", "vgg16_bn"]}
pathlib.Path(__file__).with_name("timm_vgg_keys.json").write_text(json.dumps(keys, indent=0) + "\n")
