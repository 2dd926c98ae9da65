"""Writes published_images.json: what torchvision's networks compute with published weights, in float64.

    pip install torch torchvision safetensors
    python make_published_images.py FOLDER

FOLDER holds squeezenet1_1/model.safetensors (1,000 classes of ImageNet) and mobilenet_v2_035/model.safetensors (no head).
"""

import json
import pathlib
import sys

import torch
import torchvision
from safetensors.torch import load_file

from image_fixtures import FOLDER, centred

SIDE = 129
weights = pathlib.Path(sys.argv[1])
squeezenet = torchvision.models.squeezenet1_1()
squeezenet.load_state_dict(load_file(weights / "squeezenet1_1/model.safetensors"))
mobilenet = torchvision.models.MobileNetV2(width_mult=0.35)
missing, unexpected = mobilenet.load_state_dict(load_file(weights / "mobilenet_v2_035/model.safetensors"), strict=False)
assert not unexpected and all(key.startswith("classifier.") for key in missing)
mobilenet.classifier = torch.nn.Identity()

images = centred("input", (1, 3, SIDE, SIDE), 12**0.5)
result = {"side": SIDE}
for name, model in {"squeezenet": squeezenet, "mobilenet": mobilenet}.items():
    model.eval()
    with torch.no_grad():
        rough = model.float()(images).double()[0]
        exact = model.double()(images.double())[0]
    result[name] = {
        "values": [float(f"{value:.9g}") for value in exact.tolist()],
        "float32_error": float((exact - rough).norm() / exact.norm()),
    }
(FOLDER / "published_images.json").write_text(json.dumps(result))
print({name: len(r["values"]) for name, r in result.items() if name != "side"})
