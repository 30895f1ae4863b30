"""Writes .pt2 programs of several nodes with inputs and PyTorch's answers: python3 program_cases.py FOLDER COUNT

Two kinds: random sequences of views and in-place writes, whose memory PyTorch itself keeps track of; and calls with a
symbolic size, given inputs of two sizes. Both are written in the layout of PyTorch 2.9 and later.
"""
import json
import os
import random
import sys
import warnings
import zipfile

import torch
from onnx import numpy_helper

from operator_cases import DTYPES, F32, I64, BOOL, aten, idx, p, r, u

warnings.filterwarnings("ignore")
SIZES = (5, 6, 9, 12)


class Trace:
    """One run of a program, recorded."""

    def __init__(self):
        self.saved, self.nodes, self.names, self.values, self.kept = [], [], {}, {}, []

    def input(self, tensor):
        self.saved.append(tensor.clone())
        return self.define(tensor.clone(), f"x{len(self.saved) - 1}")

    def define(self, tensor, name):
        self.kept.append(tensor)
        self.names[id(tensor)] = name
        self.values[name] = (tensor.dtype, list(tensor.shape), list(tensor.stride()), tensor.storage_offset())
        return tensor

    def argument(self, value):
        if isinstance(value, torch.Tensor):
            return {"as_tensor": {"name": self.names[id(value)]}}
        if value is None:
            return {"as_none": True}
        if isinstance(value, bool):
            return {"as_bool": value}
        if isinstance(value, int):
            return {"as_int": value}
        if isinstance(value, float):
            return {"as_float": value if abs(value) != float("inf") else ("Infinity" if value > 0 else "-Infinity")}
        if isinstance(value, str):
            return {"as_string": value}
        if isinstance(value, torch.dtype):
            return {"as_scalar_type": DTYPES[value]}
        if any(isinstance(v, torch.Tensor) for v in value):
            if any(v is None for v in value):
                return {"as_optional_tensors": [self.argument(v) for v in value]}
            return {"as_tensors": [self.argument(v)["as_tensor"] for v in value]}
        if any(isinstance(v, float) for v in value):
            return {"as_floats": [float(v) for v in value]}
        return {"as_ints": list(value)}

    def call(self, op, *args, **kwargs):
        schema = op._schema
        inputs = [{"name": a.name, "arg": self.argument(v), "kind": 1} for a, v in zip(schema.arguments, args)]
        inputs += [{"name": n, "arg": self.argument(v), "kind": 2} for n, v in kwargs.items()]
        result = op(*args, **kwargs)
        results = list(result) if isinstance(result, (list, tuple)) else [result]
        number = len(self.nodes)
        tensors = []
        for i, tensor in enumerate(results):
            name = f"n{number}_{i}"
            self.define(tensor, name)
            tensors.append({"name": name})
        is_list = isinstance(result, (list, tuple)) and len(schema.returns) == 1
        name = op.name().replace("aten::", "")
        target = f"torch.ops.aten.{name}" + ("" if "." in name else ".default")
        self.nodes.append({
            "target": target, "inputs": inputs, "outputs": [{"as_tensors": tensors}] if is_list else [{"as_tensor": t} for t in tensors],
            "metadata": {}, "name": f"n{number}"})
        return result


def ints(numbers):
    return [number if isinstance(number, dict) else {"as_int": number} for number in numbers]


def meta(value):
    dtype, sizes, strides, offset = value
    return {
        "dtype": DTYPES[dtype], "sizes": ints(sizes), "strides": ints(strides), "storage_offset": ints([offset])[0],
        "requires_grad": False, "device": {"type": "cpu", "index": None}, "layout": 7}


def write(folder, trace, outputs, values, ranges, runs):
    os.mkdir(folder)
    names = [trace.names[id(tensor)] for tensor in outputs]
    inputs = [f"x{i}" for i in range(len(trace.saved))]
    leaf = {"type": None, "context": None, "children_spec": []}
    tree = lambda children: {"type": "builtins.tuple", "context": "null", "children_spec": children}
    in_spec = tree([tree([leaf] * len(inputs)), {"type": "builtins.dict", "context": "[]", "children_spec": []}])
    program = {
        "graph_module": {
            "graph": {
                "inputs": [{"as_tensor": {"name": n}} for n in inputs], "outputs": [{"as_tensor": {"name": n}} for n in names], "nodes": trace.nodes,
                "tensor_values": {n: meta(v) for n, v in values.items()}, "sym_int_values": {}, "sym_bool_values": {},
                "is_single_tensor_return": False, "custom_obj_values": {}, "sym_float_values": {}},
            "signature": {
                "input_specs": [{"user_input": {"arg": {"as_tensor": {"name": n}}}} for n in inputs],
                "output_specs": [{"user_output": {"arg": {"as_tensor": {"name": n}}}} for n in names]},
            "module_call_graph": [{"fqn": "", "signature": {
                "inputs": [], "outputs": [], "in_spec": json.dumps([1, in_spec]), "out_spec": json.dumps([1, tree([leaf] * len(names))]), "forward_arg_names": inputs}}],
            "metadata": {}, "treespec_namedtuple_fields": {}},
        "opset_version": {"aten": 10}, "range_constraints": ranges, "schema_version": {"major": 8, "minor": 20}, "verifiers": ["TRAINING"],
        "torch_version": torch.__version__, "guards_code": []}
    with zipfile.ZipFile(os.path.join(folder, "model.pt2"), "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("model/data/weights/model_weights_config.json", '{"config": {}}')
        archive.writestr("model/data/constants/model_constants_config.json", '{"config": {}}')
        archive.writestr("model/models/model.json", json.dumps(program))
        archive.writestr("model/byteorder", "little")
    case = {"rtol": 1e-3, "atol": 1e-4}
    for prefix, (given, answers) in zip(("", "alt_"), runs):
        for kind, tensors, letter in (("inputs", given, "x"), ("outputs", answers, "o")):
            case[prefix + kind] = []
            for i, tensor in enumerate(tensors):
                file = f"{prefix}{kind}_{i}.pb"
                with open(os.path.join(folder, file), "wb") as f:
                    f.write(numpy_helper.from_array(tensor.contiguous().numpy(), f"{letter}{i}").SerializeToString())
                case[prefix + kind].append({"name": f"{letter}{i}", "file": file})
    with open(os.path.join(folder, "case.json"), "w") as f:
        json.dump(case, f)


# ---- views and writes

def random_step(trace, pool, rng):
    """One random operator on one random tensor; what it gives joins the pool."""
    x = rng.choice(pool)
    rank = x.dim()
    dim = rng.randrange(rank) if rank else 0
    size = x.shape[dim] if rank else 1
    a = rng.randrange(size + 1) if rank else 0
    b = rng.randrange(a, size + 1) if rank else 0
    negative = dim - rank if rng.random() < 0.3 and rank else dim
    order = list(range(rank))
    rng.shuffle(order)
    number = rng.choice([2, -1.5, 0.25, 3])
    views = [
        lambda: trace.call(aten.select.int, x, negative, rng.randrange(size)) if rank and size else None,
        lambda: trace.call(aten.slice.Tensor, x, negative, a, b) if rank else None,
        lambda: trace.call(aten.slice.Tensor, x, dim, a, None, 2) if rank else None,
        lambda: trace.call(aten.slice.Tensor, x, dim, -2) if rank else None,
        lambda: trace.call(aten.transpose.int, x, dim, order[0]) if rank else None,
        lambda: trace.call(aten.permute.default, x, order),
        lambda: trace.call(aten.unsqueeze.default, x, dim),
        lambda: trace.call(aten.squeeze.default, x),
        lambda: trace.call(aten.view.default, x, [-1]) if x.is_contiguous() and x.numel() else None,
        lambda: trace.call(aten.reshape.default, x, [x.numel()]),
        lambda: trace.call(aten.flatten.using_ints, x),
        lambda: trace.call(aten.diagonal.default, x, rng.choice([0, 1, -1])) if rank >= 2 else None,
        lambda: trace.call(aten.narrow.default, x, dim, a, b - a) if rank else None,
        lambda: trace.call(aten.chunk.default, x, 2, dim) if rank else None,
        lambda: trace.call(aten.split.Tensor, x, 2, dim) if rank and size else None,
        lambda: trace.call(aten.unbind.int, x, dim) if rank and 0 < size < 5 else None,
        lambda: trace.call(aten.detach.default, x),
        lambda: trace.call(aten.expand.default, x, [2] + list(x.shape)),
        lambda: trace.call(aten.movedim.int, x, dim, order[-1]) if rank else None,
        lambda: trace.call(aten.contiguous.default, x),
        lambda: trace.call(aten.t.default, x) if rank <= 2 else None,
    ]
    values = [
        lambda: trace.call(aten.clone.default, x), lambda: trace.call(aten.relu.default, x), lambda: trace.call(aten.mul.Tensor, x, x), lambda: trace.call(aten.neg.default, x),
        lambda: trace.call(aten.add.Tensor, x, rng.choice([t for t in pool if t.shape == x.shape])), lambda: trace.call(aten.sum.dim_IntList, x, [dim]) if rank else None,
    ]
    writes = [
        lambda: trace.call(aten.add_.Scalar, x, number), lambda: trace.call(aten.mul_.Scalar, x, number), lambda: trace.call(aten.fill_.Scalar, x, number), lambda: trace.call(aten.zero_.default, x), lambda: trace.call(aten.relu_.default, x),
        lambda: trace.call(aten.neg_.default, x), lambda: trace.call(aten.clamp_.default, x, -1, 1), lambda: trace.call(aten.add_.Tensor, x, rng.choice([t for t in pool if t.shape == x.shape])),
        lambda: trace.call(aten.copy_.default, x, rng.choice([t for t in pool if t.shape == x.shape])), lambda: trace.call(aten.copy_.default, x, rng.choice([t for t in pool if t.dim() == 0] or [x])),
        lambda: trace.call(aten.masked_fill_.Scalar, x, trace.call(aten.gt.Scalar, x, 0), number), lambda: trace.call(aten.index_fill_.int_Scalar, x, dim, trace.call(aten.arange.default, min(size, 2)), number) if rank and size else None,
    ]
    kind = rng.choice([views, views, writes, writes, values])
    made = rng.choice(kind)()
    if made is None:
        return
    for tensor in made if isinstance(made, (list, tuple)) else [made]:
        if not any(tensor is known for known in pool):
            pool.append(tensor)


def memory(folder, count):
    for i in range(count):
        rng = random.Random(i)
        torch.manual_seed(i)
        trace = Trace()
        pool = [trace.input(r(*rng.choice([(2, 3, 4), (3, 4), (4, 3, 2), (5,), (2, 2, 3, 2)]))), trace.input(r(3, 4))]
        for _ in range(rng.randrange(4, 14)):
            try:
                random_step(trace, pool, rng)
            except (RuntimeError, IndexError):
                continue
        outputs = [tensor for tensor in pool if tensor.numel() > 0]
        write(os.path.join(folder, f"memory-{i}"), trace, outputs, trace.values, {}, [(trace.saved, outputs)])


# ---- symbolic sizes

SYMBOL = "Symbol('s0', positive=True, integer=True)"


def expression(values):
    """An expression of s0 that gives these values for SIZES; the number itself where all are equal."""
    if len(set(values)) == 1:
        return values[0]
    for divisor in (1, 2, 3, 4):
        for factor in (1, 2, 3, 4, 5, 6, 8, 12, 20, 24, 40, 60):
            for add in range(-9, 40):
                shift = values[0] - (factor * SIZES[0] + add) // divisor
                if -4 <= shift <= 60 and all((factor * n + add) // divisor + shift == v for n, v in zip(SIZES, values)):
                    text = SYMBOL if factor == 1 else f"Mul(Integer({factor}), {SYMBOL})"
                    text = text if add == 0 else f"Add({text}, Integer({add}))"
                    text = text if divisor == 1 else f"FloorDiv({text}, Integer({divisor}))"
                    text = text if shift == 0 else f"Add({text}, Integer({shift}))"
                    return {"as_expr": {"expr_str": text, "hint": {"as_int": values[0]}}}
    return None


def dynamic(folder, name, run):
    """A program for any size: run(trace, n) makes its inputs and returns its outputs."""
    traces = []
    for n in SIZES:
        torch.manual_seed(n)
        trace = Trace()
        outputs = run(trace, n)
        traces.append((trace, list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]))
    first = traces[0][0]
    if any(json.dumps(trace.nodes) != json.dumps(first.nodes) for trace, _ in traces):
        raise ValueError(f"{name} has arguments that depend on the size")
    values = {}
    for value in first.values:
        rows = [trace.values[value] for trace, _ in traces]
        fit = lambda numbers: [expression([row[i] for row in numbers]) for i in range(len(numbers[0]))]
        sizes, strides = fit([row[1] for row in rows]), fit([row[2] for row in rows])
        if any(size is None for size in sizes):
            raise ValueError(f"{name}: sizes {[row[1] for row in rows]}")
        values[value] = (rows[0][0], sizes, [s if s is not None else rows[0][2][i] for i, s in enumerate(strides)], 0)
    runs = [(trace.saved, outputs) for trace, outputs in (traces[0], traces[2])]
    write(os.path.join(folder, f"dynamic-{name}"), first, traces[0][1], values, {"s0": {"min_val": 2, "max_val": 64}}, runs)


def single(op, *args, **kwargs):
    """Calls one operator; callables among its arguments make inputs from the size."""
    def run(trace, n):
        make = lambda a: trace.input(a(n)) if callable(a) and not isinstance(a, torch.dtype) else [make(v) for v in a] if isinstance(a, (list, tuple)) and any(callable(v) for v in a) else a
        return trace.call(op, *[make(a) for a in args], **{k: make(v) for k, v in kwargs.items()})
    return run


def symbolic(folder):
    batch, length, image, rows = lambda n: r(n, 3, 4), lambda n: r(2, n, 4), lambda n: r(1, 2, n, n + 1), lambda n: r(n, 4)
    last = lambda n: r(3, n)
    cases = {}

    def add(op, *args, **kwargs):
        name = op.name().replace("aten::", "").replace(".", "_")
        key = f"{name}-{sum(k.startswith(name + '-') for k in cases)}"
        cases[key] = single(op, *args, **kwargs)

    for x in (batch, length, lambda n: r(2, 3, n)):
        for op in "relu exp sigmoid gelu silu tanh neg abs sqrt round isnan logical_not".split():
            add(getattr(aten, op).default, x)
        for dim in (0, 1, -1):
            for op in (aten.softmax.int, aten.log_softmax.int, aten.cumsum.default, aten.argmax.default, aten.max.dim, aten.median.dim, aten.sort.default, aten.argsort.default, aten.unsqueeze.default, aten.any.dim, aten.prod.dim_int):
                add(op, x, dim)
            for op in (aten.sum.dim_IntList, aten.mean.dim, aten.amax.default, aten.logsumexp.default, aten.linalg_vector_norm.default):
                add(op, x, [dim] if op != aten.linalg_vector_norm.default else 2, *([dim],) if op == aten.linalg_vector_norm.default else ())
            add(aten.var.correction, x, [dim], correction=1); add(aten.std.correction, x, [dim], correction=0, keepdim=True); add(aten.topk.default, x, 2, dim); add(aten.select.int, x, dim, 1); add(aten.select.int, x, dim, -1); add(aten.slice.Tensor, x, dim, 1); add(aten.slice.Tensor, x, dim, -2); add(aten.slice.Tensor, x, dim, 0, -1); add(aten.slice.Tensor, x, dim, 0, 9223372036854775807, 2); add(aten.flip.default, x, [dim]); add(aten.roll.default, x, [1], [dim]); add(aten.cat.default, [x, x], dim); add(aten.stack.default, [x, x], dim); add(aten.diff.default, x, 1, dim); add(aten.narrow.default, x, dim, 0, 2); add(aten.index_select.default, x, dim, lambda n: torch.tensor([0, 1, 1])); add(aten.repeat_interleave.self_int, x, 2, dim); add(aten.kthvalue.default, x, 2, dim)
        for op in (aten.sum.default, aten.mean.default, aten.max.default, aten.std.default, aten.any.default, aten.median.default, aten.argmax.default, aten.var.default):
            add(op, x)
        add(aten.transpose.int, x, 0, 2); add(aten.permute.default, x, [2, 0, 1]); add(aten.flatten.using_ints, x, 1); add(aten.flatten.using_ints, x, 0, 1); add(aten.flatten.using_ints, x); add(aten.repeat.default, x, [2, 1, 1, 1]); add(aten.repeat.default, x, [1, 2, 1]); add(aten.layer_norm.default, batch, [4], lambda n: r(4), lambda n: r(4)); add(aten.add.Tensor, x, x); add(aten.mul.Tensor, x, lambda n: r(1)); add(aten.where.self, lambda n: r(n, 1, 1, dtype=BOOL), batch, batch); add(aten.clamp.default, x, -1, 1); add(aten.expand_as.default, lambda n: r(1, 1, 1), x); add(aten.zeros_like.default, x); add(aten.full_like.default, x, 2.0); add(aten.masked_fill.Scalar, x, lambda n: torch.tensor(True), 1.0); add(aten.tril.default, x, 1); add(aten.triu.default, x, -1); add(aten.diagonal.default, x, 0, 0, 2); add(aten.unbind.int, lambda n: r(3, n)); add(aten.chunk.default, lambda n: r(4, n), 2); add(aten.constant_pad_nd.default, x, [1, 2]); add(aten.constant_pad_nd.default, x, [0, 0, 1, 1], 2.0); add(aten.pad.default, lambda n: r(2, 3, n), [1, 1], "reflect"); add(aten.pad.default, lambda n: r(2, 3, n), [1, 2], "replicate"); add(aten.pad.default, lambda n: r(2, 3, n), [2, 1], "circular"); add(aten.to.dtype, x, I64); add(aten.one_hot.default, lambda n: idx(5, n), 5); add(aten.embedding.default, lambda n: r(7, 3), lambda n: idx(7, 2, n)); add(aten.gather.default, last, 1, lambda n: idx(5, 3, n)); add(aten.scatter_add.default, last, 1, lambda n: idx(5, 3, n), last); add(aten.index.Tensor, x, [lambda n: torch.tensor([0, 1])])
    add(aten.index.Tensor, lambda n: r(n, n), [lambda n: idx(5, n), lambda n: idx(5, n)]); add(aten.index_put.default, rows, [lambda n: torch.tensor([0, 2])], lambda n: r(2, 4)); add(aten.index_add.default, rows, 0, lambda n: torch.tensor([1, 1]), lambda n: r(2, 4)); add(aten.matmul.default, rows, lambda n: r(4, n)); add(aten.matmul.default, lambda n: r(2, n, 4), lambda n: r(2, 4, 5)); add(aten.mm.default, rows, lambda n: r(4, 5)); add(aten.bmm.default, lambda n: r(2, 3, n), lambda n: r(2, n, 3)); add(aten.linear.default, length, lambda n: r(6, 4), lambda n: r(6)); add(aten.linear.default, rows, lambda n: r(6, 4)); add(aten.addmm.default, lambda n: r(5), rows, lambda n: r(4, 5)); add(aten.baddbmm.default, lambda n: r(2, n, 5), lambda n: r(2, n, 4), lambda n: r(2, 4, 5)); add(aten.einsum.default, "bnd,bmd->bnm", [length, length]); add(aten.einsum.default, "nd,de->ne", [rows, lambda n: r(4, 3)]); add(aten.einsum.default, "bhnd,bhmd->bhnm", [lambda n: r(2, 2, n, 3), lambda n: r(2, 2, n, 3)]); add(aten.outer.default, lambda n: r(n), lambda n: r(3)); add(aten.cdist.default, rows, lambda n: r(3, 4)); add(aten.cosine_similarity.default, rows, rows, 1)
    add(aten.conv2d.default, image, lambda n: r(3, 2, 3, 3), lambda n: r(3), [2, 2], [1, 1]); add(aten.conv2d.default, lambda n: r(n, 2, 6, 6), lambda n: r(3, 2, 3, 3)); add(aten.conv2d.padding, image, lambda n: r(3, 2, 3, 4), None, [1, 1], "same"); add(aten.conv1d.default, lambda n: r(2, 3, n), lambda n: r(4, 3, 3), None, [1], [1]); add(aten.conv_transpose2d.input, image, lambda n: r(2, 3, 3, 3), None, [2, 2], [1, 1]); add(aten.max_pool2d.default, image, [2, 2]); add(aten.max_pool2d.default, image, [3, 3], [2, 2], [1, 1]); add(aten.avg_pool2d.default, image, [2, 2]); add(aten.avg_pool2d.default, image, [3, 3], [2, 2], [1, 1]); add(aten.avg_pool2d.default, image, [3, 3], [2, 2], [1, 1], False, False); add(aten.avg_pool2d.default, lambda n: r(n, 2, 6, 6), [2, 2], [2, 2], [0, 0], True); add(aten.adaptive_avg_pool2d.default, image, [1, 1]); add(aten.adaptive_avg_pool2d.default, lambda n: r(n, 2, 6, 6), [2, 3]); add(aten.adaptive_avg_pool2d.default, lambda n: r(n, 2, 7, 5), [3, 2]); add(aten.adaptive_max_pool2d.default, lambda n: r(n, 2, 7, 5), [3, 2]); add(aten.batch_norm.default, image, lambda n: r(2), lambda n: r(2), lambda n: r(2), lambda n: p(2), False, 0.1, 1e-5, False); add(aten.instance_norm.default, image, None, None, None, None, True, 0.1, 1e-5, False); add(aten.group_norm.default, lambda n: r(2, 4, n), 2, lambda n: r(4), lambda n: r(4)); add(aten.group_norm.default, lambda n: r(n, 4, 3, 3), 2); add(aten.upsample_nearest2d.vec, image, None, [2.0, 2.0]); add(aten.upsample_bilinear2d.vec, image, None, False, [2.0, 2.0]); add(aten.upsample_bilinear2d.vec, image, None, True, [2.0, 2.0]); add(aten.upsample_bilinear2d.vec, lambda n: r(n, 2, 5, 6), [7, 8], False, None); add(aten.upsample_nearest2d.vec, lambda n: r(n, 2, 5, 6), [7, 8], None); add(aten.upsample_bicubic2d.vec, image, None, False, [2.0, 2.0]); add(aten.grid_sampler.default, lambda n: r(n, 2, 5, 6), lambda n: u(n, 4, 3, 2), 0, 0, False); add(aten.pixel_shuffle.default, lambda n: r(1, 8, n, n), 2); add(aten.pixel_unshuffle.default, lambda n: r(n, 2, 4, 6), 2); add(aten.channel_shuffle.default, lambda n: r(n, 6, 2, 2), 3); add(aten.prelu.default, lambda n: r(n, 3, 4), lambda n: p(3)); add(aten.glu.default, lambda n: r(n, 4)); add(aten.im2col.default, lambda n: r(n, 2, 5, 6), [2, 3], [1, 1], [1, 0], [1, 2]); add(aten.unfold.default, lambda n: r(n, 9), 1, 3, 2)
    def layers(n):
        return [r(16, 3), r(16, 4), r(16), r(16)]
    add(aten.lstm.input, lambda n: r(n, 2, 3), [lambda n: r(1, 2, 4), lambda n: r(1, 2, 4)], [lambda n: r(16, 3), lambda n: r(16, 4), lambda n: r(16), lambda n: r(16)], True, 1, 0.0, False, False, False); add(aten.gru.input, lambda n: r(3, n, 3), lambda n: r(2, n, 4), [lambda n: r(12, 3), lambda n: r(12, 4), lambda n: r(12), lambda n: r(12)] * 2, True, 1, 0.0, False, True, False)
    add(aten.mse_loss.default, rows, rows, 0); add(aten.cross_entropy_loss.default, rows, lambda n: idx(4, n)); add(aten.nll_loss_nd.default, rows, lambda n: idx(4, n), None, 2); add(aten.fake_quantize_per_tensor_affine.default, rows, 0.1, 0, -128, 127); add(aten.searchsorted.Tensor, lambda n: torch.arange(8.0), lambda n: r(n)); add(aten.isin.Tensor_Tensor, lambda n: idx(9, n), lambda n: idx(9, 3)); add(aten.stft.default, lambda n: r(2, n + 20), 8, 2, 8, lambda n: p(8), False, True, False); add(aten.quantile.scalar, last, 0.3, 1); add(aten.bincount.default, lambda n: torch.cat([idx(5, n), torch.tensor([4])])); add(aten.meshgrid.indexing, [lambda n: r(n), lambda n: r(3)], indexing="ij"); add(aten.broadcast_tensors.default, [lambda n: r(n, 1), lambda n: r(3)]); add(aten.tensordot.default, rows, lambda n: r(4, 3), [1], [0]); add(aten.kron.default, lambda n: r(2, 2), lambda n: r(3, n)) ; add(aten.movedim.int, batch, 0, 2); add(aten.t.default, rows); add(aten.squeeze.dim, lambda n: r(n, 1, 3), 1); add(aten.unflatten.int, rows, 1, [2, 2]); add(aten.atleast_2d.default, lambda n: r(n)); add(aten.linalg_cross.default, lambda n: r(n, 3), lambda n: r(n, 3)); add(aten.slice_scatter.default, rows, rows, 0); add(aten.select_scatter.default, rows, lambda n: r(4), 0, 1); add(aten.copy_.default, rows, lambda n: r(4)); add(aten.relu_.default, rows); add(aten.add_.Tensor, rows, lambda n: r(1)); add(aten.new_zeros.default, rows, [2, 2]); add(aten.repeat.default, rows, [2, 3]); add(aten.tile.default, rows, [2]); add(aten.rot90.default, rows, 1); add(aten.native_layer_norm.default, length, [4], None, None, 1e-5); add(aten._softmax.default, batch, -1, False); add(aten.view.default, lambda n: r(n, 3, 4), [-1, 12]); add(aten.view.default, lambda n: r(n, 4), [-1, 2, 2]); add(aten.reshape.default, lambda n: r(4, n, 2), [4, -1])

    def writes(trace, n):
        x = trace.input(r(n, 4))
        part = trace.call(aten.slice.Tensor, x, 0, 1, -1)
        trace.call(aten.mul_.Scalar, part, 2.0)
        column = trace.call(aten.select.int, x, 1, 2)
        trace.call(aten.fill_.Scalar, column, 3.0)
        return [x, part, column]

    cases["writes"] = writes
    failed = []
    for name, run in cases.items():
        try:
            dynamic(folder, name, run)
        except (RuntimeError, ValueError, IndexError) as problem:
            failed.append(f"{name}: {str(problem).splitlines()[0]}")
    return len(cases) - len(failed), failed


if __name__ == "__main__":
    memory(sys.argv[1], int(sys.argv[2]))
    written, left_out = symbolic(sys.argv[1])
    with open(os.path.join(sys.argv[1], "left-out.txt"), "w") as report:
        report.write("\n".join(left_out))
    print(f"{sys.argv[2]} programs with writes, {written} with symbolic sizes; {len(left_out)} left out")
