"""Writes warped_images.safetensors: an image of random bytes, warped with fixed parameters by torchvision's transforms of Pillow's images.

    pip install torchvision safetensors && python make_warped_images.py
"""

import pathlib

import numpy as np
from PIL import Image
from safetensors.numpy import save_file
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F

noise = np.random.default_rng(7).integers(0, 256, (41, 54, 3), dtype=np.uint8)
noise[:12, :20] = 255
noise[20:, 30:] = 0
image = Image.fromarray(noise)
square = image.crop((3, 2, 40, 39))
planes = lambda pixels: np.ascontiguousarray(np.asarray(pixels).transpose(2, 0, 1))
tensors = {"image": planes(image), "square": planes(square)}

# Whole pixels, and resizing.
tensors["horizontal flip"] = planes(F.hflip(image))
tensors["vertical flip"] = planes(F.vflip(image))
tensors["center crop"] = planes(F.center_crop(image, [28, 31]))
tensors["center crop beyond"] = planes(F.center_crop(image, [50, 31]))
tensors["crop"] = planes(F.crop(image, 5, 9, 20, 24))
tensors["pad"] = planes(F.pad(image, [2, 3, 4, 5], (9, 8, 7)))
for mode in ["edge", "reflect", "symmetric"]:
    tensors[f"pad {mode}"] = planes(F.pad(image, [2, 3, 4, 5], padding_mode=mode))
tensors["resize 23"] = planes(F.resize(image, 23))
for filter in [InterpolationMode.NEAREST, InterpolationMode.BILINEAR, InterpolationMode.BICUBIC]:
    tensors[f"resized crop {filter.value}"] = planes(F.resized_crop(image, 3, 7, 31, 22, [26, 29], filter))
tensors["turn 180"] = planes(F.rotate(image, 180))
tensors["turn 90"] = planes(F.rotate(square, 90))
tensors["turn 270 expand"] = planes(F.rotate(image, 270, expand=True))

# Places between pixels.
for filter in [InterpolationMode.NEAREST, InterpolationMode.BILINEAR, InterpolationMode.BICUBIC]:
    keep = lambda name, pixels: tensors.update({f"{name} {filter.value}": planes(pixels)})
    keep("rotate 30", F.rotate(image, 30, filter))
    keep("rotate -7.5", F.rotate(image, -7.5, filter, fill=(124, 116, 104)))
    keep("rotate 45 expand", F.rotate(image, 45, filter, expand=True, fill=128))
    keep("rotate 100 center", F.rotate(image, 100, filter, center=[10, 4]))
    keep("affine", F.affine(image, 20, [5, -3], 1.3, [8, -6], filter, [3, 2, 1]))
    keep("affine smaller", F.affine(image, -50, [0, 2], 0.6, [0, 0], filter))
    keep("scale", F.affine(image, 0, [0, 0], 0.73, [0, 0], filter))
    keep("shear", F.affine(image, 0, [0, 0], 1, [15, 0], filter, center=[0, 0]))
    start = [[0, 0], [53, 0], [53, 40], [0, 40]]
    keep("perspective", F.perspective(image, start, [[6, 3], [49, 8], [44, 36], [2, 39]], filter))
    keep("perspective enlarged", F.perspective(image, start, [[-9, -5], [60, 2], [50, 55], [4, 44]], filter, 77))
save_file(tensors, pathlib.Path(__file__).with_name("warped_images.safetensors"))
