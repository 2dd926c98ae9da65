"""Makes <name>.json for image models: what PyTorch computes with them. All of them, or those named.

    pip install torch torchvision timm && python make_image_models.py [name ...]
"""

import functools
import sys

import timm
import torch
import torchvision
from torchvision.models import MobileNetV2, ResNet, VGG, inception
from torchvision.models.resnet import Bottleneck
from torchvision.models.vgg import make_layers

from image_fixtures import make


class Block(torch.nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(outputs)
        self.conv2 = torch.nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(outputs)
        self.stride, self.added = stride, outputs - inputs

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if self.added:
            x = torch.nn.functional.pad(
                x[:, :, ::2, ::2], (0, 0, 0, 0, self.added // 2, self.added - self.added // 2))
        return torch.relu(x + y)


class CifarResNet20(torch.nn.Module):
    """He et al. 2015, section 4.2, with option-A shortcuts."""

    def __init__(self, classes):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(16)
        self.layer1 = torch.nn.Sequential(Block(16, 16, 1), Block(16, 16, 1), Block(16, 16, 1))
        self.layer2 = torch.nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
        self.layer3 = torch.nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
        self.linear = torch.nn.Linear(64, classes)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean(dim=(2, 3)))


def narrow_inception(divisor):
    """Inception v3 with every number of channels divided. The auxiliary head needs images of 299×299, where the whole network is slow."""
    def unit(inputs, outputs, **options):
        return inception.BasicConv2d(inputs if inputs == 3 else inputs // divisor, outputs // divisor, **options)

    blocks = [
        inception.InceptionA, inception.InceptionB, inception.InceptionC, inception.InceptionD, inception.InceptionE,
        inception.InceptionAux,
    ]
    model = inception.Inception3(
        num_classes=10, init_weights=False,
        inception_blocks=[unit] + [functools.partial(block, conv_block=unit) for block in blocks])
    model.AuxLogits.fc = torch.nn.Linear(768 // divisor, 10)
    model.fc = torch.nn.Linear(2048 // divisor, 10)
    return model


def small_vgg(normalized):
    """torchvision's VGG with three blocks and a narrow classifier."""
    with torch.device("meta"):
        model = VGG(torch.nn.Identity(), num_classes=10)
    model.features = make_layers([6, "M", 10, 12, "M", 16, "M"], batch_norm=normalized)
    for index, (inputs, outputs) in {0: (16 * 7 * 7, 24), 3: (24, 24), 6: (24, 10)}.items():
        model.classifier[index] = torch.nn.Linear(inputs, outputs)
    return model


MODELS = {
    "resnet20": dict(
        build=lambda: CifarResNet20(10), side=32, batch=4, last_scale="bn2.weight", fan="outputs"),
    "resnet18": dict(
        build=lambda: torchvision.models.resnet18(num_classes=10), side=48, batch=4, last_scale="bn2.weight", fan="outputs"),
    "resnet50": dict(
        build=lambda: torchvision.models.resnet50(num_classes=10), side=48, batch=4, last_scale="bn3.weight", fan="outputs"),
    "inception_v3": dict(
        build=lambda: narrow_inception(8), side=299, batch=4, other_size=(75, 110), spread=4.0, settle=True, margin=5e-5),
    # One block a layer; 8 groups of 12 channels, which double from layer to layer.
    "resnext_small": dict(
        build=lambda: ResNet(Bottleneck, [1, 1, 1, 1], num_classes=10, groups=8, width_per_group=12), side=40, batch=3,
        last_scale="bn3.weight", other_size=(24, 56)),
    "vgg_small": dict(build=lambda: small_vgg(False), side=32, batch=4, other_size=(41, 56)),
    "vgg_small_bn": dict(build=lambda: small_vgg(True), side=32, batch=4, other_size=(41, 56)),
    "squeezenet1_1": dict(
        build=lambda: torchvision.models.squeezenet1_1(num_classes=10), side=64, batch=2, other_size=(47, 81)),
    "mobilenet_v2_035": dict(
        build=lambda: MobileNetV2(num_classes=10, width_mult=0.35), side=64, batch=4, other_size=(33, 65)),
    "vision_transformer": dict(
        build=lambda: timm.models.VisionTransformer(
            img_size=32, patch_size=8, embed_dim=48, depth=3, num_heads=3, num_classes=10),
        side=32, batch=4),
}

for name in sys.argv[1:] or MODELS:
    make(name, **MODELS[name])
