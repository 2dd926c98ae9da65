"""Makes vision_transformer_keys.safetensors: a small vision transformer of torchvision's with its weights, some images, and what comes out;
and what its positions become for grids of other sizes.

    pip install torch torchvision safetensors && python make_vision_transformer_keys.py
"""

import pathlib

import torch
import torchvision
from safetensors.torch import save_file

torch.manual_seed(20)
model = torchvision.models.VisionTransformer(
    image_size=32, patch_size=8, num_layers=2, num_heads=3, hidden_dim=24, mlp_dim=48, num_classes=5).eval()
for parameter in model.parameters():
    torch.nn.init.normal_(parameter, 0.0, 0.2)
images = torch.randn(2, 3, 32, 32)
tensors = dict(model.state_dict())
with torch.no_grad():
    exact = model.double()(images.double())
    tensors |= {"expected.images": images, "expected.logits": exact.float()}
    places = model.encoder.pos_embedding[:, 1:].reshape(1, 4, 4, 24).permute(0, 3, 1, 2)
    for rows, columns in [(6, 6), (2, 7), (3, 1)]:
        resampled = torch.nn.functional.interpolate(places, size=(rows, columns), mode="bicubic", antialias=True)
        tensors[f"expected.{rows}x{columns}"] = resampled.permute(0, 2, 3, 1).reshape(1, rows * columns, 24).float()
tensors = {name: tensor.detach().float().contiguous() for name, tensor in tensors.items()}
save_file(tensors, pathlib.Path(__file__).parent / "vision_transformer_keys.safetensors")
print(len(tensors), "tensors, logits", exact[0].tolist())
