"""Graft's workloads in PyTorch: same names, shapes, optimizers and meaning as in Benchmarks/Graft/Workloads.

A workload is a function of a variant. It makes models and data and returns the step that is timed.
"""

import os
import tempfile

import torch
import torchvision
from torch import nn
from torch.nn import functional

import networks


class Variant:
    """eager, channels_last, compiled or channels_last_compiled."""

    def __init__(self, name):
        self.is_channels_last = "channels_last" in name
        self.is_compiled = "compiled" in name

    def layout(self, value):
        """A model or a batch of images in the variant's memory layout."""
        return value.to(memory_format=torch.channels_last) if self.is_channels_last else value

    def compiled(self, function):
        return torch.compile(function) if self.is_compiled else function


class Workload:
    """`prepare(variant)` returns the step; `images` says whether a memory layout for images makes a difference."""

    def __init__(self, name, prepare, images=False, compiles=True, pieces=1, is_default=True):
        self.name = name
        self.prepare = prepare
        self.pieces = pieces
        self.is_default = is_default
        self.variants = ["eager"]
        if images:
            self.variants.append("channels_last")
        if compiles:
            self.variants += [f"{name}_compiled" if name != "eager" else "compiled" for name in self.variants]


def labels(count, classes):
    return torch.arange(count) % classes


def training_step(variant, model, optimizer, inputs, targets):
    """Cross entropy of a batch, gradients, update."""

    @variant.compiled
    def loss(inputs, targets):
        return functional.cross_entropy(model(inputs), targets)

    def step():
        optimizer.zero_grad()
        loss(inputs, targets).backward()
        optimizer.step()

    return step


def matrix_product(rows, columns, depth):
    def prepare(variant):
        a, b = torch.randn(rows, depth), torch.randn(depth, columns)
        product = variant.compiled(torch.mm)
        return lambda: product(a, b)

    return prepare


def image_network(make, use, batch):
    def prepare(variant):
        model = make()
        images = variant.layout(torch.randn(batch, 3, 224, 224))
        if use == "infer":
            model = variant.compiled(variant.layout(model.eval()))

            def infer():
                with torch.inference_mode():
                    model(images)

            return infer
        classes = 1000
        if use == "head":
            classes = 37
            for parameter in model.parameters():
                parameter.requires_grad = False
            model.fc = nn.Linear(model.fc.in_features, classes)
            model.eval()
        trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
        optimizer = torch.optim.SGD(trained, lr=0.001, momentum=0.9)
        return training_step(variant, variant.layout(model), optimizer, images, labels(batch, classes))

    return prepare


def small_network(make, optimizer, shape):
    def prepare(variant):
        model = make()
        inputs = torch.randn(shape)
        if len(shape) == 4:
            model, inputs = variant.layout(model), variant.layout(inputs)
        return training_step(variant, model, optimizer(model.parameters()), inputs, labels(shape[0], 10))

    return prepare


def text_network(make, use, batch, vocabulary, loss):
    """`loss` takes the model's logits and the tokens."""

    def prepare(variant):
        model = make()
        tokens = torch.randint(1, vocabulary, (batch, 128))
        mask = torch.ones_like(tokens)
        if use == "infer":
            model = variant.compiled(model.eval())

            def infer():
                with torch.inference_mode():
                    model(tokens, attention_mask=mask)

            return infer
        model.train()
        optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5, weight_decay=0.01)

        @variant.compiled
        def total(tokens):
            return loss(model(tokens, attention_mask=mask).logits, tokens)

        def step():
            optimizer.zero_grad()
            total(tokens).backward()
            optimizer.step()

        return step

    return prepare


def text_loss(logits, tokens):
    return functional.cross_entropy(logits, labels(len(tokens), logits.shape[-1]))


def next_token_loss(logits, tokens):
    return functional.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())


def recurrent_network(variant):
    model = networks.TextLSTM()
    tokens, targets = torch.randint(0, 10_000, (32, 64)), labels(32, 2)
    return training_step(variant, model, adam(model.parameters()), tokens, targets)


def linear_head(variant):
    batch, batches, steps = 64, 100, 1000
    head = nn.Linear(512, 10)
    features, targets = torch.randn(batch * batches, 512), labels(batch * batches, 10)
    optimizer = torch.optim.SGD(head.parameters(), lr=0.01, momentum=0.9)

    @variant.compiled
    def loss(inputs, targets):
        return functional.cross_entropy(head(inputs), targets)

    def step():
        for index in range(steps):
            rows = slice(index % batches * batch, (index % batches + 1) * batch)
            optimizer.zero_grad()
            loss(features[rows], targets[rows]).backward()
            optimizer.step()

    return step


def safetensors_loading(variant):
    from safetensors.torch import load_file, save_file

    folder = tempfile.TemporaryDirectory()
    path = os.path.join(folder.name, "weights.safetensors")
    save_file({f"layer{index}.weight": torch.ones(1024, 1024) for index in range(25)}, path)

    def step(folder=folder):  # the folder goes with the step
        load_file(path)

    return step


def image_pipeline(variant):
    """torchvision's transforms on Pillow's images, 32 of them."""
    import numpy
    from PIL import Image
    from torchvision.transforms import v2

    pixels = numpy.random.default_rng(1).integers(0, 256, (32, 256, 256, 3), dtype=numpy.uint8)
    images = [Image.fromarray(image) for image in pixels]
    pipeline = v2.Compose([
        v2.RandomResizedCrop(224), v2.RandomHorizontalFlip(),
        v2.RandomRotation(10, interpolation=v2.InterpolationMode.BILINEAR),
        v2.ColorJitter(brightness=0.4, contrast=0.4, saturation=0.4, hue=0.1),
        v2.ToImage(), v2.ToDtype(torch.float32, scale=True),
        v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])  # fmt: skip

    def step():
        torch.stack([pipeline(image) for image in images])

    return step


def operation_overhead(variant):
    parameter = torch.ones(64, requires_grad=True)

    def step():
        chain = parameter
        for _ in range(1000):
            chain = chain.relu()
        parameter.grad = None
        chain.sum().backward()

    return step


def single_convolution(product, inputs, outputs, kernel, stride, size, batch, groups=1):
    def prepare(variant):
        padding = kernel // 2
        image = variant.layout(torch.randn(batch, inputs, size, size))
        weight = variant.layout(torch.randn(outputs, inputs // groups, kernel, kernel) * 0.05)
        gradient = variant.layout(torch.randn(batch, outputs, size // stride, size // stride))

        def forward():
            with torch.inference_mode():
                functional.conv2d(image, weight, None, stride, padding, 1, groups)

        def backward():
            wanted = [product == "input", product == "weight", False]
            geometry = [stride] * 2, [padding] * 2, [1, 1], False, [0, 0], groups
            torch.ops.aten.convolution_backward(gradient, image, weight, None, *geometry, wanted)

        return forward if product == "forward" else backward

    return prepare


def convolutions():
    layers = [
        ("7x7s2_3_224", 3, 64, 7, 2, 224, 16),
        ("3x3_64_56", 64, 64, 3, 1, 56, 16),
        ("3x3_128_28", 128, 128, 3, 1, 28, 16),
        ("3x3_256_14", 256, 256, 3, 1, 14, 16),
        ("3x3_512_7", 512, 512, 3, 1, 7, 16),
        ("3x3s2_64_56", 64, 128, 3, 2, 56, 16),
        ("1x1_256_56", 256, 64, 1, 1, 56, 16),
        ("1x1_64_56", 64, 256, 1, 1, 56, 16),
        ("cifar_16_32", 16, 16, 3, 1, 32, 64),
        ("cifar_64_8", 64, 64, 3, 1, 8, 64),
        ("depthwise_144_56", 144, 144, 3, 1, 56, 8, 144),
        ("depthwise_s2_144_56", 144, 144, 3, 2, 56, 8, 144),
        ("depthwise_960_7", 960, 960, 3, 1, 7, 8, 960),
        ("grouped_128_56", 128, 128, 3, 1, 56, 8, 32),
        ("grouped_512_14", 512, 512, 3, 1, 14, 8, 32),
    ]
    return [
        Workload(
            f"conv_{label}_{product}", single_convolution(product, *shape),
            images=True, compiles=False, is_default=False,
        )  # fmt: skip
        for label, *shape in layers
        for product in ("forward", "input", "weight")
    ]


def adam(parameters):
    return torch.optim.Adam(parameters, lr=0.001)


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)


def residual(depth, use, batch):
    make = {18: torchvision.models.resnet18, 50: torchvision.models.resnet50}[depth]
    return Workload(f"resnet{depth}_{use}_b{batch}", image_network(make, use, batch), images=True)


WORKLOADS = [
    *[Workload(f"gemm_{size}", matrix_product(size, size, size)) for size in (256, 512, 1024, 2048)],
    Workload("gemm_2048x768x3072", matrix_product(2048, 768, 3072)),
    residual(18, "infer", 16), residual(18, "head", 16), residual(18, "full", 16),
    residual(50, "infer", 8), residual(50, "full", 8),
    Workload("mlp_b32", small_network(networks.perceptron, adam, (32, 784))),
    Workload("cnn_mnist_b64", small_network(networks.digit_network, adam, (64, 1, 28, 28)), images=True),
    Workload(
        "resnet20_cifar_full_b64", small_network(networks.SmallResNet, sgd, (64, 3, 32, 32)), images=True
    ),
    Workload("minilm_infer_b16_s128", text_network(networks.minilm, "infer", 16, 30_522, text_loss)),
    Workload("minilm_full_b16_s128", text_network(networks.minilm, "full", 16, 30_522, text_loss)),
    Workload("bertbase_full_b8_s128", text_network(networks.bert_base, "full", 8, 30_522, text_loss)),
    Workload("gpt2_full_b4_s128", text_network(networks.gpt2, "full", 4, 50_257, next_token_loss)),
    Workload("lstm_full_b32_s64", recurrent_network),
    Workload("linear_head_1000steps", linear_head),
    Workload("safetensors_load_100mb", safetensors_loading, compiles=False),
    Workload("augment_per_image", image_pipeline, compiles=False, pieces=32),
    Workload("operation_overhead", operation_overhead, compiles=False, pieces=1000),
    *convolutions(),
]  # fmt: skip
