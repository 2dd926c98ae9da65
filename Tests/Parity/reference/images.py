"""Networks for images against torchvision's and timm's."""

import timm
import torch
import torchvision.models as models
from safetensors.torch import load_file, save_file

from .cifar import CIFARResNet
from .comparison import Case
from .weights import randomize, settle, without_dropout

SIZES = {"square": (2, 3, 224, 224), "oblong": (1, 3, 160, 192)}
SMALL_SIZES = {"square": (4, 3, 32, 32), "oblong": (2, 3, 40, 48)}


def cases():
    for depth in (18, 34, 50, 101, 152):
        yield case(f"ResNet-{depth}", f"resnet {depth}", getattr(models, f"resnet{depth}"), SIZES, depth in (18, 50))
    yield case("ResNeXt-50 32×4", "resnet next50", models.resnext50_32x4d, SIZES, True)
    yield case("Wide ResNet-50", "resnet wide50", models.wide_resnet50_2, SIZES, False)
    for depth in (11, 13, 16, 19):
        for suffix in ("", "_bn"):
            make = getattr(models, f"vgg{depth}{suffix}")
            title = f"VGG-{depth}{' with batch norm' if suffix else ''}"
            yield case(title, f"vgg {depth}{suffix}", lambda make=make: make(init_weights=False), SIZES, depth == 11)
    for version in ("1_0", "1_1"):
        make = getattr(models, f"squeezenet{version}")
        yield case(f"SqueezeNet {version.replace('_', '.')}", f"squeezenet {version}", make, SIZES, version == "1_1")
    for width in (1.0, 0.35):
        yield case(
            f"MobileNet v2, width {width}", f"mobilenet_v2 {width}", lambda width=width: models.mobilenet_v2(width_mult=width), SIZES, width == 1)
    for depth in (20, 32, 44, 56, 110):
        yield case(f"CIFAR ResNet-{depth}", f"cifar-resnet {depth}", lambda depth=depth: CIFARResNet(depth), SMALL_SIZES, depth == 20, classes=10)
    yield case(
        "Inception v3", "inception v3", lambda: models.inception_v3(init_weights=False), {"square": (2, 3, 299, 299), "oblong": (1, 3, 224, 160)}, True)

    # A vision transformer takes images of one size.
    for title, member, size in (("B/16", "base16", 224), ("B/16", "base16", 160), ("B/32", "base32", 224), ("L/16", "large16", 224)):
        name = f"vit_{member[:-2]}_patch{member[-2:]}_224"
        yield case(
            f"ViT-{title} for {size}×{size}, timm's", f"vit {member}-{size}", lambda name=name, size=size: timm.create_model(name, img_size=size),
            {"square": (2, 3, size, size)}, (member, size) == ("base16", 160))
    for size in (224, 160):
        yield case(
            f"ViT-B/16 for {size}×{size}, torchvision's", f"vit base16-{size}", lambda size=size: models.vit_b_16(image_size=size),
            {"square": (2, 3, size, size)}, False, saves=False)


def case(name, model, make_module, sizes, has_gradients, classes=1000, saves=True):
    def make():
        torch.manual_seed(1)
        module = without_dropout(make_module())
        randomize(module, seed=2)
        settle(module, torch.randn((4, *sizes["square"][1:]), generator=torch.Generator().manual_seed(4)), seed=5)
        return module

    def write(module, folder):
        # PyTorch's own format here, as the files of torchvision have it; texts come as safetensors.
        torch.save(module.state_dict(), folder / "model.pth")
        return {"weights": str(folder / "model.pth")}

    def read(folder):
        module = make_module()
        module.load_state_dict(load_file(folder / "model.safetensors"), strict=True)
        return module

    return Case(
        name=name, request={"model": model, "classes": classes}, make=make, batches=batches(sizes, classes),
        forward=lambda module, batch: module(batch["images"]), write=write, read=read,
        gradient_batch="square" if has_gradients else None, saves=saves)


def batches(sizes, classes):
    generator = torch.Generator().manual_seed(3)
    return {
        name: {
            "images": torch.randn(shape, generator=generator),
            "labels": torch.randint(0, classes, shape[:1], generator=generator, dtype=torch.int32)}
        for name, shape in sizes.items()}
