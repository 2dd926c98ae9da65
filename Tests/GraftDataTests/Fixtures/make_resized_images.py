"""Writes resized_images.safetensors: an image of random bytes in several sizes, by Pillow.

    pip install "pillow>=13" numpy safetensors && python make_resized_images.py
"""

import pathlib

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

# Height and width: smaller, larger, each way differently, one axis alone, to a pixel, the same, and wider than the kernels
# take at a time.
SIZES = [(13, 17), (40, 55), (50, 9), (37, 20), (12, 53), (20, 80), (1, 1), (37, 53), (5, 150)]

image = np.random.default_rng(5).integers(0, 256, (37, 53, 3), dtype=np.uint8)
image[:12, :20] = 255
image[20:, 30:] = 0
planes = lambda pixels: np.ascontiguousarray(np.asarray(pixels).transpose(2, 0, 1))
tensors = {"image": planes(image)}
for height, width in SIZES:
    for filter in [Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC]:
        resized = Image.fromarray(image).resize((width, height), filter)
        tensors[f"{filter.name.lower()} {height}x{width}"] = planes(resized)
save_file(tensors, pathlib.Path(__file__).with_name("resized_images.safetensors"))
