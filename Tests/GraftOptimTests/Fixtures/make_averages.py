"""Makes averages.json: the moving averages of torch.optim.swa_utils over 6 updates of 5 weights.

    python make_averages.py        (needs torch)
"""

import json
import pathlib

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

torch.manual_seed(11)
weights = torch.randn(6, 5)


def trace(**settings):
    model = torch.nn.Linear(5, 1, bias=False)
    average = AveragedModel(model, **settings)
    values = []
    for row in weights:
        model.weight.data = row.reshape(1, 5).clone()
        average.update_parameters(model)
        values.append(average.module.weight.detach().flatten().tolist())
    return values


fixture = {
    "weights": weights.tolist(),
    "exponential": trace(multi_avg_fn=get_ema_multi_avg_fn(0.8)),
    "equal": trace(),
}
path = pathlib.Path(__file__).parent / "averages.json"
path.write_text(json.dumps(fixture, indent=1) + "\n")
