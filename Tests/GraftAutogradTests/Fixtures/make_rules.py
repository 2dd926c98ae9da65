"""Writes rules.safetensors: PyTorch's results and gradients for every differentiation rule.

Run in this folder, with torch and safetensors installed: python make_rules.py
For each case: its inputs (name/input0, ...), the output (name/output), the gradient of the output that is sent
back (name/upstream), and those of the inputs that arrive (name/gradient0, ...). Inputs are float32; results are
computed in float64 and rounded once. The names are those of the cases in RuleGradientTests.swift and EdgeCases.swift.
"""
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(3)
tensors = {}
inf = float("inf")


def rule(name, shapes, function, low=-1.5, high=1.5):
    """A case at random inputs of the given shapes; low=None draws shuffled, evenly spaced numbers."""
    inputs = []
    for shape in shapes:
        if low is None:
            count = torch.Size(shape).numel()
            inputs.append((torch.randperm(count) * 0.1 - 0.05 * count).reshape(shape))
        else:
            inputs.append(torch.rand(shape) * (high - low) + low)
    at(name, inputs, function)


def at(name, inputs, function):
    """A case at given inputs."""
    inputs = [torch.as_tensor(x, dtype=torch.float32) for x in inputs]
    leaves = [x.double().requires_grad_() for x in inputs]
    output = function(*leaves)
    upstream = (torch.rand(output.shape) + 0.5) * torch.where(torch.rand(output.shape) < 0.5, -1.0, 1.0)
    output.backward(upstream.double())
    for i, (x, leaf) in enumerate(zip(inputs, leaves)):
        tensors[f"{name}/input{i}"] = x.contiguous()
        tensors[f"{name}/gradient{i}"] = leaf.grad.float().contiguous()
    tensors[f"{name}/output"] = output.detach().float().contiguous()
    tensors[f"{name}/upstream"] = upstream.contiguous()


column = torch.tensor([[True], [False], [True]])
row = torch.tensor([True, False, True, False, False])
gelu_tanh = lambda x: F.gelu(x, approximate="tanh")

# Arithmetic
rule("+", [[3, 5], [3, 5]], lambda a, b: a + b)
rule("+ broadcast", [[3, 1, 5], [7, 1]], lambda a, b: a + b)
rule("+ itself", [[3, 5]], lambda a: a + a)
rule("-", [[3, 5], [5]], lambda a, b: a - b)
rule("*", [[3, 5], [3, 1]], lambda a, b: a * b)
rule("* scalar", [[], [3, 5]], lambda a, b: a * b)
rule("* view", [[5, 3], [3, 5]], lambda a, b: a.T * b)
rule("/", [[3, 5], [1, 5]], lambda a, b: a / b, 0.5, 1.5)
rule("/ itself", [[4]], lambda a: a / (a * a), 0.5, 1.5)
rule("numbers", [[3, 5]], lambda a: (2 - a * 3 + 1) / 4 + 2 / a - 1 + (3 + 2 * a) + -a, 0.5, 1.5)
rule("maximum", [[3, 5], [5]], torch.maximum)
rule("minimum", [[3, 5], [3, 1]], torch.minimum)
rule("choosing", [[3, 5], [5]], lambda a, b: torch.where(column, a, b))
rule("replacing", [[3, 5]], lambda a: a.masked_fill(row, -2))

# Functions of one number
rule("exp", [[3, 5]], torch.exp)
rule("log", [[3, 5]], torch.log, 0.5, 2)
rule("sqrt", [[3, 5]], torch.sqrt, 0.5, 2)
rule("rsqrt", [[3, 5]], torch.rsqrt, 0.5, 2)
rule("tanh", [[3, 5]], torch.tanh)
rule("erf", [[3, 5]], torch.erf)
rule("sigmoid", [[3, 5]], torch.sigmoid)
rule("logSigmoid", [[3, 5]], F.logsigmoid)
rule("relu", [[3, 5]], F.relu)
rule("leakyRelu", [[3, 5]], lambda a: F.leaky_relu(a, 0.2))
rule("gelu", [[3, 5]], F.gelu, -4, 4)
rule("geluTanh", [[3, 5]], gelu_tanh, -4, 4)
rule("silu", [[3, 5]], F.silu, -4, 4)
rule("softplus", [[3, 5]], F.softplus, -4, 4)
rule("sin", [[3, 5]], torch.sin)
rule("cos", [[3, 5]], torch.cos)
rule("abs", [[3, 5]], torch.abs)
rule("square", [[3, 5]], torch.square)
rule("reciprocal", [[3, 5]], torch.reciprocal, 0.5, 2)
rule("pow 2.5", [[3, 5]], lambda a: a**2.5, 0.5, 2)
rule("pow 3 of negative", [[3, 5]], lambda a: a**3)
rule("pow 0", [[3, 5]], lambda a: a**0)
rule("clamped", [[3, 5]], lambda a: a.clamp(0.05, 0.8))
rule("of a view", [[5, 3]], lambda a: a.T.tanh())

# Reductions
rule("sum", [[3, 5]], torch.sum)
rule("sum along", [[3, 4, 5]], lambda a: a.sum(1))
rule("sum keeping", [[3, 4, 5]], lambda a: a.sum((0, -1), keepdim=True))
rule("mean", [[3, 4, 5]], lambda a: a.mean((0, 2)))
rule("mean of all", [[3, 5]], torch.mean)
rule("variance", [[3, 4, 5]], lambda a: a.var((0, 2), unbiased=False, keepdim=True))
rule("variance unbiased", [[3, 5]], lambda a: a.var(1))
rule("max", [[3, 5]], lambda a: a.amax(1), None)
rule("min", [[3, 5]], lambda a: a.amin(0, keepdim=True), None)
rule("max of all", [[3, 5]], torch.amax, None)
rule("product", [[3, 4, 2]], lambda a: a.prod(1))
rule("logSumExp", [[3, 4, 5]], lambda a: a.logsumexp(1))
rule("logSumExp of view", [[5, 3]], lambda a: a.T.logsumexp(-1, keepdim=True))
rule("softmax", [[3, 5]], lambda a: a.softmax(-1))
rule("softmax along 1", [[3, 4, 5]], lambda a: a.softmax(1))
rule("logSoftmax", [[3, 5]], lambda a: a.log_softmax(-1))
rule("logSoftmax along 0", [[3, 5]], lambda a: a.log_softmax(0))

# Shapes and assembling
rule("reshaped", [[3, 4]], lambda a: a.reshape(2, -1))
rule("flattened", [[3, 2, 2]], lambda a: a.flatten(1))
rule("permuted", [[2, 3, 4]], lambda a: a.permute(2, 0, 1))
rule("transposed", [[2, 3, 4]], lambda a: a.transpose(0, -1))
rule("expandingAxis", [[3, 3]], lambda a: a.unsqueeze(-1) * a.unsqueeze(0))
rule("squeezed", [[2, 1, 3]], lambda a: a.squeeze(1))
rule("broadcast", [[2, 1, 3]], lambda a: a.expand(4, 2, 5, 3))
rule("slice", [[3, 5, 2]], lambda a: a[:, 1:4])
rule("slices that overlap", [[5, 3]], lambda a: a[0:4] * a[1:5])
rule("select", [[3, 5]], lambda a: a[:, 3] * a[:, 0])
rule("split", [[3, 5]], lambda a: a[:, :2].sum(1) * a[:, 3])
rule("flipped", [[3, 5]], lambda a: a.flip(0, 1))
rule("concatenated", [[3, 2], [3, 1], [3, 4]], lambda *x: torch.cat(x, -1))
rule("stacked", [[3, 2], [3, 2]], lambda *x: torch.stack(x, 1))
rule("padded", [[3, 2]], lambda a: F.pad(a, (0, 3, 1, 2), value=4))
rule("tiled", [[3, 2]], lambda a: a.tile(2, 3))
rule("gather rows", [[4, 3]], lambda a: a[torch.tensor([[2, 0, 2], [1, 2, 0]])])
rule("gather along", [[3, 4]], lambda a: a.gather(1, torch.tensor([[2, 0], [1, 1], [3, 0]])))

# Products
rule("matmul", [[3, 4], [4, 5]], torch.matmul)
rule("matmul of views", [[4, 3], [5, 4]], lambda a, b: a.T @ b.T)
rule("matmul batched", [[2, 3, 4], [2, 4, 5]], torch.matmul)
rule("matmul broadcast", [[3, 1, 2, 4], [2, 4, 3]], torch.matmul)
rule("matmul shared right", [[2, 3, 4], [4, 5]], torch.matmul)
rule("matmul shared left", [[3, 4], [2, 4, 5]], torch.matmul)
rule("matmul row", [[4], [4, 5]], torch.matmul)
rule("matmul row, batch", [[4], [2, 4, 5]], torch.matmul)
rule("matmul column", [[2, 3, 4], [4]], torch.matmul)
rule("matmul vectors", [[4], [4]], torch.matmul)
rule("linear", [[3, 4], [5, 4], [5]], F.linear)
rule("linear of sequences", [[2, 3, 4], [5, 4]], F.linear)
rule("linear of a vector", [[4], [5, 4], [5]], F.linear)
rule("linear of a view", [[4, 3], [5, 4], [5]], lambda a, w, b: F.linear(a.T, w, b))

# Convolution and pooling
rule("convolved", [[2, 3, 5, 4], [4, 3, 3, 2], [4]],
     lambda x, w, b: F.conv2d(x, w, b, stride=(2, 1), padding=(1, 1)))
rule("convolved 1x1", [[2, 3, 3, 3], [4, 3, 1, 1]], F.conv2d)
rule("convolved in groups", [[1, 4, 5, 6], [6, 2, 3, 3], [6]],
     lambda x, w, b: F.conv2d(x, w, b, padding=(0, 2), dilation=(1, 2), groups=2))
rule("convolved depthwise", [[2, 3, 4, 4], [3, 1, 3, 3]], lambda x, w: F.conv2d(x, w, padding=1, groups=3))
rule("convolved1D", [[2, 3, 7], [4, 3, 3], [4]],
     lambda x, w, b: F.conv1d(x, w, b, stride=2, padding=2, dilation=2))
rule("convolvedTransposed", [[2, 3, 3, 4], [3, 2, 3, 2], [2]],
     lambda x, w, b: F.conv_transpose2d(x, w, b, stride=2, padding=(1, 0), output_padding=(1, 0)))
rule("convolvedTransposed in groups", [[1, 4, 3, 3], [4, 3, 2, 2], [6]],
     lambda x, w, b: F.conv_transpose2d(x, w, b, dilation=(2, 1), groups=2))
rule("maxPooled", [[2, 2, 5, 6]], lambda x: F.max_pool2d(x, (3, 2), (2, 2), (1, 0)), None)
rule("averagePooled", [[2, 2, 5, 6]], lambda x: F.avg_pool2d(x, (3, 2), (2, 2), (1, 1), ceil_mode=True))
rule("averagePooled without padding", [[1, 2, 5, 5]],
     lambda x: F.avg_pool2d(x, 3, padding=1, count_include_pad=False))
rule("adaptiveAveragePooled", [[2, 2, 5, 7]], lambda x: F.adaptive_avg_pool2d(x, (2, 3)))

# Normalisation
mean, variance = torch.tensor([0.5, -0.25]).double(), torch.tensor([0.5, 2.0]).double()
rule("layerNormalized", [[3, 2, 5], [5], [5]], lambda x, w, b: F.layer_norm(x, [5], w, b))
rule("layerNormalized plain", [[3, 5]], lambda x: F.layer_norm(x, [5], eps=0.1))
rule("groupNormalized", [[2, 6, 3], [6], [6]], lambda x, w, b: F.group_norm(x, 3, w, b))
rule("groupNormalized plain", [[2, 4, 2, 3]], lambda x: F.group_norm(x, 2))
rule("batchNormalized", [[3, 2, 2, 3], [2], [2]],
     lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True))
rule("batchNormalized of a matrix", [[5, 3]], lambda x: F.batch_norm(x, None, None, training=True))
rule("batchNormalized by given statistics", [[3, 2, 2], [2], [2]],
     lambda x, w, b: F.batch_norm(x, mean, variance, w, b))

# Edges: ties, zeros, infinities, large numbers
at("max with ties", [[[1, 3, 3], [2, 2, 2]]], lambda a: a.amax(1))
at("min with ties", [[[1, 1, 3], [2, 2, 2]]], lambda a: a.amin(1))
at("maximum with ties", [[1, 2, 3], [1, 3, 2]], torch.maximum)
at("minimum with ties", [[1, 2, 3], [1, 3, 2]], torch.minimum)
at("relu at zero", [[-1, 0, 1]], F.relu)
at("abs at zero", [[-1, 0, 1]], torch.abs)
at("clamped at its bounds", [[-2, -1, 0, 1, 2]], lambda a: a.clamp(-1, 1))
at("product with zeros", [[[1, 2, 3], [0, 2, 3], [0, 2, 0]]], lambda a: a.prod(1))
at("logSumExp with infinities", [[[1, -inf, 2], [100, 1000, -1000]]], lambda a: a.logsumexp(1))
at("softmax with infinities", [[[1, -inf, 2], [100, 1000, -1000]]], lambda a: a.softmax(1))
at("logSoftmax of large numbers", [[[1e4, -1e4, 0], [88, 89, 90]]], lambda a: a.log_softmax(1))
at("logSigmoid of large numbers", [[-200, -90, -20, 0, 20, 90, 200]], F.logsigmoid)
at("softplus of large numbers", [[-200, -90, -19, 0, 19, 90, 200]], lambda a: F.softplus(a, threshold=1e9))
at("sigmoid of large numbers", [[-200, -90, 90, 200]], torch.sigmoid)
at("tanh of large numbers", [[-200, -90, 90, 200]], torch.tanh)
at("gelu of large numbers", [[-200, -9, 9, 200]], F.gelu)
at("geluTanh of large numbers", [[-200, -9, 9, 200]], gelu_tanh)
at("silu of large numbers", [[-200, -90, 90, 200]], F.silu)
at("maxPooled with ties", [torch.ones(1, 1, 4, 4)], lambda x: F.max_pool2d(x, 2, 1))
at("maxPooled of negatives", [-torch.rand(1, 1, 3, 3) - 1], lambda x: F.max_pool2d(x, 3, 1, 1))
at("layerNormalized of equal numbers", [torch.ones(2, 4)], lambda x: F.layer_norm(x, [4]))

# Attention. Queries that see no key are left out: PyTorch's fall-back makes them NaN, ours 0.
seen = torch.tensor([[True, False, True, True, True, False, True], [False, True, True, False, True, True, True]])
heads = lambda x: x.reshape(2, 5, 3, 4).transpose(1, 2)
sdpa = F.scaled_dot_product_attention
rule("attention", [[2, 3, 5, 4], [2, 3, 7, 4], [2, 3, 7, 6]], sdpa)
rule("attention causal", [[1, 2, 9, 4], [1, 2, 9, 4], [1, 2, 9, 4]], lambda q, k, v: sdpa(q, k, v, is_causal=True, scale=0.3))
rule("attention masked", [[2, 3, 5, 4], [2, 3, 7, 4], [2, 3, 7, 6]], lambda q, k, v: sdpa(q, k, v, seen[:, None, None, :]))
rule("attention of views", [[2, 5, 12], [2, 5, 12], [2, 5, 12]], lambda q, k, v: sdpa(heads(q), heads(k), heads(v)))

save_file(tensors, "rules.safetensors")
print(len(tensors), "tensors")
