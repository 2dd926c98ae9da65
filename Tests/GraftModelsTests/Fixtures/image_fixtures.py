"""What PyTorch computes with an image model: its outputs, and everything that one training step produces.

Used by make_image_models.py. Weights and input come from a hash of their path and index that the Swift tests repeat
(HashedNumbers.swift), so only digests are stored. The truth is computed in float64; `float32_error` is how far PyTorch's own
float32 run is from it, and the Swift tests allow a small multiple of that.
"""

import json
import math
import pathlib

import numpy as np
import torch

FOLDER = pathlib.Path(__file__).parent
MASK = (1 << 64) - 1

# Where the input of a ReLU lies within rounding of zero, float32 and float64 may take different sides, and the
# gradient jumps. `make` takes the first salt for which every input keeps away from zero, farther than the rounding errors
# of any way to compute a convolution in float32, Winograd's filtering included; so tolerances can be tight. The same goes for both
# kinks of a ReLU6. A network with so many activations that no salt will do is made with `margin=0`: then PyTorch's own float32
# run takes wrong sides too, and its distance from the truth says what to allow. One with batch norms is better made with `settle=True`:
# their shifts are moved until no activation is near a kink.
SALT = 0
MARGIN = 2.5e-6
nearest_to_kink = math.inf


def watch(distances):
    global nearest_to_kink
    nearest_to_kink = min(nearest_to_kink, float(distances.detach().abs().min()))


def watched_relu(x, inplace=False):
    watch(x)
    return x.clamp_min(0)


def watched_hardtanh(x, min_val=-1.0, max_val=1.0, inplace=False):
    watch(x - min_val)
    watch(x - max_val)
    return x.clamp(min_val, max_val)


torch.relu = watched_relu
torch.nn.functional.relu = watched_relu
torch.nn.functional.hardtanh = watched_hardtanh
torch.nn.functional.relu6 = lambda x, inplace=False: watched_hardtanh(x, 0.0, 6.0)


def hashed_uniform(name, count):
    """Numbers in [0, 1) with 24 bits, from FNV-1a of the salted name and splitmix64 of the index."""
    seed = 0xCBF29CE484222325
    for byte in f"{SALT}.{name}".encode():
        seed = ((seed ^ byte) * 0x100000001B3) & MASK
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24)


def centred(name, shape, scale, offset=0.0):
    values = (hashed_uniform(name, math.prod(shape)) - np.float32(0.5)) * np.float32(scale) + np.float32(offset)
    return torch.from_numpy(values.reshape(shape))


def hashed_value(path, shape, last_scale, fan, spread):
    if len(shape) == 4:
        channels = shape[0] if fan == "outputs" else shape[1]
        return centred(path, shape, math.sqrt(24.0 / (channels * shape[2] * shape[3])))
    if len(shape) == 2:
        return centred(path, shape, math.sqrt(12.0 / shape[1]))
    if path.endswith("running_var"):
        return centred(path, shape, 0.4, 1.0)
    if path.endswith(".weight"):
        # The last scale of a block is small, as after zero-initialised residuals: deep nets stay well conditioned.
        small = last_scale is not None and path.endswith(last_scale)
        return centred(path, shape, 0.2, 0.3 if small else 1.0)
    return centred(path, shape, spread if path.endswith(".bias") else 0.2)


def with_hashed_values(model, last_scale=None, fan="inputs", spread=0.2, moves={}):
    """The model with every entry of its state from the hash, and shifts of norms moved by steps; counters are zero."""
    model.load_state_dict({
        path: torch.zeros_like(value) if value.ndim == 0
        else hashed_value(path, tuple(value.shape), last_scale, fan, spread)
        for path, value in model.state_dict().items()
    })
    for path, steps in moves.items():
        model.get_parameter(path).data += torch.tensor(steps, dtype=torch.float32) * STEP
    return model


# Shifts of norms are moved by at most WINDOW, in steps that float32 holds exactly.
STEP = 1 / 4096
WINDOW = 0.06


def settling_moves(model, images):
    """By how many steps to move each shift of each batch norm so that no activation is near zero.

    Moving a shift moves all activations of its channel. The widest gap between two of them that is near zero is put round zero: one
    norm after the other, in the order in which the images pass them.
    """
    moves = {}

    def hook(path):
        def settle(norm, inputs, output):
            steps = []
            for channel in output.transpose(0, 1):
                near = np.sort(channel.flatten().numpy())
                near = np.concatenate([[-WINDOW], near[np.abs(near) < WINDOW], [WINDOW]])
                widest = np.diff(near).argmax()
                steps.append(-round(float(near[widest] + near[widest + 1]) / 2 / STEP))
            moves[path + ".bias"] = steps
            moved = norm.bias.float() + torch.tensor(steps, dtype=torch.float32) * STEP
            change = moved.double() - norm.bias
            norm.bias.data = moved.double()
            return output + change[:, None, None]
        return settle

    without_dropout(model).double().train()
    for path, module in model.named_modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.register_forward_hook(hook(path))
    with torch.no_grad():
        model(images.double())
    return moves


def without_dropout(model):
    """The model with nothing dropped: two libraries can't be made to draw the same masks."""
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return model


def infer(model, images):
    model.eval()
    with torch.no_grad():
        return model(images).double()


def run(model, batches, labels, dtype, auxiliary_weight):
    """Inference logits for each batch, then one training step with the first: loss, logits, gradients, moved statistics."""
    global nearest_to_kink
    without_dropout(model).to(dtype)
    batches = [images.to(dtype) for images in batches]
    result = {f"inference{index}": infer(model, images) for index, images in enumerate(batches)}
    model.train()
    nearest_to_kink = math.inf
    # A model with auxiliary heads gives a tuple while it trains: the logits, then theirs.
    outputs = model(batches[0])
    logits, *auxiliary = outputs if isinstance(outputs, tuple) else (outputs,)
    loss = torch.nn.functional.cross_entropy(logits, labels)
    for others in auxiliary:
        loss = loss + auxiliary_weight * torch.nn.functional.cross_entropy(others, labels)
    loss.backward()
    return result | {
        "has_auxiliary": len(auxiliary) > 0,
        "training": logits.detach().double(), "loss": loss.detach().double(),
        "gradients": {path: p.grad.double() for path, p in model.named_parameters()},
        "statistics": {path: b.double() for path, b in model.named_buffers() if b.ndim and "running" in path},
    }


def digest(path, exact, rough):
    """The norm, the projection on hashed numbers and eight entries; and how far float32 is off, relative to the norm."""
    flat, other = exact.flatten().numpy(), rough.flatten().numpy()
    direction = hashed_uniform("projection." + path, flat.size).astype(np.float64) - 0.5
    picks = (hashed_uniform("picks." + path, 8).astype(np.float64) * flat.size).astype(np.int64)
    return {
        "path": path, "norm": float(np.linalg.norm(flat)), "projection": float(flat @ direction),
        "picks": [float(v) for v in flat[picks]],
        "float32_error": float(np.linalg.norm(flat - other) / max(np.linalg.norm(flat), 1e-30)),
    }


def make(name, build, side, batch, classes=10, last_scale=None, fan="inputs", other_size=None, auxiliary_weight=0.4,
         margin=MARGIN, worst_error=3e-5, spread=0.2, settle=False):
    """Writes name.json.

    build            makes the model; its weights are replaced
    side, batch      the images of the training step, batch × 3 × side × side
    last_scale       which weights of norms are small: those whose path ends so
    fan              by which channels of a convolution its weights are scaled, "inputs" or "outputs"
    other_size       height and width of a second batch for inference
    auxiliary_weight the share of auxiliary heads in the loss
    margin           how far from the kinks of ReLU and ReLU6 every activation must be in the training step
    worst_error      how far a gradient of PyTorch's own float32 run may be off
    spread           biases are within half of it from zero. Where it is large, units are rather on or off than in between, and rounding
                     errors grow less from layer to layer
    settle           whether shifts of batch norms are moved until activations keep away from zero
    """
    global SALT
    sizes = [(side, side)] + ([other_size] if other_size else [])
    labels = torch.arange(batch) % classes
    hashed = lambda: with_hashed_values(build(), last_scale, fan, spread, moves)
    for SALT in range(200):
        moves = {}
        batches = [
            centred("input" if index == 0 else "other input", (batch, 3, *size), math.sqrt(12.0))
            for index, size in enumerate(sizes)
        ]
        if settle:
            moves = settling_moves(hashed(), batches[0])
        exact = run(hashed(), batches, labels, torch.float64, auxiliary_weight)
        if nearest_to_kink < margin:
            continue
        rough = run(hashed(), batches, labels, torch.float32, auxiliary_weight)
        gradients = [digest(p, g, rough["gradients"][p]) for p, g in exact["gradients"].items()]
        # The bias of a convolution before a batch norm has no influence: its gradient is zero but for rounding.
        worst = max(g["float32_error"] for g in gradients if g["norm"] > 1e-9)
        if worst < worst_error:
            break
    else:
        raise SystemExit(f"{name}: no salt keeps every activation away from its kinks")
    relative = lambda key: float((exact[key] - rough[key]).norm() / exact[key].norm())
    fixture = {
        "salt": SALT, "side": side, "batch": batch, "classes": classes, "lastScale": last_scale, "fan": fan,
        "parameters": sum(p.numel() for p in build().parameters()),
        "inference": exact["inference0"].flatten().tolist(), "inference_float32_error": relative("inference0"),
        "training": exact["training"].flatten().tolist(), "training_float32_error": relative("training"),
        "loss": float(exact["loss"]), "gradients": gradients,
        "statistics": [digest(p, s, rough["statistics"][p]) for p, s in exact["statistics"].items()],
    }
    if other_size:
        fixture["other"] = {
            "height": other_size[0], "width": other_size[1], "inference": exact["inference1"].flatten().tolist(),
            "float32_error": relative("inference1"),
        }
    if spread != 0.2:
        fixture["spread"] = spread
    if moves:
        fixture["moves"] = moves
    if exact["has_auxiliary"]:
        fixture["auxiliary_weight"] = auxiliary_weight
    (FOLDER / f"{name}.json").write_text(json.dumps(fixture, indent=0))
    print(name, "salt", SALT, "loss", fixture["loss"], "worst float32 gradient error", worst, flush=True)
