"""Writes augmented_images.safetensors: images of random bytes after operations of Pillow and torchvision with fixed parameters.

    pip install torchvision pillow numpy safetensors && python make_augmented_images.py

Keys are "operation parameters image". The strengths of torchvision's policies are under "policy operation", with
"signed" where torchvision draws a sign.
"""

import itertools
import pathlib

import numpy as np
import torch
from PIL import Image
from safetensors.numpy import save_file
from torchvision.transforms import AugMix, InterpolationMode, RandAugment, TrivialAugmentWide
from torchvision.transforms import functional as F
from torchvision.transforms.autoaugment import _apply_op

HEIGHT, WIDTH = 29, 37

random = np.random.default_rng(7)
color = random.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
color[:6, :9] = 255
color[20:, 30:] = 0
color[10:16, 4:20] = random.integers(0, 4, (6, 16, 3), dtype=np.uint8) * 85
# Few dark levels, of which the autocontrast makes something.
dim = (color // 4 + 30).astype(np.uint8)
gray = random.integers(20, 200, (HEIGHT, WIDTH), dtype=np.uint8)
flat = np.full((HEIGHT, WIDTH), 77, dtype=np.uint8)
images = {name: Image.fromarray(pixels) for name, pixels in
          {"color": color, "dim": dim, "gray": gray, "flat": flat}.items()}


def clearance(operation, strength):
    """How far the places that a moved image shows stay from the borders of pixels, in pixels."""
    x, y = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    if operation == "ShearX":
        x = x + strength * y
    elif operation == "ShearY":
        y = y + strength * x
    elif operation == "Rotate":
        turn = np.exp(-1j * np.radians(strength))
        turned = turn * (x - WIDTH / 2 + 1j * (y - HEIGHT / 2))
        x, y = turned.real + WIDTH / 2, turned.imag + HEIGHT / 2
    return min(np.abs(places - np.round(places)).min() for places in (x, y))


def planes(image):
    pixels = np.asarray(image)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1) if pixels.ndim == 3 else pixels[None])


OPERATIONS = {
    "brightness": (F.adjust_brightness, [0, 0.3, 1, 1.7]),
    "contrast": (F.adjust_contrast, [0, 0.45, 1, 2.2]),
    "saturation": (F.adjust_saturation, [0, 0.6, 1, 1.9]),
    "hue": (F.adjust_hue, [-0.5, -0.12, 0, 0.031, 0.3]),
    "sharpness": (F.adjust_sharpness, [0, 0.5, 2.5]),
    "grayscale": (F.to_grayscale, [1, 3]),
    "posterize": (F.posterize, [1, 3, 8]),
    "solarize": (F.solarize, [0, 100.5, 256]),
    "invert": (lambda image, _: F.invert(image), [0]),
    "autocontrast": (lambda image, _: F.autocontrast(image), [0]),
    "equalize": (lambda image, _: F.equalize(image), [0]),
}
BLURS = [(3, 0.5), (5, 1.1), (23, 2.0)]
MOVES = {"ShearX": [0.3, -0.7], "ShearY": [-0.3], "TranslateX": [7.9, -3], "TranslateY": [-5.2], "Rotate": [31, -106]}
FILTERS = {"nearest": InterpolationMode.NEAREST, "bilinear": InterpolationMode.BILINEAR}

tensors = {f"image {name}": planes(image) for name, image in images.items()}
for operation, (apply, strengths) in OPERATIONS.items():
    for strength, name in itertools.product(strengths, images):
        if name == "color" or (name, operation) in [("dim", "autocontrast"), ("dim", "equalize")] or name in ["gray", "flat"]:
            tensors[f"{operation} {strength} {name}"] = planes(apply(images[name], strength))
for (side, sigma), name in itertools.product(BLURS, ["color", "gray"]):
    tensors[f"blur {side} {sigma} {name}"] = planes(F.gaussian_blur(images[name], [side, side], [sigma, sigma]))

# All orders of a jitter.
JITTER = {"brightness": 1.3, "contrast": 0.7, "saturation": 1.4, "hue": 0.08}
for order in itertools.permutations(JITTER):
    result = images["color"]
    for operation in order:
        result = OPERATIONS[operation][0](result, JITTER[operation])
    tensors["jitter " + " ".join(order)] = planes(result)

for (operation, strengths), (name, mode) in itertools.product(MOVES.items(), FILTERS.items()):
    for strength in strengths:
        # Pillow's coefficients are multiples of 2^-16. On a border that rounding would decide between two pixels.
        assert clearance(operation, strength) > (WIDTH + HEIGHT + 1) * 2**-17, (operation, strength)
        moved = _apply_op(images["gray"], operation, float(strength), mode, [5.0])
        tensors[f"{operation} {strength} {name}"] = planes(moved)

SPACES = {
    "RandAugment": RandAugment()._augmentation_space(31, (HEIGHT, WIDTH)),
    "TrivialAugmentWide": TrivialAugmentWide()._augmentation_space(31),
    "AugMix": AugMix()._augmentation_space(10, (HEIGHT, WIDTH)),
}
for policy, space in SPACES.items():
    for operation, (strengths, is_signed) in space.items():
        key = f"{policy} {'signed ' if is_signed else ''}{operation}"
        tensors[key] = torch.atleast_1d(strengths).to(torch.float32).numpy()
save_file(tensors, pathlib.Path(__file__).with_name("augmented_images.safetensors"))
