"""Makes the tensor files in files/ with the formats' reference implementations.

Needs numpy, torch and safetensors (made with 2.15.0 and 0.8.0). Run it in this folder.
"""

import numpy as np
import torch
from safetensors.torch import save_file

counting = torch.arange(6).reshape(2, 3)
writable = {
    "bool": counting % 2 == 1,
    "u8": (counting * 50).to(torch.uint8),
    "i8": (counting * 50 - 128).to(torch.int8),
    "u16": (counting * 13107).to(torch.uint16),
    "i16": (counting * 13107 - 32768).to(torch.int16),
    "u32": (counting * 858993459).to(torch.uint32),
    "i32": (counting * 858993459 - 2147483648).to(torch.int32),
    "u64": torch.tensor([0, 1, 2**63 - 1], dtype=torch.uint64),
    "i64": torch.tensor([-(2**63), -1, 2**63 - 1], dtype=torch.int64),
    "f32": torch.tensor([0.0, -0.1, 3.4e38, 1e-45, float("inf"), float("nan")]),
    "f64": torch.tensor([0.1, -1e300, 5e-324], dtype=torch.float64),
    "scalar": torch.tensor(42, dtype=torch.int64),
    "empty": torch.zeros(3, 0, 2),
    'a "quoted" näme\\with\ttab': torch.tensor([1.0]),
}
half = torch.tensor([0.0, -1.5, 65504.0, 2**-24, -(2**-14) + 2**-24, float("inf"), float("-inf"), float("nan")])
every = dict(writable)
every["f16"] = half.to(torch.float16)
every["bf16"] = torch.tensor([0.0, -1.5, 3.3895314e38, 9.18355e-41, float("inf"), float("nan")]).to(torch.bfloat16)
save_file(every, "files/every_type.safetensors", metadata={"format": "pt"})
save_file(writable, "files/writable_types.safetensors", metadata={"format": "pt"})
save_file({"fine": torch.ones(1), "coarse": torch.ones(4).to(torch.float8_e4m3fn)}, "files/float8.safetensors")

matrix = np.arange(6, dtype=np.float32).reshape(2, 3) / 4
np.save("files/matrix.npy", matrix)
np.save("files/fortran.npy", np.asfortranarray(matrix))
np.save("files/half.npy", half.to(torch.float16).numpy())
np.save("files/bool.npy", np.array([True, False, True]))
np.save("files/scalar.npy", np.array(-7, dtype=np.int64))
np.save("files/empty.npy", np.zeros((0, 4), dtype=np.uint8))
np.save("files/big_endian.npy", np.arange(3, dtype=">f4"))
np.save("files/structured.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
for version in [(2, 0), (3, 0)]:
    with open(f"files/version{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, matrix, version=version)
