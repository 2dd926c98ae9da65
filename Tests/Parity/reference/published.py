"""Published weights on real data, where the folders are given."""

import json
from dataclasses import dataclass

import numpy
import torch
from safetensors.torch import load_file

from .cifar import CIFARResNet
from .comparison import Table


@dataclass
class Figure:
    """What came out, and what should have."""

    name: str
    found: str
    wanted: str
    passed: bool

    def cells(self):
        return [self.name, self.found, self.wanted, "ok" if self.passed else "**fail**"]

    def __str__(self):
        return "  ".join(self.cells())


class Figures(Table):
    kinds = (Figure,)
    header = ["published weights", "Graft", "Python", ""]


@dataclass
class Check:
    name: str
    body: callable

    def compare(self, swift):
        return self.body(swift)


def everything(data, minilm):
    if data and minilm:
        yield Check("published MiniLM", lambda swift: sentences(swift, data, minilm))
    if data:
        yield Check("published CIFAR ResNet-20", lambda swift: cifar(swift, data))
        yield Check("published SqueezeNet 1.1", lambda swift: photos(swift, data))


def sentences(swift, data, minilm):
    """Sentence embeddings of real sentences, tokenised on either side by its own tokenizer."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer

    lines = (data / "sst2" / "dev.tsv").read_text().splitlines()[:200]
    texts = [line.split("\t")[0] for line in lines]
    file = swift.folder / "texts.txt"
    file.write_text("\n".join(texts))
    width = json.loads((minilm / "config.json").read_text())["hidden_size"]
    modules = [Transformer(str(minilm), max_seq_length=256), Pooling(width), Normalize()]
    model = SentenceTransformer(modules=modules, device="cpu")
    wanted = torch.from_numpy(numpy.asarray(model.encode(texts)))
    request = {"model": "bert sentences", "pretrained": str(minilm.resolve()), "texts": str(file), "batches": ["texts"]}
    found, _ = swift.ask(request, {"none": torch.zeros(1)})
    cosines = torch.nn.functional.cosine_similarity(found["texts"].double(), wanted.double())
    least = float(cosines.min())
    return [Figure("MiniLM, 200 sentences: least cosine to sentence-transformers'", f"{least:.8f}", "> 0.99999", least > 0.99999)]


def cifar(swift, data):
    """ResNet-20 on CIFAR-10's test images, read and normalised on either side."""
    weights, file = data / "resnet_cifar10" / "resnet20.safetensors", data / "cifar10" / "test_1000.bin"
    records = numpy.fromfile(file, numpy.uint8).reshape(-1, 3073)
    labels = torch.from_numpy(records[:, 0].astype(numpy.int64))
    mean, deviation = (torch.tensor(values)[:, None, None] for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    images = (torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32)).float() / 255 - mean) / deviation
    model = CIFARResNet(20)
    missing, unexpected = model.load_state_dict(load_file(weights), strict=False)
    if unexpected or any("num_batches_tracked" not in name for name in missing):
        raise RuntimeError(f"{weights}: {missing} missing, {unexpected} unexpected")
    with torch.no_grad():
        wanted = model.eval()(images)
    request = {
        "model": "cifar-resnet 20", "classes": 10, "weights": str(weights.resolve()), "cifar10": str(file.resolve()), "batches": ["cifar10"]}
    found = swift.ask(request, {"none": torch.zeros(1)})[0]["cifar10"]
    right, theirs = (int((scores.argmax(1) == labels).sum()) for scores in (found, wanted))
    difference = float((found - wanted).abs().max() / wanted.abs().max())
    return [
        Figure("CIFAR ResNet-20: right of 1,000 test images", str(right), str(theirs), right == theirs == 915),
        Figure("CIFAR ResNet-20: largest difference of scores", f"{difference:.1e}", "< 1e-4", difference < 1e-4)]


def photos(swift, data):
    """SqueezeNet 1.1 on photographs, resized and normalised on either side: each probability, and the name of the class."""
    from PIL import Image
    from torchvision import models, transforms

    folder = data / "squeezenet1_1"
    weights = folder / "model.safetensors"
    names = [line.split(" ", 1)[1].split(",")[0] for line in (folder / "synset_words.txt").read_text().splitlines()]
    model = models.squeezenet1_1()
    model.load_state_dict(load_file(weights), strict=True)
    prepare = transforms.Compose([
        transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))])
    files = sorted((data / "photos").glob("*.jpg"))
    photographs = [Image.open(file).convert("RGB") for file in files]
    with torch.no_grad():
        wanted = model.eval()(torch.stack([prepare(photograph) for photograph in photographs])).softmax(1)
    pixels = {f"photo.{index}": transforms.functional.pil_to_tensor(photograph) for index, photograph in enumerate(photographs)}
    request = {
        "model": "squeezenet 1_1", "weights": str(weights.resolve()), "photographs": len(files), "batches": ["photos"]}
    found = swift.ask(request, pixels)[0]["photos"].softmax(1)
    rows = []
    for file, ours, theirs in zip(files, found, wanted):
        difference = float((ours - theirs).abs().max())
        described = [f"{names[int(row.argmax())]} {float(row.max()):.4f}" for row in (ours, theirs)]
        same = int(ours.argmax()) == int(theirs.argmax()) and difference < 1e-4
        rows.append(Figure(f"SqueezeNet 1.1, {file.name}: probabilities differ by {difference:.1e}", *described, same))
    return rows
