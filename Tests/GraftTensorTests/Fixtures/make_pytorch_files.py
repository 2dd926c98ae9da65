"""Makes the files in pytorch/ with torch.save, and expected.safetensors with the values that they hold.

Needs numpy, torch and safetensors (made with 2.4.6, 2.15.0 and 0.8.0). Run it in this folder.
"""

import argparse
import collections
import io
import os
import pickle
import tarfile
import warnings
import zipfile

import numpy as np
import torch
from safetensors.torch import save_file

warnings.simplefilter("ignore")
os.makedirs("pytorch", exist_ok=True)
os.chdir("pytorch")

counting = torch.arange(12).reshape(3, 4)
floats = counting / 8 - 0.5
shared = torch.arange(20.0)
state = collections.OrderedDict(
    {
        "bool": counting % 3 == 1,
        "u8": (counting * 20).to(torch.uint8),
        "i8": (counting * 20 - 128).to(torch.int8),
        "i16": (counting * 5000 - 32768).to(torch.int16),
        "i32": (counting * 300000000 - 2147483648).to(torch.int32),
        "i64": torch.tensor([-(2**63), -1, 2**63 - 1]),
        "u16": (counting * 5000).to(torch.uint16),
        "u32": (counting * 300000000).to(torch.uint32),
        "u64": torch.tensor([0, 1, 2**63 - 1], dtype=torch.uint64),
        "f16": torch.tensor([0.0, -1.5, 65504.0, 2**-24, float("inf")]).to(torch.float16),
        "bf16": torch.tensor([0.0, -1.5, 3.3895314e38, 9.18355e-41, float("-inf")]).to(torch.bfloat16),
        "f32": floats,
        "f64": torch.tensor([0.1, -1e300, 5e-324], dtype=torch.float64),
        "scalar": torch.tensor(42),
        "empty": torch.zeros(3, 0, 2),
        "nothing": torch.zeros(0),
        "transposed": floats.t(),
        "column": floats[:, 1],
        "steps": shared[3:17:5],
        "window": shared.unfold(0, 8, 4),
        "tied.one": shared[4:12],
        "tied.two": shared[4:12],
        "repeated": torch.tensor([2.5]).expand(2, 3),
        "f16.transposed": floats.to(torch.float16).t(),
        "channels_last": torch.arange(16.0).reshape(1, 2, 2, 4).contiguous(memory_format=torch.channels_last),
        "parameter": torch.nn.Parameter(floats[:2].clone()),
        "näme with spaces": torch.ones(1),
    }
)
save_file({k: v.detach().clone().contiguous() for k, v in state.items()}, "expected.safetensors")
for protocol in range(2, 6):
    torch.save(state, f"zip{protocol}.pt", pickle_protocol=protocol)
    torch.save(state, f"stream{protocol}.pth", pickle_protocol=protocol, _use_new_zipfile_serialization=False)
torch.save(state, "no_byte_order.pt", _disable_byteorder_record=True)

# What training programs save.
torch.manual_seed(1)
network = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
optimizer = torch.optim.Adam(network.parameters())
network(torch.randn(4, 2)).sum().backward()
optimizer.step()
weights = network.state_dict()
save_file({k: v.clone() for k, v in weights.items()}, "network.safetensors")
training = {
    "epoch": 3,
    "best": -2**40,
    "huge": 2**100,
    "accuracy": 91.5,
    "name": "run",
    "bytes": b"abc",
    "finished": False,
    "nothing": None,
    "milestones": collections.Counter([30, 60]),
    "set": {1, 2},
    "device": torch.device("cpu"),
    "type": torch.float16,
    "size": torch.Size([2, 3]),
    "score": np.float64(0.5),
    "history": np.arange(3),
    "generator": [torch.get_rng_state()[:4], (torch.ones(2), 7)],
    "optimizer": optimizer.state_dict(),
    "state_dict": weights,
}
torch.save(training, "training.pt")
torch.save(training, "training.pth", pickle_protocol=4, _use_new_zipfile_serialization=False)
buffer = io.BytesIO()
torch.save({"net": weights, "acc": 91.5, "epoch": 3}, buffer)
open("only_section.pt", "wb").write(buffer.getvalue())
torch.save({"generator": weights, "discriminator": weights}, "two_networks.pt")
torch.save(floats, "tensor.pt")
torch.save([floats, {"w": counting}], "list.pt")
torch.save({"epoch": 3, "inner": {"lr": 0.1}}, "no_tensors.pt")

# What is refused.
torch.save(network, "module.pt")
torch.save({"w": torch.ones(1), "options": argparse.Namespace(a=1)}, "options.pt")
torch.save({"w": torch.ones(2, dtype=torch.complex64)}, "complex.pt")
torch.save({"w": torch.ones(2).to(torch.float8_e4m3fn)}, "float8.pt")
torch.save({"w": torch.ones(2, dtype=torch.complex64).conj().imag}, "negative.pt")
torch.save({"w": torch.ones(1).expand(1000, 1000)}, "expanded.pt")
torch.save({"w": torch.eye(2).to_sparse()}, "sparse.pt")
with zipfile.ZipFile("tensor.pt") as source:
    for name, method, order in [("big_endian", zipfile.ZIP_STORED, b"big"), ("compressed", zipfile.ZIP_DEFLATED, None)]:
        with zipfile.ZipFile(f"{name}.pt", "w", method) as target:
            for item in source.infolist():
                content = source.read(item)
                target.writestr(item.filename, order if order and item.filename.endswith("byteorder") else content)
with tarfile.open("tar.pth", "w", format=tarfile.PAX_FORMAT) as tar:
    tar.addfile(tarfile.TarInfo("pickle"))
pickle.dump({"w": [1.0]}, open("plain.pkl", "wb"), protocol=4)

# The form that Python 2 gave to ordered dictionaries and strings; torch.load reads it.
def short_string(text):
    return b"U" + bytes([len(text)]) + text.encode()


head = b"".join(
    pickle.dumps(value, protocol=2)
    for value in [
        0x1950A86A20F9469CFC6C,
        1001,
        {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}},
    ]
)
storage = b"(" + short_string("storage") + b"ctorch\nFloatStorage\n" + short_string("7") + short_string("cpu") + b"K\x04Nt"
tensor = b"ctorch._utils\n_rebuild_tensor\n(" + storage + b"QK\x01K\x03\x85K\x01\x85tR"
body = b"\x80\x02ccollections\nOrderedDict\n](](" + short_string("weight") + tensor + b"ee\x85R."
keys = b"\x80\x02](" + short_string("7") + b"e."
elements = (4).to_bytes(8, "little") + torch.arange(4.0).numpy().tobytes()
open("python2.pth", "wb").write(head + body + keys + elements)
# The same, but the tensor sees a part of its storage, from element 1 on.
part = storage.replace(b"Nt", b"(" + short_string("8") + b"K\x01K\x03tt")
viewed = body.replace(storage, part).replace(b"QK\x01K\x03", b"QK\x00K\x03")
open("part.pth", "wb").write(head + viewed + keys + elements)
for name in ["python2.pth", "part.pth"]:
    assert torch.load(name, weights_only=False)["weight"].tolist() == [1, 2, 3]
