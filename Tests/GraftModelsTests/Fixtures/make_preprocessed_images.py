"""Writes preprocessed_images.safetensors: images of random bytes, and what torchvision's preprocessing makes of them.

    pip install torch torchvision pillow safetensors && python make_preprocessed_images.py
"""

import pathlib

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torchvision.transforms._presets import ImageClassification

# Height and width of the image; sides after resizing and cropping. Differences of both parities, an image that grows, a square.
CASES = {
    "wide": ((41, 67), 24, 21), "tall": ((67, 41), 24, 20), "small": ((11, 14), 20, 17), "square": ((30, 30), 20, 20),
    "odd": ((50, 73), 22, 15),
}

generator = np.random.default_rng(6)
tensors = {}
for name, ((height, width), short, crop) in CASES.items():
    image = generator.integers(0, 256, (height, width, 3), dtype=np.uint8)
    prepare = ImageClassification(crop_size=crop, resize_size=short)
    tensors[f"{name}.image"] = torch.from_numpy(image).permute(2, 0, 1).contiguous()
    tensors[f"{name}.sides"] = torch.tensor([short, crop], dtype=torch.int32)
    tensors[f"{name}.prepared"] = prepare(Image.fromarray(image)).contiguous()
save_file(tensors, pathlib.Path(__file__).with_name("preprocessed_images.safetensors"))
