"""Writes one-operator .pt2 programs with inputs and PyTorch's answers: python3 operator_cases.py FOLDER

The programs are written from the operators' schemas as PyTorch itself knows them, in the layout of PyTorch 2.9 and later.
Every call below is run by this PyTorch; what it cannot run (a type without a kernel) is left out.
"""
import itertools
import json
import os
import sys
import warnings
import zipfile

import torch
from onnx import numpy_helper

warnings.filterwarnings("ignore")
torch.manual_seed(20)
aten = torch.ops.aten
F32, F64, F16, I64, I32, I16, I8, U8, BOOL = (
    torch.float32, torch.float64, torch.float16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool)
C64 = torch.complex64
DTYPES = {U8: 1, I8: 2, I16: 3, I32: 4, I64: 5, F16: 6, F32: 7, F64: 8, C64: 10, torch.complex128: 11, BOOL: 12}
LAYOUTS = {torch.strided: 7}


class Folder:
    def __init__(self, path):
        self.path, self.count, self.failed = path, {}, []

    def case(self, op, *args, first=None, **kwargs):
        """One call of an operator, by its overload; of its results only the first ones where that is said."""
        name = op.name().replace("aten::", "")
        schema = op._schema
        is_inplace = name.split(".")[0].endswith("_") and not name.split(".")[0].endswith("__")
        placeholders = []

        def argument(value):
            if isinstance(value, torch.Tensor):
                placeholders.append(value.clone())
                return {"as_tensor": {"name": f"x{len(placeholders) - 1}"}}
            if value is None:
                return {"as_none": True}
            if isinstance(value, bool):
                return {"as_bool": value}
            if isinstance(value, int):
                return {"as_int": value}
            if isinstance(value, float):
                text = {float("inf"): "Infinity", float("-inf"): "-Infinity"}.get(value, "NaN" if value != value else value)
                return {"as_float": text}
            if isinstance(value, str):
                return {"as_string": value}
            if isinstance(value, torch.dtype):
                return {"as_scalar_type": DTYPES[value]}
            if isinstance(value, (list, tuple)):
                if any(isinstance(v, torch.Tensor) for v in value):
                    if any(v is None for v in value):
                        return {"as_optional_tensors": [argument(v) for v in value]}
                    return {"as_tensors": [argument(v)["as_tensor"] for v in value]}
                if any(isinstance(v, float) for v in value):
                    return {"as_floats": [float(v) for v in value]}
                if any(isinstance(v, bool) for v in value):
                    return {"as_bools": list(value)}
                return {"as_ints": list(value)}
            raise TypeError(type(value))

        inputs = []
        for given, value in zip(schema.arguments, args):
            inputs.append({"name": given.name, "arg": argument(value), "kind": 1})
        for given, value in kwargs.items():
            inputs.append({"name": given, "arg": argument(value), "kind": 2})

        def fresh(value):
            if isinstance(value, torch.Tensor):
                return value.clone()
            return [fresh(v) for v in value] if isinstance(value, (list, tuple)) else value

        try:
            results = op(*[fresh(a) for a in args], **{k: fresh(v) for k, v in kwargs.items()})
        except (RuntimeError, IndexError) as problem:
            self.failed.append(f"{name}: {str(problem).splitlines()[0]}")
            return
        lists = isinstance(results, (list, tuple)) and len(schema.returns) == 1
        results = list(results)[:first] if isinstance(results, (list, tuple)) else [results]
        self.write(name, is_inplace, placeholders, inputs, results, lists)

    def given(self, name, arguments, results, keywords=()):
        """A call of an operator that this PyTorch does not have, with what its documentation says it gives."""
        placeholders, inputs = [], []

        def argument(value):
            if isinstance(value, torch.Tensor):
                placeholders.append(value.clone())
                return {"as_tensor": {"name": f"x{len(placeholders) - 1}"}}
            if isinstance(value, torch.dtype):
                return {"as_scalar_type": DTYPES[value]}
            if isinstance(value, list) and any(v is None or isinstance(v, torch.Tensor) for v in value):
                return {"as_optional_tensors": [argument(v) for v in value]}
            kind = {bool: "as_bool", int: "as_int", float: "as_float", str: "as_string", list: "as_ints", type(None): "as_none"}[type(value)]
            return {kind: True if value is None else value}

        for key, value in arguments.items():
            inputs.append({"name": key, "arg": argument(value), "kind": 2 if key in keywords else 1})
        self.write(name, False, placeholders, inputs, results, False)

    def write(self, name, is_inplace, placeholders, inputs, results, lists):
        short = name.removeprefix("aten.").removesuffix(".default")
        number = self.count[short] = self.count.get(short, 0) + 1
        folder = os.path.join(self.path, f"{short.replace('.', '-')}-{number}")
        os.mkdir(folder)
        values = {f"x{i}": meta(t) for i, t in enumerate(placeholders)}
        names = [f"r{i}" for i in range(len(results))]
        values.update({n: meta(t) for n, t in zip(names, results)})
        tensors = [{"name": n} for n in names]
        outputs = [{"as_tensors": tensors}] if lists else [{"as_tensor": t} for t in tensors]
        target = f"torch.ops.{name}" if name.count(".") == 2 else f"torch.ops.aten.{name}" + ("" if "." in name else ".default")
        nodes = [{"target": target, "inputs": inputs, "outputs": outputs, "metadata": {}, "name": name.split(".")[0]}]
        graph = {
            "inputs": [{"as_tensor": {"name": f"x{i}"}} for i in range(len(placeholders))],
            "outputs": [{"as_tensor": t} for t in tensors], "nodes": nodes, "tensor_values": values,
            "sym_int_values": {}, "sym_bool_values": {}, "is_single_tensor_return": False, "custom_obj_values": {}, "sym_float_values": {}}
        leaf = {"type": None, "context": None, "children_spec": []}
        tree = lambda children: {"type": "builtins.tuple", "context": "null", "children_spec": children}
        in_spec = tree([tree([leaf] * len(placeholders)), {"type": "builtins.dict", "context": "[]", "children_spec": []}])
        program = {
            "graph_module": {
                "graph": graph,
                "signature": {
                    "input_specs": [{"user_input": {"arg": {"as_tensor": {"name": f"x{i}"}}}} for i in range(len(placeholders))],
                    "output_specs": [{"user_output": {"arg": {"as_tensor": t}}} for t in tensors]},
                "module_call_graph": [{"fqn": "", "signature": {
                    "inputs": [], "outputs": [], "in_spec": json.dumps([1, in_spec]), "out_spec": json.dumps([1, tree([leaf] * len(names))]),
                    "forward_arg_names": [f"x{i}" for i in range(len(placeholders))]}}],
                "metadata": {}, "treespec_namedtuple_fields": {}},
            "opset_version": {"aten": 10}, "range_constraints": {}, "schema_version": {"major": 8, "minor": 20}, "verifiers": ["TRAINING"],
            "torch_version": torch.__version__, "guards_code": []}
        with zipfile.ZipFile(os.path.join(folder, "model.pt2"), "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("model/data/weights/model_weights_config.json", '{"config": {}}')
            archive.writestr("model/data/constants/model_constants_config.json", '{"config": {}}')
            archive.writestr("model/models/model.json", json.dumps(program))
            archive.writestr("model/archive_format", "pt2")
            archive.writestr("model/archive_version", "0")
            archive.writestr("model/byteorder", "little")
        half = any(t.dtype == F16 for t in placeholders + results)
        case = {"rtol": 5e-3 if half else 1e-3, "atol": 5e-3 if half else 1e-4, "inputs": [], "outputs": []}
        for kind, tensors, prefix in (("inputs", placeholders, "x"), ("outputs", results, "r")):
            for i, tensor in enumerate(tensors):
                real = torch.view_as_real(tensor.resolve_conj()) if tensor.is_complex() else tensor
                proto = numpy_helper.from_array(real.contiguous().numpy(), f"{prefix}{i}")
                file = f"{kind}_{i}.pb"
                with open(os.path.join(folder, file), "wb") as f:
                    f.write(proto.SerializeToString())
                case[kind].append({"name": f"{prefix}{i}", "file": file})
        with open(os.path.join(folder, "case.json"), "w") as f:
            json.dump(case, f)


def meta(tensor):
    ints = lambda numbers: [{"as_int": n} for n in numbers]
    return {
        "dtype": DTYPES[tensor.dtype], "sizes": ints(tensor.shape), "strides": ints(tensor.stride()), "storage_offset": {"as_int": 0},
        "requires_grad": False, "device": {"type": "cpu", "index": None}, "layout": 7}


def r(*shape, dtype=F32, scale=2.0):
    """Random numbers; integers from -5 to 5 (0 to 10 unsigned)."""
    if dtype == BOOL:
        return torch.rand(shape) > 0.4
    if dtype == U8:
        return torch.randint(0, 11, shape, dtype=dtype)
    if not dtype.is_floating_point and not dtype.is_complex:
        return torch.randint(-5, 6, shape, dtype=dtype)
    return torch.randn(shape, dtype=C64 if dtype == C64 else F32).mul(scale).to(dtype)


def p(*shape, dtype=F32):
    """Positive numbers from 0.1 to 3."""
    return (torch.rand(shape) * 2.9 + 0.1).to(dtype)


def u(*shape, dtype=F32):
    """Numbers within -0.95 to 0.95."""
    return (torch.rand(shape) * 1.9 - 0.95).to(dtype)


def idx(high, *shape, dtype=I64, low=0):
    return torch.randint(low, high, shape, dtype=dtype)


def unary(f):
    anywhere = "abs neg exp exp2 expm1 sin cos tan sinh cosh tanh atan asinh erf erfc ceil floor trunc frac sigmoid sign sgn square relu round sinc isnan isinf isfinite isposinf isneginf signbit deg2rad rad2deg logical_not positive angle isreal special_ndtr nan_to_num".split()
    for name in anywhere:
        op = getattr(aten, name).default
        for dtype in (F32, F64, F16, I64, I32, U8, BOOL):
            f.case(op, r(3, 4, dtype=dtype))
        f.case(op, r())
        f.case(op, r(0, 3))
    for name in "log log2 log10 log1p sqrt rsqrt reciprocal lgamma digamma acosh special_entr logit".split():
        op = getattr(aten, name).default
        for dtype in (F32, F64, F16):
            f.case(op, p(3, 4, dtype=dtype) + (1 if name == "acosh" else 0) if name != "logit" else p(3, 4, dtype=dtype) / 3.2)
        if name not in ("logit", "special_entr"):
            f.case(op, idx(6, 5, low=1))
    for name in "asin acos atanh erfinv".split():
        f.case(getattr(aten, name).default, u(3, 4))
    special = torch.tensor([0.0, -0.0, float("inf"), float("-inf"), float("nan"), 1.5, -1.5, 2.5, 0.5, -0.5])
    for name in "isnan isinf isfinite sign signbit round relu abs floor ceil trunc nan_to_num sgn logical_not square neg".split():
        f.case(getattr(aten, name).default, special)
    f.case(aten.nan_to_num.default, special, 1.0, 2.0, -3.0)
    f.case(aten.nan_to_num.default, special.half())
    f.case(aten.round.decimals, r(3, 4), decimals=2)
    f.case(aten.round.decimals, r(3, 4) * 100, decimals=-1)
    f.case(aten.logit.default, torch.rand(3, 4), 0.1)
    f.case(aten.bitwise_not.default, r(5, dtype=I32))
    f.case(aten.bitwise_not.default, r(5, dtype=BOOL))
    f.case(aten.bitwise_not.default, r(5, dtype=U8))
    f.case(aten.polygamma.default, 1, p(4))
    f.case(aten.mvlgamma.default, p(4) + 3, 2)
    for name in "relu_ abs_ neg_ exp_ sigmoid_ tanh_ sqrt_ floor_ ceil_ round_ square_ sin_ erf_".split():
        f.case(getattr(aten, name).default, p(3, 4))


def binary(f):
    pairs = list(itertools.product((F32, F16, I64, I32, U8, BOOL), repeat=2)) + [(F64, F32), (F32, F64), (I16, I8), (I8, U8)]
    ops = [aten.add.Tensor, aten.sub.Tensor, aten.mul.Tensor, aten.div.Tensor, aten.eq.Tensor, aten.lt.Tensor, aten.maximum.default, aten.remainder.Tensor, aten.floor_divide.default,
           aten.logical_and.default, aten.logical_xor.default, aten.fmod.Tensor, aten.where.self, aten.minimum.default, aten.ge.Tensor, aten.pow.Tensor_Tensor, aten.atan2.default]
    for op, (left, right) in itertools.product(ops, pairs):
        x, y = r(3, 4, dtype=left), r(3, 4, dtype=right)
        if op in (aten.remainder.Tensor, aten.floor_divide.default, aten.fmod.Tensor):
            y = torch.where(y == 0, torch.ones_like(y), y)
        if op == aten.pow.Tensor_Tensor:
            x, y = (p(3, 4) if left.is_floating_point else r(3, 4, dtype=left)).to(left), (idx(4, 3, 4) if not right.is_floating_point else r(3, 4)).to(right)
        if op == aten.where.self:
            f.case(op, r(3, 4, dtype=BOOL), x, y)
        else:
            f.case(op, x, y)
    for op in (aten.add.Tensor, aten.mul.Tensor, aten.sub.Tensor, aten.div.Tensor):
        f.case(op, r(2, 1, 4), r(3, 1))
        f.case(op, r(), r(3))
        f.case(op, r(3, dtype=I32), r(dtype=F64))
        f.case(op, r(3, dtype=F16), r(dtype=F32))
        f.case(op, r(0, 3), r(1, 3))
    for alpha in (2, -1, 0.5):
        f.case(aten.add.Tensor, r(3, 4), r(4), alpha=alpha)
        f.case(aten.sub.Tensor, r(3, 4), r(4), alpha=alpha)
        f.case(aten.rsub.Tensor, r(3, 4), r(4), alpha=alpha)
        f.case(aten.rsub.Scalar, r(3, 4), 2, alpha)
        f.case(aten.add_.Tensor, r(3, 4), r(4), alpha=alpha)
    f.case(aten.add.Tensor, r(3, dtype=I64), r(3, dtype=I64), alpha=3)
    for scalar in (2, 2.5, -3, True):
        for dtype in (F32, F16, I64, I32, U8, BOOL):
            for op in (aten.add.Scalar, aten.mul.Scalar, aten.eq.Scalar, aten.gt.Scalar, aten.le.Scalar, aten.ne.Scalar, aten.div.Scalar, aten.sub.Scalar, aten.remainder.Scalar, aten.floor_divide.Scalar, aten.pow.Tensor_Scalar):
                if op == aten.pow.Tensor_Scalar and dtype.is_floating_point:
                    f.case(op, p(3, 4, dtype=dtype), scalar)
                else:
                    f.case(op, r(3, 4, dtype=dtype), scalar)
    for exponent in (0, 1, 2, 3, 4, 0.5, -0.5, -1, -2, 1.5):
        f.case(aten.pow.Tensor_Scalar, p(3, 4), exponent)
    f.case(aten.pow.Scalar, 2, r(3, dtype=I64).abs())
    f.case(aten.pow.Scalar, 2.5, r(3))
    f.case(aten.float_power.Tensor_Scalar, r(3, dtype=I64), 2)
    f.case(aten.float_power.Tensor_Tensor, p(3), r(3))
    for mode in ("floor", "trunc", None):
        for left, right in ((F32, F32), (I64, I64), (I32, F32), (F16, F16), (U8, U8), (I64, I32)):
            y = r(4, 5, dtype=right)
            y = torch.where(y == 0, torch.full_like(y, 3), y)
            f.case(aten.div.Tensor_mode, r(4, 5, dtype=left, scale=9), y, rounding_mode=mode)
            f.case(aten.div.Scalar_mode, r(4, 5, dtype=left, scale=9), 3, rounding_mode=mode)
    f.case(aten.remainder.Tensor, torch.tensor([5.5, -5.5, 5.5, -5.5]), torch.tensor([2.0, 2.0, -2.0, -2.0]))
    f.case(aten.fmod.Tensor, torch.tensor([5.5, -5.5, 5.5, -5.5]), torch.tensor([2.0, 2.0, -2.0, -2.0]))
    f.case(aten.remainder.Scalar_Tensor, 7, torch.tensor([2, -3, 4]))
    for name in "hypot fmax fmin copysign logaddexp logaddexp2 xlogy ldexp heaviside nextafter special_xlog1py".split():
        packet = getattr(aten, name)
        op = packet.default if "default" in packet.overloads() else packet.Tensor
        f.case(op, p(3, 4), p(4))
        f.case(op, r(2, 3), p(3))
    f.case(aten.copysign.Scalar, r(4), -1.0)
    f.case(aten.ldexp.Tensor, r(4), idx(5, 4))
    f.case(aten.lerp.Scalar, r(3, 4), r(4), 0.3)
    f.case(aten.lerp.Tensor, r(3, 4), r(3, 4), torch.rand(3, 4))
    for op in (aten.addcmul.default, aten.addcdiv.default):
        f.case(op, r(3, 4), r(3, 1), p(4), value=0.5)
        f.case(op, r(3, 4), r(3, 4), p(3, 4))
    for op in (aten.bitwise_and, aten.bitwise_or, aten.bitwise_xor, aten.__and__, aten.__or__, aten.__xor__):
        for dtype in (I64, I32, U8, BOOL, I8, I16):
            f.case(op.Tensor, r(3, 4, dtype=dtype), r(4, dtype=dtype))
        f.case(op.Scalar, r(3, dtype=I64), 3)
        f.case(op.Tensor, r(3, dtype=I64), r(3, dtype=BOOL))
    for op in (aten.bitwise_left_shift, aten.bitwise_right_shift):
        for dtype in (I64, I32, U8):
            f.case(op.Tensor, r(5, dtype=dtype), idx(4, 5, dtype=dtype))
    f.case(aten.__lshift__.Scalar, r(5, dtype=I64), 2)
    f.case(aten.__rshift__.Scalar, r(5, dtype=I64), 2)
    f.case(aten.isclose.default, torch.tensor([1.0, 2.0, float("nan"), float("inf")]), torch.tensor([1.0, 2.1, float("nan"), float("inf")]))
    f.case(aten.isclose.default, torch.tensor([1.0, 2.0, float("nan"), float("inf")]), torch.tensor([1.000001, 2.1, float("nan"), float("-inf")]), 1e-3, 1e-3, True)
    f.case(aten.gcd.default, idx(20, 5), idx(20, 5))
    f.case(aten.where.ScalarSelf, r(3, dtype=BOOL), 1.5, r(3))
    f.case(aten.where.ScalarOther, r(3, dtype=BOOL), r(3, dtype=I64), 2)
    f.case(aten.where.Scalar, r(3, dtype=BOOL), 1, 2)
    for low, high in ((-1, 1), (None, 0.5), (0.25, None), (1, -1)):
        f.case(aten.clamp.default, r(3, 4), low, high)
        f.case(aten.clamp.default, r(3, 4, dtype=I64), low, high)
    f.case(aten.clamp.Tensor, r(3, 4), r(4) - 1, r(3, 1) + 1)
    f.case(aten.clamp.Tensor, r(3, 4), None, r(4))
    f.case(aten.clamp_min.Tensor, r(3, 4), r(4))
    f.case(aten.clamp_max.Tensor, r(3, 4, dtype=I32), r(4, dtype=I32))
    f.case(aten.clamp_min.default, r(3, 4, dtype=F16), 0.5)
    f.case(aten.masked_fill.Scalar, r(3, 4), r(4, dtype=BOOL), float("-inf"))
    f.case(aten.masked_fill.Scalar, r(3, 4, dtype=I64), r(3, 1, dtype=BOOL), 7)
    f.case(aten.masked_fill.Tensor, r(3, 4), r(3, 4, dtype=BOOL), torch.tensor(3.0))
    f.case(aten.isin.Tensor_Tensor, r(3, 4, dtype=I64), r(3, dtype=I64))
    f.case(aten.isin.Tensor_Scalar, r(3, 4, dtype=I64), 2)


def reductions(f):
    x = r(2, 3, 4)
    for dims in ([0], [1, 2], [-1], [0, 1, 2], []):
        for keep in (False, True):
            f.case(aten.sum.dim_IntList, x, dims, keep)
            f.case(aten.mean.dim, x, dims, keep)
            f.case(aten.amax.default, x, dims, keep)
            f.case(aten.amin.default, x, dims, keep)
            f.case(aten.logsumexp.default, x, dims or [0], keep)
            f.case(aten.var.correction, x, dims or None, correction=1, keepdim=keep)
            f.case(aten.std.correction, x, dims or None, correction=0, keepdim=keep)
            f.case(aten.var_mean.correction, x, dims or None, correction=1, keepdim=keep)
            f.case(aten.nansum.default, x, dims, keep)
            f.case(aten.nanmean.default, x, dims, keep)
            f.case(aten.count_nonzero.dim_IntList, r(2, 3, 4, dtype=I64), dims)
            for order in (2, 1, 0, 3, 0.5, float("inf"), float("-inf")):
                f.case(aten.linalg_vector_norm.default, x, order, dims or None, keep)
    for dtype in (I64, I32, U8, BOOL, F16, F64):
        y = r(2, 3, 4, dtype=dtype)
        for op in (aten.sum.default, aten.prod.default, aten.max.default, aten.min.default, aten.any.default, aten.all.default, aten.amax.default, aten.count_nonzero.default, aten.argmax.default, aten.mean.default, aten.std.default):
            f.case(op, y)
        f.case(aten.sum.dim_IntList, y, [1])
        f.case(aten.sum.dim_IntList, y, [1], dtype=F32)
        f.case(aten.cumsum.default, y, 1)
        f.case(aten.cumprod.default, y, -1)
        f.case(aten.prod.dim_int, y, 1)
        f.case(aten.any.dim, y, 1)
        f.case(aten.all.dim, y, -1, True)
    f.case(aten.any.default, r(0, 3, dtype=BOOL))
    f.case(aten.all.default, r(0, 3, dtype=BOOL))
    f.case(aten.sum.default, r(0, 3))
    f.case(aten.sum.dim_IntList, r(0, 3), [0])
    f.case(aten.sum.default, r())
    f.case(aten.mean.default, r())
    f.case(aten.mean.dim, r(), [0])
    f.case(aten.max.default, r())
    f.case(aten.sum.default, r(2, 3), dtype=F64)
    f.case(aten.mean.dim, r(2, 3, dtype=I64), [1], dtype=F32)
    for dim, keep in ((0, False), (1, True), (-1, False)):
        for op in (aten.max.dim, aten.min.dim, aten.argmax.default, aten.argmin.default, aten.median.dim, aten.cummax.default, aten.cummin.default, aten.prod.dim_int):
            args = (dim,) if op in (aten.cummax.default, aten.cummin.default) else (dim, keep)
            f.case(op, x, *args)
            if op != aten.median.dim:
                f.case(op, r(2, 3, 4, dtype=I64), *args)
        f.case(aten.aminmax.default, x, dim=dim, keepdim=keep)
        f.case(aten.kthvalue.default, x, 2, dim, keep)
        f.case(aten.logcumsumexp.default, x, dim)
    f.case(aten.aminmax.default, x)
    f.case(aten.argmax.default, x, None, True)
    f.case(aten.argmin.default, r(2, 3, dtype=I32))
    f.case(aten.max.dim, r(), 0)
    f.case(aten.median.default, r(5))
    f.case(aten.median.default, r(2, 4))
    f.case(aten.median.default, r(7, dtype=I64))
    with_nan = torch.where(torch.rand(3, 5) > 0.7, torch.tensor(float("nan")), r(3, 5))
    f.case(aten.nanmedian.default, with_nan)
    f.case(aten.nansum.default, with_nan)
    f.case(aten.nanmean.default, with_nan, [1])
    for q in (0.5, torch.tensor([0.1, 0.25, 0.9])):
        op = aten.quantile.default if isinstance(q, torch.Tensor) else aten.quantile.scalar
        for how in ("linear", "lower", "higher", "midpoint", "nearest"):
            f.case(op, r(3, 5), q, 1, False, interpolation=how)
        f.case(op, r(3, 5), q, 0, True)
        f.case(op, r(3, 5), q)
        f.case(op, r(3, 5), q, None, True)
    f.case(aten.std.default, x, False)
    f.case(aten.var.dim, x, [1], False, True)
    f.case(aten.std_mean.dim, x, [0, 2])
    f.case(aten.var_mean.default, x, True)
    f.case(aten.norm.Scalar, x, 2)
    f.case(aten.norm.ScalarOpt_dim, x, 2, [1])
    f.case(aten.norm.ScalarOpt_dim, x, 1, [1], True)
    f.case(aten.frobenius_norm.dim, x, [1, 2])
    f.case(aten.linalg_norm.default, r(3, 4))
    f.case(aten.linalg_matrix_norm.default, r(3, 4), 1)
    f.case(aten.linalg_matrix_norm.str_ord, r(2, 3, 4))
    f.case(aten.dist.default, r(3, 4), r(3, 4), 2)
    f.case(aten.dist.default, r(3, 4), r(4), 1)
    for order in (2.0, 1.0, 3.0, float("inf"), 0.0):
        f.case(aten.cdist.default, r(2, 3, 4), r(2, 5, 4), order)
        f.case(aten.pdist.default, r(4, 3), order)
        f.case(aten.pairwise_distance.default, r(4, 3), r(4, 3), order, 1e-6, True)
    f.case(aten.cosine_similarity.default, r(3, 4), r(3, 4), 1)
    f.case(aten.cosine_similarity.default, r(3, 4), r(1, 4), -1, 1e-8)
    f.case(aten.trace.default, r(3, 4))
    f.case(aten.trace.default, r(3, 4, dtype=I64))
    f.case(aten.diff.default, r(3, 6), 2, 1)
    f.case(aten.diff.default, r(3, 6), 1, 0, r(1, 6), r(2, 6))
    f.case(aten.diff.default, r(6, dtype=BOOL))
    f.case(aten.trapezoid.dx, r(3, 6), dx=0.5, dim=1)
    f.case(aten.trapezoid.x, r(3, 6), r(6), dim=1)
    f.case(aten.trapezoid.x, r(6, 3), r(6), dim=0)
    f.case(aten.trapezoid.x, r(3, 6), r(3, 6), dim=1)
    f.case(aten.cumulative_trapezoid.dx, r(3, 6), dx=2, dim=0)
    f.case(aten.cumulative_trapezoid.x, r(3, 6), r(6))
    f.case(aten.cumsum.default, r(), 0)
    f.case(aten.cumsum.default, r(3, dtype=I32), 0, dtype=F32)


def shapes(f):
    x = r(2, 3, 4)
    f.case(aten.view.default, x, [6, -1]); f.case(aten.view.default, x, [24]); f.case(aten.reshape.default, x, [4, 1, 6]); f.case(aten.reshape.default, r(0, 3), [3, 0])
    f.case(aten.reshape.default, r(1), []); f.case(aten.flatten.using_ints, x, 1, -1); f.case(aten.flatten.using_ints, r()); f.case(aten.unflatten.int, x, 2, [2, 2])
    f.case(aten.permute.default, x, [2, 0, 1]); f.case(aten.permute.default, x, [-1, 0, -2]); f.case(aten.transpose.int, x, -1, 0); f.case(aten.t.default, r(3, 4)); f.case(aten.t.default, r(3))
    f.case(aten.movedim.int, x, 0, -1); f.case(aten.movedim.intlist, x, [0, 1], [2, 0]); f.case(aten.swapaxes.default, x, 0, 2); f.case(aten.mT.default, x); f.case(aten.numpy_T.default, r(3, 4)); f.case(aten.adjoint.default, x)
    f.case(aten.squeeze.default, r(1, 3, 1)); f.case(aten.squeeze.dim, r(1, 3, 1), -1); f.case(aten.squeeze.dim, r(1, 3, 1), 1); f.case(aten.squeeze.dim, r(), 0); f.case(aten.unsqueeze.default, x, -1); f.case(aten.unsqueeze.default, x, 0); f.case(aten.unsqueeze.default, r(), 0)
    f.case(aten.expand.default, r(3, 1), [2, -1, 4]); f.case(aten.expand.default, r(), [2, 3]); f.case(aten.expand.default, r(3, 1), [3, 1]); f.case(aten.expand_as.default, r(3, 1), r(2, 3, 4)); f.case(aten.broadcast_to.default, r(1, 4), [3, 4])
    f.case(aten.repeat.default, x, [2, 1, 1]); f.case(aten.repeat.default, r(3), [2, 2]); f.case(aten.repeat.default, x, [0, 1, 1]); f.case(aten.tile.default, x, [2]); f.case(aten.tile.default, r(3), [2, 1, 2])
    f.case(aten.repeat_interleave.self_int, x, 2, 1); f.case(aten.repeat_interleave.self_int, x, 3); f.case(aten.repeat_interleave.self_Tensor, r(3, 4), torch.tensor([1, 0, 2]), 0)
    f.case(aten.broadcast_tensors.default, [r(3, 1), r(4), r(2, 1, 1)]); f.case(aten.meshgrid.default, [r(3), r(4)]); f.case(aten.meshgrid.indexing, [r(3), r(4)], indexing="xy"); f.case(aten.atleast_2d.default, r(3)); f.case(aten.atleast_3d.default, r(3, 2)); f.case(aten.atleast_1d.default, r())
    for args in ((0, 1, 3), (1, None, None), (2, -3, -1), (2, 0, 9223372036854775807, 2), (1, 5, 9), (0, 1, 1), (2, 1, 4, 3), (-1, -2, None)):
        f.case(aten.slice.Tensor, x, *args)
    f.case(aten.select.int, x, 1, -1); f.case(aten.select.int, x, -1, 0); f.case(aten.narrow.default, x, 2, 1, 2); f.case(aten.narrow.default, x, 2, -2, 2)
    f.case(aten.split.Tensor, x, 2, 1); f.case(aten.split.Tensor, x, 3, -1); f.case(aten.split_with_sizes.default, x, [1, 3], 2); f.case(aten.split_with_sizes.default, x, [0, 4], 2); f.case(aten.chunk.default, r(7), 3); f.case(aten.chunk.default, r(2, 5), 4, 1); f.case(aten.unbind.int, x, 1); f.case(aten.unbind.int, x)
    f.case(aten.tensor_split.sections, r(7, 2), 3); f.case(aten.tensor_split.indices, r(7, 2), [2, 5]); f.case(aten.hsplit.int, r(4, 6), 3); f.case(aten.vsplit.int, r(4, 6), 2); f.case(aten.dsplit.int, r(2, 2, 4), 2)
    f.case(aten.cat.default, [r(2, 3), r(1, 3)]); f.case(aten.cat.default, [r(2, 3), r(2, 3, dtype=I64)], -1); f.case(aten.cat.default, [r(0), r(2, 3)]); f.case(aten.cat.default, [r(2, 3, dtype=BOOL), r(2, 3, dtype=U8)], 0); f.case(aten.cat.default, [r(3)])
    f.case(aten.stack.default, [r(3), r(3)], -1); f.case(aten.stack.default, [r(), r()]); f.case(aten.stack.default, [r(2, 3), r(2, 3)], 1)
    for op in (aten.hstack, aten.vstack, aten.dstack, aten.column_stack):
        f.case(op.default, [r(3), r(3)]); f.case(op.default, [r(2, 3), r(2, 3)])
    f.case(aten.hstack.default, [r(), r()]); f.case(aten.cartesian_prod.default, [r(2), r(3)]); f.case(aten.combinations.default, r(4)); f.case(aten.block_diag.default, [r(2, 2), r(1, 3)])
    f.case(aten.flip.default, x, [0, 2]); f.case(aten.fliplr.default, r(3, 4)); f.case(aten.flipud.default, r(3, 4)); f.case(aten.flip.default, x, [])
    for k in (0, 1, 2, 3, -1, 5):
        f.case(aten.rot90.default, r(3, 4), k)
    f.case(aten.rot90.default, x, 1, [2, 0])
    f.case(aten.roll.default, x, [1], [2]); f.case(aten.roll.default, x, [-1, 2], [0, 1]); f.case(aten.roll.default, x, [5]); f.case(aten.roll.default, x, [9], [-1])
    f.case(aten.unfold.default, r(3, 9), 1, 3, 2); f.case(aten.unfold.default, r(9, 2), 0, 4, 1); f.case(aten.im2col.default, r(1, 2, 5, 6), [2, 3], [1, 1], [1, 0], [1, 2]); f.case(aten.im2col.default, r(2, 5, 6), [2, 2], [2, 1], [0, 1], [2, 1])
    f.case(aten.col2im.default, r(1, 8, 12), [4, 5], [2, 2], [1, 1], [0, 0], [1, 1]); f.case(aten.col2im.default, r(1, 8, 9), [5, 5], [2, 2], [1, 1], [1, 1], [2, 2])
    f.case(aten.pixel_shuffle.default, r(1, 8, 2, 3), 2); f.case(aten.pixel_shuffle.default, r(2, 2, 9, 2, 3), 3); f.case(aten.pixel_unshuffle.default, r(1, 2, 4, 6), 2); f.case(aten.channel_shuffle.default, r(1, 6, 2, 2), 3); f.case(aten.channel_shuffle.default, r(2, 6, 4), 2)
    f.case(aten.diagonal.default, r(3, 4)); f.case(aten.diagonal.default, x, 1, 0, 2); f.case(aten.diagonal.default, x, -1, -1, 1); f.case(aten.diag_embed.default, r(2, 3)); f.case(aten.diag_embed.default, r(2, 3), 1); f.case(aten.diag_embed.default, r(2, 3), -1, 0, 2); f.case(aten.diag.default, r(3)); f.case(aten.diag.default, r(3, 4), 1); f.case(aten.diagflat.default, r(3), 1)
    for k in (0, 1, -1, 3):
        f.case(aten.tril.default, r(3, 4), k); f.case(aten.triu.default, r(2, 3, 4), k); f.case(aten.triu.default, r(3, 4, dtype=BOOL), k); f.case(aten.tril.default, r(3, 4, dtype=I32), k)
    f.case(aten.select_scatter.default, x, r(2, 4), 1, 1); f.case(aten.select_scatter.default, x, r(2, 3), 2, -1); f.case(aten.slice_scatter.default, x, r(2, 3, 2), 2, 1, 3); f.case(aten.slice_scatter.default, x, r(2, 3, 2), 2, 0, 4, 2); f.case(aten.slice_scatter.default, x, r(2, 3, 1), -1, -1); f.case(aten.diagonal_scatter.default, r(3, 4), r(3)); f.case(aten.diagonal_scatter.default, r(3, 4), r(3), 1)
    f.case(aten.as_strided.default, r(12), [3, 2], [4, 1], 1); f.case(aten.as_strided.default, r(3, 4), [2, 2], [1, 4]); f.case(aten.view_as.default, x, r(6, 4)); f.case(aten.ravel.default, x)
    f.case(aten.constant_pad_nd.default, x, [1, 2]); f.case(aten.constant_pad_nd.default, x, [1, -1, 0, 2], 3.0); f.case(aten.constant_pad_nd.default, r(2, 3, dtype=I64), [1, 1], 7); f.case(aten.constant_pad_nd.default, x, [-1, -1]); f.case(aten.constant_pad_nd.default, r(2, 3, dtype=BOOL), [1, 0], True)
    for mode in ("reflect", "replicate", "circular", "constant"):
        f.case(aten.pad.default, r(1, 2, 5), [2, 1], mode); f.case(aten.pad.default, r(1, 2, 5, 6), [1, 2, 3, 0], mode); f.case(aten.pad.default, r(1, 1, 4, 4, 5), [1, 2, 2, 0, 1, 1], mode)
    f.case(aten.reflection_pad1d.default, r(2, 5), [2, 1]); f.case(aten.reflection_pad2d.default, r(2, 5, 4), [1, 1, 2, 1]); f.case(aten.replication_pad1d.default, r(2, 5), [2, 1]); f.case(aten.replication_pad2d.default, r(1, 2, 5, 4), [1, -1, 2, 1]); f.case(aten.replication_pad3d.default, r(2, 3, 5, 4), [1, 1, 2, 1, 0, 1])


def indexing(f):
    x = r(3, 4, 5)
    i, j = idx(3, 2), idx(4, 2)
    f.case(aten.index.Tensor, x, [i]); f.case(aten.index.Tensor, x, [None, j]); f.case(aten.index.Tensor, x, [i, j]); f.case(aten.index.Tensor, x, [i, None, idx(5, 2)]); f.case(aten.index.Tensor, x, [idx(3, 2, 1), idx(4, 3)]); f.case(aten.index.Tensor, x, [i - 3])
    f.case(aten.index.Tensor, x, [r(3, dtype=BOOL)]); f.case(aten.index.Tensor, x, [r(3, 4, dtype=BOOL)]); f.case(aten.index.Tensor, x, [None, r(4, dtype=BOOL)]); f.case(aten.index.Tensor, x, [None, idx(4, 2), idx(5, 3, 2)]); f.case(aten.index.Tensor, x, [idx(3, 2, 2)])
    f.case(aten.index.Tensor, x, [torch.tensor(1)]); f.case(aten.index.Tensor, x, [torch.tensor([True, False, True]), torch.tensor([1, 2])]); f.case(aten.index.Tensor, r(5, dtype=BOOL), [idx(5, 3)])
    f.case(aten.index_put.default, x, [i], r(4, 5)); f.case(aten.index_put.default, x, [torch.tensor([0, 2]), torch.tensor([1, 3])], r(2, 5)); f.case(aten.index_put.default, x, [None, torch.tensor([0, 3])], r(3, 2, 5)); f.case(aten.index_put.default, x, [torch.tensor([0, 0])], r(2, 4, 5), True); f.case(aten.index_put.default, x, [torch.rand(3, 4, 5) > 0.5], torch.tensor(1.0))
    f.case(aten.index_put.default, x, [torch.tensor([True, False, True])], r(2, 4, 5)); f.case(aten.index_put.default, x, [torch.tensor([0, 2]), None, torch.tensor([1, 4])], r(2, 4)); f.case(aten.index_put.default, r(5, dtype=I64), [torch.tensor([1, 3])], torch.tensor(9)); f.case(aten.index_put_.default, x, [torch.tensor([1])], torch.tensor(0.0))
    f.case(aten.index_select.default, x, 1, idx(4, 3)); f.case(aten.index_select.default, x, -1, idx(5, 3, dtype=I32)); f.case(aten.index_select.default, r(), 0, torch.tensor([0]))
    for op in (aten.index_add.default, aten.index_copy.default):
        f.case(op, x, 1, torch.tensor([0, 2]), r(3, 2, 5)); f.case(op, r(4), 0, torch.tensor([3, 1]), r(2))
    f.case(aten.index_add.default, x, 0, torch.tensor([0, 0, 1]), r(3, 4, 5), alpha=2); f.case(aten.index_add.default, r(4, dtype=I64), 0, torch.tensor([0, 0]), r(2, dtype=I64)); f.case(aten.index_fill.int_Scalar, x, -1, torch.tensor([0, 3]), 2.5); f.case(aten.index_fill.int_Tensor, x, 0, torch.tensor([1]), torch.tensor(4.0))
    for reduce in ("prod", "mean", "amax", "amin"):
        for include in (True, False):
            f.case(aten.index_reduce.default, p(3, 4), 0, torch.tensor([0, 2, 0]), p(3, 4), reduce, include_self=include)
    for dim in (0, 1, -1):
        f.case(aten.gather.default, x, dim, idx(3, 2, 3, 4)); f.case(aten.scatter.src, x, dim, torch.argsort(torch.rand(3, 4, 5), dim)[:2, :3, :4] % 3 if dim == 0 else torch.argsort(torch.rand(3, 4, 5), dim), r(3, 4, 5)) if dim else None
        f.case(aten.scatter.value, x, dim, idx(3, 2, 3, 4), 9.0); f.case(aten.scatter_add.default, x, dim, idx(3, 2, 3, 4), r(3, 4, 5)); f.case(aten.scatter_add.default, r(3, 4, 5, dtype=I64), dim, idx(3, 2, 3, 4), r(3, 4, 5, dtype=I64))
        for reduce in ("sum", "prod", "mean", "amax", "amin"):
            for include in (True, False):
                f.case(aten.scatter_reduce.two, p(3, 4, 5), dim, idx(3, 3, 4, 5), p(3, 4, 5), reduce, include_self=include)
    f.case(aten.scatter_reduce.two, idx(9, 5), 0, torch.tensor([0, 0, 2]), idx(9, 3), "mean"); f.case(aten.scatter_reduce.two, idx(9, 5), 0, torch.tensor([0, 0, 2]), idx(9, 3), "amax", include_self=False); f.case(aten.scatter.reduce, x, 1, idx(4, 3, 4, 5), r(3, 4, 5), reduce="add"); f.case(aten.scatter.value_reduce, x, 1, idx(4, 3, 4, 5), 2.0, reduce="multiply")
    f.case(aten.gather.default, r(), 0, torch.tensor(0)); f.case(aten.gather.default, r(3), 0, idx(3, 5)); f.case(aten.gather.default, r(3, 4, dtype=BOOL), 1, idx(4, 3, 2))
    f.case(aten.take.default, x, idx(60, 2, 3)); f.case(aten.take.default, x, idx(60, 3) - 60); f.case(aten.take_along_dim.default, x, idx(4, 3, 2, 5), 1); f.case(aten.take_along_dim.default, x, idx(4, 1, 2, 5), 1); f.case(aten.take_along_dim.default, x, idx(60, 4)); f.case(aten.put.default, r(3, 4), torch.tensor([1, 5]), r(2)); f.case(aten.put.default, r(3, 4), torch.tensor([1, 1]), r(2), True)
    f.case(aten.nonzero.default, r(3, 4, dtype=I64)); f.case(aten.nonzero.default, r(3, 4, dtype=BOOL)); f.case(aten.nonzero.default, r(3, 4)); f.case(aten.nonzero.default, torch.zeros(3)); f.case(aten.nonzero_numpy.default, r(3, 4, dtype=BOOL)); f.case(aten.where.default, r(3, 4, dtype=BOOL)); f.case(aten.argwhere.default, r(3, 4, dtype=I32)); f.case(aten.nonzero.default, torch.tensor(3.0)); f.case(aten.nonzero.default, torch.tensor(0))
    f.case(aten.masked_select.default, x, r(3, 4, 5, dtype=BOOL)); f.case(aten.masked_select.default, x, r(4, 1, dtype=BOOL)); f.case(aten.masked_select.default, r(4), r(3, 4, dtype=BOOL)); f.case(aten.masked_scatter.default, x, r(3, 4, 5, dtype=BOOL), r(60)); f.case(aten.masked_scatter.default, x, r(4, 5, dtype=BOOL), r(60))
    for largest in (True, False):
        f.case(aten.topk.default, r(3, 6), 3, -1, largest); f.case(aten.topk.default, r(6, 2), 2, 0, largest); f.case(aten.sort.default, r(3, 6), 1, largest); f.case(aten.sort.stable, r(12, dtype=I64), stable=True, dim=0, descending=largest); f.case(aten.sort.stable, r(12, dtype=BOOL), stable=True, descending=largest); f.case(aten.argsort.default, r(3, 6), 0, largest); f.case(aten.sort.stable, r(9, dtype=U8), stable=True, descending=largest); f.case(aten.sort.default, r(2, 5, dtype=F64), -1, largest)
    f.case(aten.msort.default, r(5, 2)); f.case(aten.sort.default, r(), 0); f.case(aten.topk.default, r(), 1)
    for right in (False, True):
        f.case(aten.searchsorted.Tensor, torch.tensor([1.0, 2.0, 2.0, 5.0]), torch.tensor([[0.0, 2.0], [2.5, 9.0]]), right=right); f.case(aten.searchsorted.Tensor, torch.sort(r(2, 6))[0], r(2, 3), right=right, out_int32=True); f.case(aten.bucketize.Tensor, r(3, 4), torch.tensor([-1.0, 0.0, 1.0]), right=right); f.case(aten.bucketize.Tensor, r(4, dtype=I64), torch.tensor([-1, 0, 3]), right=right, out_int32=True)
    f.case(aten.searchsorted.Scalar, torch.tensor([1.0, 2.0, 5.0]), 2.0); f.case(aten.bincount.default, idx(6, 10)); f.case(aten.bincount.default, idx(3, 10), None, 8); f.case(aten.bincount.default, idx(6, 10), r(10)); f.case(aten.bincount.default, idx(6, 0)); f.case(aten.histc.default, r(20), 5, -2, 2); f.case(aten.histc.default, r(20), 7)
    f.case(aten._unique2.default, r(12, dtype=I64), True, True, True); f.case(aten._unique2.default, r(3, 4, dtype=I32), True, True, False); f.case(aten.unique_dim.default, r(6, 2, dtype=I64).clamp(0, 1), 0, True, True, True); f.case(aten.unique_consecutive.default, torch.tensor([1, 1, 2, 2, 2, 1, 3]), True, True); f.case(aten._unique2.default, r(9).round(), True, True, True)
    f.case(aten.one_hot.default, idx(5, 3, 2), 5); f.case(aten.one_hot.default, idx(5, 4)); f.case(aten.embedding.default, r(6, 3), idx(6, 2, 4)); f.case(aten.embedding.default, r(6, 3), idx(6, 2, dtype=I32), 0)
    for mode in (0, 1, 2):
        f.case(aten.embedding_bag.padding_idx, r(8, 3), idx(8, 7), torch.tensor([0, 3, 3]), False, mode, False, None, False, None, first=1); f.case(aten.embedding_bag.padding_idx, r(8, 3), idx(8, 7), torch.tensor([0, 2, 7]), False, mode, False, None, True, 2, first=1)
    f.case(aten.embedding_bag.padding_idx, r(8, 3), idx(8, 7), torch.tensor([0, 4]), False, 0, False, r(7), False, None, first=1)


def creation(f):
    x = r(2, 3)
    f.case(aten.zeros_like.default, x); f.case(aten.ones_like.default, x, dtype=I64); f.case(aten.full_like.default, x, 3); f.case(aten.full_like.default, r(2, dtype=I64), 2); f.case(aten.new_zeros.default, x, [4]); f.case(aten.new_ones.default, x, [2, 2], dtype=BOOL); f.case(aten.new_full.default, x, [3], 1.5); f.case(aten.fill.Scalar, x, 2); f.case(aten.fill.Tensor, x, torch.tensor(4.0)); f.case(aten.fill_.Scalar, x, 2); f.case(aten.zero_.default, x); f.case(aten.copy_.default, x, r(3, dtype=I64)); f.case(aten.clone.default, x); f.case(aten.contiguous.default, x); f.case(aten.vander.default, r(3)); f.case(aten.vander.default, r(3), 4, True)
    for dtype, target in itertools.product((F32, F16, I64, I32, U8, BOOL, F64), repeat=2):
        f.case(aten._to_copy.default, r(3, 4, dtype=dtype).abs() if target == U8 and dtype != BOOL else r(3, 4, dtype=dtype), dtype=target)
    f.case(aten.to.dtype, r(3), I32); f.case(aten.to.other, r(3), r(2, dtype=I64)); f.case(aten.type_as.default, r(3, dtype=I64), r(2)); f.case(aten.to.dtype, torch.tensor([1.9, -1.9, 0.5, 200.0]), I64)


def activations(f):
    for x in (r(3, 4), r(3, 4, dtype=F16), r(), r(2, 3, 4)):
        for name in "relu6 hardtanh leaky_relu elu selu celu softplus hardsigmoid hardswish mish gelu hardshrink softshrink silu log_sigmoid sigmoid".split():
            f.case(getattr(aten, name).default, x)
    x = r(3, 4)
    f.case(aten.hardtanh.default, x, -0.5, 2); f.case(aten.leaky_relu.default, x, 0.3); f.case(aten.elu.default, x, 0.5, 1.5, 2.0); f.case(aten.celu.default, x, 0.5); f.case(aten.softplus.default, x * 10, 2, 5); f.case(aten.gelu.default, x, approximate="tanh"); f.case(aten.hardshrink.default, x, 1.0); f.case(aten.softshrink.default, x, 0.2); f.case(aten.threshold.default, x, 0.5, -1); f.case(aten.glu.default, r(3, 4)); f.case(aten.glu.default, r(4, 3), 0); f.case(aten.prelu.default, r(2, 3, 4), torch.tensor([0.1, 0.2, 0.3])); f.case(aten.prelu.default, r(2, 3), torch.tensor([0.25])); f.case(aten.prelu.default, r(3), torch.tensor([0.25])); f.case(aten.rrelu.default, x); f.case(aten.hardtanh.default, r(3, dtype=I64)); f.case(aten.relu6.default, r(3, dtype=I64) * 3)
    for dim in (0, 1, -1):
        f.case(aten.softmax.int, r(2, 3, 4), dim); f.case(aten.log_softmax.int, r(2, 3, 4), dim); f.case(aten._softmax.default, r(2, 3, 4), dim, False); f.case(aten.softmax.int, r(2, 3, dtype=I64), dim, F32)
    f.case(aten.softmax.int, r(), 0); f.case(aten.softmax.int, r(3, 4, dtype=F16), 1); f.case(aten.dropout.default, x, 0.5, False); f.case(aten.native_dropout.default, x, 0.5, False); f.case(aten.feature_dropout.default, r(2, 3, 4), 0.5, False)
    f.case(aten.hardtanh_.default, x); f.case(aten.leaky_relu_.default, x, 0.1); f.case(aten.elu_.default, x); f.case(aten.silu_.default, x); f.case(aten.hardswish_.default, x)


def matrices(f):
    for dtype in (F32, F64, I64, I32):
        f.case(aten.matmul.default, r(3, 4, dtype=dtype), r(4, 5, dtype=dtype)); f.case(aten.matmul.default, r(4, dtype=dtype), r(4, dtype=dtype)); f.case(aten.matmul.default, r(2, 3, 4, dtype=dtype), r(4, dtype=dtype)); f.case(aten.matmul.default, r(4, dtype=dtype), r(2, 4, 3, dtype=dtype)); f.case(aten.matmul.default, r(2, 1, 3, 4, dtype=dtype), r(5, 4, 2, dtype=dtype)); f.case(aten.mm.default, r(3, 4, dtype=dtype), r(4, 5, dtype=dtype)); f.case(aten.bmm.default, r(2, 3, 4, dtype=dtype), r(2, 4, 5, dtype=dtype)); f.case(aten.mv.default, r(3, 4, dtype=dtype), r(4, dtype=dtype)); f.case(aten.dot.default, r(4, dtype=dtype), r(4, dtype=dtype))
        for beta, alpha in ((1, 1), (0, 1), (2, 3)):
            f.case(aten.addmm.default, r(5, dtype=dtype), r(3, 4, dtype=dtype), r(4, 5, dtype=dtype), beta=beta, alpha=alpha); f.case(aten.baddbmm.default, r(2, 1, 5, dtype=dtype), r(2, 3, 4, dtype=dtype), r(2, 4, 5, dtype=dtype), beta=beta, alpha=alpha); f.case(aten.addbmm.default, r(3, 5, dtype=dtype), r(2, 3, 4, dtype=dtype), r(2, 4, 5, dtype=dtype), beta=beta, alpha=alpha); f.case(aten.addmv.default, r(3, dtype=dtype), r(3, 4, dtype=dtype), r(4, dtype=dtype), beta=beta, alpha=alpha); f.case(aten.addr.default, r(3, 4, dtype=dtype), r(3, dtype=dtype), r(4, dtype=dtype), beta=beta, alpha=alpha)
    f.case(aten.addmm.default, torch.full((3, 5), float("nan")), r(3, 4), r(4, 5), beta=0)
    f.case(aten.linear.default, r(3, 4), r(5, 4), r(5)); f.case(aten.linear.default, r(2, 3, 4), r(5, 4)); f.case(aten.linear.default, r(4), r(5, 4), r(5)); f.case(aten.linear.default, r(2, 3, 4), r(5, 4), r(5))
    f.case(aten.outer.default, r(3), r(4)); f.case(aten.inner.default, r(2, 4), r(3, 4)); f.case(aten.inner.default, r(4), r(4)); f.case(aten.kron.default, r(2, 3), r(2, 2)); f.case(aten.kron.default, r(3), r(2, 2)); f.case(aten.tensordot.default, r(2, 3, 4), r(4, 3, 5), [1, 2], [1, 0]); f.case(aten.tensordot.default, r(2, 3), r(3, 4), [1], [0]); f.case(aten.cross.default, r(4, 3), r(4, 3)); f.case(aten.cross.default, r(3, 4), r(3, 4), 0); f.case(aten.linalg_cross.default, r(4, 3), r(1, 3)); f.case(aten.bilinear.default, r(4, 3), r(4, 5), r(2, 3, 5), r(2)); f.case(aten.chain_matmul.default, [r(2, 3), r(3, 4), r(4, 2)]); f.case(aten.linalg_multi_dot.default, [r(2, 3), r(3, 4), r(4, 2)]); f.case(aten.linalg_multi_dot.default, [r(3), r(3, 4), r(4)]); f.case(aten.matrix_power.default, r(3, 3), 3); f.case(aten.matrix_power.default, r(2, 3, 3), 0); f.case(aten.linalg_det.default, r(3, 3)); f.case(aten.linalg_det.default, r(2, 3, 3)); f.case(aten.det.default, r(3, 3)); f.case(aten.vdot.default, r(4), r(4)); f.case(aten.logdet.default, torch.eye(3) * 2 + 0.1); f.case(aten.slogdet.default, r(3, 3)); f.case(aten.linalg_vecdot.default, r(3, 4), r(3, 4))
    for equation, operands in (("ij,jk->ik", [r(2, 3), r(3, 4)]), ("bij,bjk->bik", [r(2, 2, 3), r(2, 3, 4)]), ("ii->i", [r(3, 3)]), ("ij->ji", [r(2, 3)]), ("ij->", [r(2, 3)]), ("bhld,bhmd->bhlm", [r(1, 2, 3, 4), r(1, 2, 5, 4)]), ("i,j->ij", [r(2), r(3)]), ("...ij,...jk->...ik", [r(2, 2, 3), r(2, 3, 4)]), ("ij,ij->i", [r(2, 3), r(2, 3)]), ("ijk,kl,il->ij", [r(2, 3, 4), r(4, 5), r(2, 5)]), ("ij,jk", [r(2, 3), r(3, 4)]), ("a b, b c -> a c", [r(2, 3), r(3, 4)]), ("ii", [r(3, 3)]), ("bn,anm,bm->ba", [r(2, 3), r(4, 3, 5), r(2, 5)])):
        f.case(aten.einsum.default, equation, operands)


def convolutions(f):
    f.case(aten.conv1d.default, r(2, 4, 9), r(6, 2, 3), r(6), [2], [1], [2], 2); f.case(aten.conv1d.default, r(4, 9), r(6, 4, 3)); f.case(aten.conv2d.default, r(1, 4, 7, 8), r(6, 4, 3, 2), None, [2, 1], [1, 0], [1, 2]); f.case(aten.conv2d.default, r(1, 4, 7, 8), r(8, 1, 3, 3), r(8), [1], [1], [1], 4); f.case(aten.conv2d.default, r(4, 7, 8), r(6, 4, 1, 1), r(6)); f.case(aten.conv3d.default, r(1, 2, 4, 5, 6), r(3, 2, 2, 3, 2), r(3), [1, 2, 1], [1, 1, 0])
    for padding in ("same", "valid"):
        f.case(aten.conv2d.padding, r(1, 2, 7, 8), r(3, 2, 4, 3), r(3), [1, 1], padding, [1, 2]); f.case(aten.conv1d.padding, r(2, 2, 7), r(3, 2, 4), None, [1], padding)
    f.case(aten.conv_transpose1d.default, r(2, 4, 5), r(4, 3, 3), r(6), [2], [1], [1], 2, [2]); f.case(aten.conv_transpose2d.input, r(1, 4, 5, 4), r(4, 3, 3, 2), r(3), [2, 1], [1, 0], [1, 0], 1, [1, 2]); f.case(aten.conv_transpose2d.input, r(4, 5, 4), r(4, 3, 3, 2)); f.case(aten.conv_transpose3d.input, r(1, 2, 3, 3, 4), r(2, 3, 2, 3, 2), None, [2, 1, 2]); f.case(aten.convolution.default, r(1, 4, 7, 8), r(6, 2, 3, 3), r(6), [2, 2], [1, 1], [1, 1], False, [0, 0], 2); f.case(aten.convolution.default, r(1, 4, 5, 5), r(4, 3, 3, 3), r(6), [2, 2], [1, 1], [1, 1], True, [1, 1], 2); f.case(aten.convolution.default, r(1, 2, 9), r(3, 2, 3), None, [1], [0], [2], False, [0], 1)
    for ceil in (False, True):
        f.case(aten.max_pool2d.default, r(1, 2, 7, 8), [3, 2], [2, 2], [1, 1], [1, 1], ceil); f.case(aten.max_pool2d.default, r(1, 2, 7, 8), [2], [], [0], [2], ceil); f.case(aten.max_pool1d.default, r(2, 3, 9), [3], [2], [1], [1], ceil); f.case(aten.max_pool3d.default, r(1, 2, 5, 6, 7), [2, 3, 2], [2], [1], [1], ceil); f.case(aten.max_pool2d_with_indices.default, r(1, 2, 7, 8), [3, 2], [2, 2], [1, 1], [1, 1], ceil); f.case(aten.max_pool1d_with_indices.default, r(2, 3, 9), [3], [2], [1], [1], ceil); f.case(aten.max_pool3d_with_indices.default, r(1, 2, 5, 6, 7), [2], [2], [0], [1], ceil); f.case(aten.max_pool2d.default, r(2, 5, 5), [3], [2], [1], [1], ceil)
        for include in (False, True):
            f.case(aten.avg_pool2d.default, r(1, 2, 7, 8), [3, 2], [2, 2], [1, 1], ceil, include); f.case(aten.avg_pool1d.default, r(2, 3, 9), [4], [3], [2], ceil, include); f.case(aten.avg_pool3d.default, r(1, 2, 5, 6, 7), [2, 3, 2], [2, 2, 2], [1, 1, 0], ceil, include); f.case(aten.avg_pool2d.default, r(1, 2, 7, 8), [3, 3], [2, 2], [1, 1], ceil, include, 5)
    f.case(aten.avg_pool2d.default, r(2, 7, 8), [2]); f.case(aten.max_pool2d.default, r(1, 2, 6, 6, dtype=I64), [2])
    for size in (1, 2, 3, 4, 5, 7):
        f.case(aten.adaptive_avg_pool1d.default, r(2, 3, 6), [size]); f.case(aten.adaptive_max_pool1d.default, r(2, 3, 6), [size]); f.case(aten.adaptive_avg_pool2d.default, r(1, 2, 6, 7), [size, 3]); f.case(aten.adaptive_max_pool2d.default, r(1, 2, 6, 7), [size, 3]); f.case(aten.adaptive_avg_pool3d.default, r(1, 2, 4, 6, 5), [2, size, 1]); f.case(aten._adaptive_avg_pool2d.default, r(2, 6, 7), [size, size])
    f.case(aten.adaptive_max_pool3d.default, r(1, 2, 4, 4, 4), [2, 2, 2]); f.case(aten.lp_pool2d.default, p(1, 2, 6, 6), 2, [2, 2]) if hasattr(aten, "lp_pool2d") else None


def normalization(f):
    for x in (r(4, 3), r(2, 3, 5), r(2, 3, 4, 5), r(1, 3, 2, 4, 5)):
        f.case(aten.batch_norm.default, x, r(3), r(3), r(3), p(3), False, 0.1, 1e-5, False); f.case(aten.batch_norm.default, x, None, None, r(3), p(3), False, 0.1, 1e-3, False); f.case(aten.native_batch_norm.default, x, r(3), r(3), r(3), p(3), False, 0.1, 1e-5)
        if x.dim() > 2:
            f.case(aten.instance_norm.default, x, r(3), r(3), None, None, True, 0.1, 1e-5, False); f.case(aten.instance_norm.default, x, None, None, None, None, True, 0.1, 1e-5, False); f.case(aten.instance_norm.default, x, r(3), r(3), r(3), p(3), False, 0.1, 1e-5, False); f.case(aten.batch_norm.default, x, r(3), r(3), None, None, True, 0.1, 1e-5, False)
    for groups in (1, 2, 4):
        f.case(aten.group_norm.default, r(2, 4, 5, 3), groups, r(4), r(4)); f.case(aten.group_norm.default, r(2, 4), groups); f.case(aten.native_group_norm.default, r(2, 4, 6), r(4), None, 2, 4, 6, groups, 1e-5)
    f.case(aten.layer_norm.default, r(2, 3, 4), [4], r(4), r(4)); f.case(aten.layer_norm.default, r(2, 3, 4), [3, 4], r(3, 4)); f.case(aten.layer_norm.default, r(2, 3, 4), [3, 4]); f.case(aten.native_layer_norm.default, r(2, 3, 4), [4], r(4), r(4), 1e-3); f.case(aten.local_response_norm.default, r(1, 5, 3, 3), 3) if hasattr(aten, "local_response_norm") else None
    f.case(aten._weight_norm.default, r(4, 3, 2), p(4, 1, 1), 0); f.case(aten._weight_norm.default, r(4, 3), p(1, 3), 1); f.case(aten.renorm.default, r(3, 4), 2, 0, 1.5)


def resizing(f):
    for size, scale in (([7, 9], None), ([3, 2], None), (None, [2.0, 2.0]), (None, [1.5, 0.7]), (None, [0.5, 0.5]), (None, [1.3, 2.6]), (None, [1.1, 1.15]), ([5, 9], None), (None, [0.4, 3.0])):
        x = r(1, 2, 5, 6)
        f.case(aten.upsample_nearest2d.vec, x, size, scale); f.case(aten._upsample_nearest_exact2d.vec, x, size, scale)
        for align in (False, True):
            f.case(aten.upsample_bilinear2d.vec, x, size, align, scale); f.case(aten.upsample_bicubic2d.vec, x, size, align, scale); f.case(aten._upsample_bilinear2d_aa.vec, x, size, align, scale); f.case(aten._upsample_bicubic2d_aa.vec, x, size, align, scale)
        one = (size[:1] if size else None, scale[:1] if scale else None)
        f.case(aten.upsample_nearest1d.vec, r(2, 3, 6), *one); f.case(aten._upsample_nearest_exact1d.vec, r(2, 3, 6), *one); f.case(aten.upsample_linear1d.vec, r(2, 3, 6), one[0], False, one[1]); f.case(aten.upsample_linear1d.vec, r(2, 3, 6), one[0], True, one[1])
        three = ([4] + size if size else None, [1.2] + scale if scale else None)
        f.case(aten.upsample_nearest3d.vec, r(1, 2, 3, 5, 6), *three); f.case(aten.upsample_trilinear3d.vec, r(1, 2, 3, 5, 6), three[0], False, three[1]); f.case(aten.upsample_trilinear3d.vec, r(1, 2, 3, 5, 6), three[0], True, three[1]); f.case(aten._upsample_nearest_exact3d.vec, r(1, 2, 3, 5, 6), *three)
    f.case(aten.upsample_bilinear2d.default, r(1, 2, 5, 6), [10, 11], False); f.case(aten.upsample_bilinear2d.default, r(1, 2, 5, 6), [10, 9], False, 2.0, 1.5); f.case(aten.upsample_nearest2d.default, r(1, 2, 5, 6), [10, 9], 2.0, 1.5); f.case(aten.upsample_bicubic2d.default, r(1, 2, 5, 6), [3, 9], True); f.case(aten.upsample_nearest1d.default, r(1, 2, 5), [8]); f.case(aten.upsample_bilinear2d.vec, r(1, 2, 5, 6), [1, 1], False, None); f.case(aten.upsample_bilinear2d.vec, r(1, 2, 5, 6), [1, 1], True, None); f.case(aten.upsample_bilinear2d.vec, r(1, 2, 1, 1), [3, 3], True, None)
    for mode, padding, align in itertools.product((0, 1, 2), (0, 1, 2), (False, True)):
        f.case(aten.grid_sampler.default, r(1, 2, 5, 6), u(1, 4, 3, 2) * 1.3, mode, padding, align); f.case(aten.grid_sampler_2d.default, r(1, 2, 5, 6), u(1, 4, 3, 2) * 1.3, mode, padding, align)
        if mode < 2:
            f.case(aten.grid_sampler_3d.default, r(1, 2, 3, 5, 6), u(1, 2, 4, 3, 3) * 1.3, mode, padding, align)
    for align in (False, True):
        f.case(aten.affine_grid_generator.default, r(2, 2, 3), [2, 3, 4, 5], align); f.case(aten.affine_grid_generator.default, r(1, 3, 4), [1, 2, 3, 4, 5], align)


def losses(f):
    for reduction in (0, 1, 2):
        x, y = r(4, 5), r(4, 5)
        f.case(aten.mse_loss.default, x, y, reduction); f.case(aten.l1_loss.default, x, y, reduction); f.case(aten.smooth_l1_loss.default, x, y, reduction, 0.5); f.case(aten.huber_loss.default, x, y, reduction, 0.7); f.case(aten.kl_div.default, x, p(4, 5), reduction); f.case(aten.kl_div.default, x, y, reduction, log_target=True); f.case(aten.binary_cross_entropy.default, torch.rand(4, 5), torch.rand(4, 5), p(5), reduction); f.case(aten.binary_cross_entropy_with_logits.default, x, torch.rand(4, 5), None, p(5), reduction); f.case(aten.binary_cross_entropy_with_logits.default, x, torch.rand(4, 5), p(5), None, reduction); f.case(aten.poisson_nll_loss.default, x, p(4, 5), True, True, 1e-8, reduction); f.case(aten.poisson_nll_loss.default, p(4, 5), p(4, 5), False, False, 1e-8, reduction)
        sign = torch.where(torch.rand(4) > 0.5, 1.0, -1.0)
        f.case(aten.soft_margin_loss.default, r(4), sign, reduction); f.case(aten.hinge_embedding_loss.default, r(4), sign, 1.0, reduction); f.case(aten.margin_ranking_loss.default, r(4), r(4), sign, 0.3, reduction); f.case(aten.cosine_embedding_loss.default, r(4, 5), r(4, 5), sign, 0.1, reduction); f.case(aten.triplet_margin_loss.default, r(4, 5), r(4, 5), r(4, 5), 1.0, 2.0, 1e-6, True, reduction); f.case(aten.triplet_margin_loss.default, r(4, 5), r(4, 5), r(4, 5), reduction=reduction)
        target = torch.tensor([1, 0, -100, 4])
        f.case(aten.nll_loss_nd.default, r(4, 5), target, p(5), reduction); f.case(aten.nll_loss.default, r(4, 5), target, None, reduction); f.case(aten.nll_loss_nd.default, r(2, 5, 3, 3), idx(5, 2, 3, 3), None, reduction, 2); f.case(aten.nll_loss_forward.default, r(4, 5), target, None, reduction, -100) if reduction else None; f.case(aten.cross_entropy_loss.default, r(4, 5), target, None, reduction); f.case(aten.cross_entropy_loss.default, r(4, 5), target, p(5), reduction, -100, 0.2); f.case(aten.cross_entropy_loss.default, r(2, 5, 3), idx(5, 2, 3), None, reduction, -100, 0.1); f.case(aten.cross_entropy_loss.default, r(4, 5), torch.rand(4, 5), p(5), reduction, -100, 0.1); f.case(aten.cross_entropy_loss.default, r(4, 5), torch.rand(4, 5), None, reduction); f.case(aten.multi_margin_loss.default, r(4, 5), idx(5, 4), 1, 1, None, reduction); f.case(aten.multi_margin_loss.default, r(4, 5), idx(5, 4), 2, 0.5, p(5), reduction); f.case(aten.cross_entropy_loss.default, r(5), torch.tensor(2), None, reduction)


def recurrent(f):
    def weights(gates, size, hidden, layers, directions, biases, projection=0):
        result = []
        for layer in range(layers):
            for _ in range(directions):
                width = size if layer == 0 else (projection or hidden) * directions
                result += [r(gates * hidden, width, scale=0.5), r(gates * hidden, projection or hidden, scale=0.5)]
                result += [r(gates * hidden), r(gates * hidden)] if biases else []
                result += [r(projection, hidden)] if projection else []
        return result

    for layers, directions, biases, first in itertools.product((1, 2), (1, 2), (False, True), (False, True)):
        x = r(2, 5, 3) if first else r(5, 2, 3)
        both = directions == 2
        h, c = r(layers * directions, 2, 4), r(layers * directions, 2, 4)
        f.case(aten.lstm.input, x, [h, c], weights(4, 3, 4, layers, directions, biases), biases, layers, 0.0, False, both, first); f.case(aten.gru.input, x, h, weights(3, 3, 4, layers, directions, biases), biases, layers, 0.0, False, both, first); f.case(aten.rnn_tanh.input, x, h, weights(1, 3, 4, layers, directions, biases), biases, layers, 0.0, False, both, first); f.case(aten.rnn_relu.input, x, h, weights(1, 3, 4, layers, directions, biases), biases, layers, 0.0, False, both, first)
        f.case(aten.lstm.input, x, [r(layers * directions, 2, 2), c], weights(4, 3, 4, layers, directions, biases, 2), biases, layers, 0.0, False, both, first)
    f.case(aten.lstm_cell.default, r(2, 3), [r(2, 4), r(2, 4)], r(16, 3), r(16, 4), r(16), r(16)); f.case(aten.gru_cell.default, r(2, 3), r(2, 4), r(12, 3), r(12, 4), r(12), r(12)); f.case(aten.gru_cell.default, r(2, 3), r(2, 4), r(12, 3), r(12, 4)); f.case(aten.rnn_tanh_cell.default, r(2, 3), r(2, 4), r(4, 3), r(4, 4)); f.case(aten.rnn_relu_cell.default, r(2, 3), r(2, 4), r(4, 3), r(4, 4), r(4), r(4))


def spectra(f):
    for n, norm in itertools.product((None, 5, 9), (None, "ortho", "forward")):
        f.case(aten.fft_fft.default, r(3, 8), n, -1, norm); f.case(aten.fft_fft.default, r(3, 8, dtype=C64), n, 0, norm); f.case(aten.fft_ifft.default, r(3, 8, dtype=C64), n, -1, norm); f.case(aten.fft_rfft.default, r(3, 8), n, 1, norm); f.case(aten.fft_irfft.default, r(3, 5, dtype=C64), n, -1, norm); f.case(aten.fft_hfft.default, r(3, 5, dtype=C64), n, -1, norm); f.case(aten.fft_ihfft.default, r(3, 8), n, -1, norm); f.case(aten.fft_ifft.default, r(3, 8), n, -1, norm)
    for norm in (None, "ortho", "forward"):
        f.case(aten.fft_fft2.default, r(2, 4, 6), None, [-2, -1], norm); f.case(aten.fft_ifft2.default, r(2, 4, 6, dtype=C64), [5, 3], [0, 2], norm); f.case(aten.fft_fftn.default, r(2, 4, 6), None, None, norm); f.case(aten.fft_rfft2.default, r(2, 4, 6), None, [-2, -1], norm); f.case(aten.fft_irfft2.default, r(2, 4, 6, dtype=C64), None, [-2, -1], norm); f.case(aten.fft_rfftn.default, r(2, 4, 6), [3, 5], None, norm); f.case(aten.fft_irfftn.default, r(2, 4, 6, dtype=C64), None, None, norm)
    f.case(aten.fft_fft.default, r(2, 600)); f.case(aten.fft_rfft.default, r(2, 600)); f.case(aten.fft_irfft.default, r(2, 301, dtype=C64)); f.case(aten.fft_irfft.default, r(2, 300, dtype=C64), 601); f.case(aten.fft_ifft.default, r(600, 2, dtype=C64), None, 0); f.case(aten.fft_rfft.default, r(600))
    f.case(aten.fft_fftshift.default, r(5, 4)); f.case(aten.fft_ifftshift.default, r(5, 4), [0]); f.case(aten._fft_r2c.default, r(3, 8), [1], 0, True); f.case(aten._fft_r2c.default, r(3, 8), [0, 1], 1, False); f.case(aten._fft_c2c.default, r(3, 8, dtype=C64), [0, 1], 2, False); f.case(aten._fft_c2r.default, r(3, 5, dtype=C64), [1], 2, 8)
    for normalized, onesided in itertools.product((False, True), (False, True)):
        f.case(aten.stft.default, r(2, 40), 16, 4, 12, p(12), normalized, onesided, True)
    f.case(aten.stft.default, r(40), 16, None, None, None, False, None, False); f.case(aten.stft.center, r(2, 40), 16, 4, 16, p(16), True, "reflect", False, True, True)
    spectrum = torch.stft(r(2, 40), 16, 4, 16, torch.hann_window(16), return_complex=True)
    for length in (None, 36):
        f.case(aten.istft.default, spectrum, 16, 4, 16, torch.hann_window(16), True, False, None, length)
    z, w = r(3, 4, dtype=C64), r(4, dtype=C64)
    for op in (aten.add.Tensor, aten.sub.Tensor, aten.mul.Tensor, aten.div.Tensor):
        f.case(op, z, w); f.case(op, z, r(3, 4)); f.case(op, r(4), w)
    for op in (aten.abs.default, aten.angle.default, aten.real.default, aten.imag.default, aten.view_as_real.default, aten.conj_physical.default, aten.exp.default, aten.reciprocal.default, aten.sgn.default, aten.neg.default, aten.sum.default, aten.mean.default, aten.square.default, aten.sqrt.default):
        f.case(op, z)
    f.case(aten.view_as_complex.default, r(3, 2)); f.case(aten.complex.default, r(3, 4), r(3, 4)); f.case(aten.polar.default, p(3, 4), r(3, 4)); f.case(aten.matmul.default, r(2, 3, dtype=C64), r(3, 2, dtype=C64)); f.case(aten.transpose.int, z, 0, 1); f.case(aten.reshape.default, z, [6, 2]); f.case(aten.cat.default, [z, z], 1); f.case(aten.slice.Tensor, z, 1, 1, 3); f.case(aten.mean.dim, z, [1]); f.case(aten.mul.Scalar, z, 2.0); f.case(aten.stack.default, [z, z]); f.case(aten.select.int, z, -1, 0); f.case(aten.flip.default, z, [-1]); f.case(aten.unsqueeze.default, z, -1); f.case(aten.expand.default, w, [2, 4]); f.case(aten.roll.default, z, [1], [-1]); f.case(aten.index_select.default, z, 1, torch.tensor([0, 2])); f.case(aten.permute.default, z, [1, 0]); f.case(aten.where.self, r(3, 4, dtype=BOOL), z, w); f.case(aten.pow.Tensor_Scalar, z, 2)


def quantization(f):
    x = r(3, 4)
    for low, high in ((-128, 127), (0, 255), (-8, 7)):
        f.case(aten.fake_quantize_per_tensor_affine.default, x, 0.05, 3, low, high); f.case(aten.fake_quantize_per_tensor_affine.tensor_qparams, x, torch.tensor([0.05]), torch.tensor([2], dtype=I32), low, high); f.case(aten.fake_quantize_per_channel_affine.default, x, p(4) / 10, idx(5, 4, dtype=I32), 1, low, high); f.case(aten.fake_quantize_per_channel_affine.default, x, p(3) / 10, idx(5, 3, dtype=I32), 0, low, high)


def aliases(f):
    """Operators that are other names, copies, cores or rarer overloads of those above."""
    x, y, n = r(3, 4), r(3, 4), r(3, 4, dtype=I64)
    for name in "arccos arctanh".split():
        f.case(getattr(aten, name).default, u(3, 4))
    for name in "special_digamma special_erfc special_exp2 special_expm1 special_gammaln special_log1p special_psi special_sinc special_round special_erfinv".split():
        f.case(getattr(aten, name).default, u(3, 4).abs() + 0.01)
    for name in "arccosh".split():
        f.case(aten.arccosh.default, p(4) + 1)
    f.case(aten.arctan2.default, x, y); f.case(aten.special_logit.default, p(4) / 4, 0.1); f.case(aten.special_log_softmax.default, x, 1); f.case(aten.special_softmax.default, x, 1); f.case(aten.special_logsumexp.default, x, [1]); f.case(aten.special_multigammaln.default, p(4) + 2, 2); f.case(aten.special_polygamma.default, 1, p(4)); f.case(aten.special_xlog1py.other_scalar, p(4), 2); f.case(aten.special_xlog1py.self_scalar, 2, p(4)); f.case(aten.special_xlogy.other_scalar, p(4), 2); f.case(aten.special_xlogy.self_scalar, 2, p(4)); f.case(aten.xlogy.Scalar_Self, 2, p(4)); f.case(aten.xlogy.Scalar_Other, p(4), 2)
    f.case(aten.divide.Tensor_mode, n, n.abs() + 1, rounding_mode="floor"); f.case(aten.divide.Scalar, n, 3); f.case(aten.divide.Scalar_mode, n, 3, rounding_mode="trunc"); f.case(aten.true_divide.Scalar, n, 4); f.case(aten.multiply.Scalar, x, 2); f.case(aten.subtract.Scalar, n, 2, 3); f.case(aten.float_power.Scalar, 2, p(4)); f.case(aten.clip.Tensor, x, r(4) - 2, r(4) + 2)
    for name in "greater greater_equal less less_equal not_equal".split():
        f.case(getattr(aten, name).Scalar, n, 1.5); f.case(getattr(aten, name).Tensor, n, x)
    for name in "bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift".split():
        f.case(getattr(aten, name).Scalar_Tensor, 5, idx(4, 3))
    f.case(aten.bitwise_left_shift.Tensor_Scalar, n, 2); f.case(aten.bitwise_right_shift.Tensor_Scalar, n, 1); f.case(aten.__lshift__.Tensor, n, idx(3, 3, 4)); f.case(aten.isin.Scalar_Tensor, 2, n); f.case(aten.bucketize.Scalar, 0.5, torch.tensor([-1.0, 0.0, 1.0]))
    f.case(aten._adaptive_avg_pool3d.default, r(1, 2, 4, 5, 6), [2, 3, 4]); f.case(aten._addmm_activation.default, r(5), x, r(4, 5)); f.case(aten._addmm_activation.default, r(5), x, r(4, 5), use_gelu=True); f.case(aten._cdist_forward.default, r(3, 4), r(2, 4), 2.0, None); f.case(aten._pdist_forward.default, x); f.case(aten._conj.default, r(3, dtype=C64)); f.case(aten.conj.default, r(3, dtype=C64)); f.case(aten._conj_physical.default, r(3, dtype=C64)); f.case(aten._pad_circular.default, r(1, 2, 5), [2, 1]); f.case(aten._unsafe_view.default, x, [12]); f.case(aten._reshape_alias.default, x, [2, 6], [6, 1])
    f.case(aten._trilinear.default, r(4, 3), r(2, 3, 5), r(4, 5), [1, 3], [0], [1, 2], [2, 3]); f.case(aten.conv3d.padding, r(1, 2, 4, 5, 6), r(3, 2, 2, 3, 2), None, [1], "same"); f.case(aten.conv_tbc.default, r(7, 2, 3), r(3, 3, 4), r(4), 1); f.case(aten.thnn_conv2d.default, r(1, 2, 5, 5), r(3, 2, 3, 3), [3, 3]); f.case(aten.slow_conv_transpose2d.default, r(1, 2, 4, 4), r(2, 3, 3, 3), [3, 3]); f.case(aten.slow_conv_dilated2d.default, r(1, 2, 7, 7), r(3, 2, 3, 3), [3, 3], None, [1], [0], [2]); f.case(aten.slow_conv3d.default, r(1, 2, 4, 4, 4), r(3, 2, 2, 2, 2), [2, 2, 2])
    for name in "alias_copy detach_copy t_copy squeeze_copy view_as_real_copy view_as_complex_copy detach alias lift lift_fresh data resolve_conj resolve_neg mT mH matrix_H".split():
        f.case(getattr(aten, name).default, r(3, dtype=C64) if name == "view_as_real_copy" else r(3, 2))
    f.case(aten.as_strided_copy.default, r(12), [3, 2], [4, 1], 1); f.case(aten.diagonal_copy.default, x, 1); f.case(aten.expand_copy.default, r(3, 1), [3, 4]); f.case(aten.permute_copy.default, r(2, 3, 4), [2, 0, 1]); f.case(aten.select_copy.int, x, 1, 2); f.case(aten.slice_copy.Tensor, x, 1, 1, 3); f.case(aten.split_copy.Tensor, x, 2, 1); f.case(aten.split_with_sizes_copy.default, x, [1, 3], 1); f.case(aten.squeeze_copy.dim, r(3, 1), 1); f.case(aten.transpose_copy.int, x, 0, 1); f.case(aten.unbind_copy.int, x); f.case(aten.unfold_copy.default, r(9), 0, 3, 2); f.case(aten.unsqueeze_copy.default, x, 1); f.case(aten.narrow_copy.default, x, 1, 1, 2); f.case(aten.narrow.Tensor, x, 1, torch.tensor(1), 2); f.case(aten.unsafe_chunk.default, x, 3, 1); f.case(aten.unsafe_split.Tensor, x, 2, 1); f.case(aten.unsafe_split_with_sizes.default, x, [1, 3], 1); f.case(aten.linalg_diagonal.default, r(2, 3, 4)); f.case(aten.moveaxis.intlist, r(2, 3, 4), [0, 1], [2, 0]); f.case(aten.row_stack.default, [r(3), r(3)]); f.case(aten.concatenate.default, [x, x], 1) if hasattr(aten, "concatenate") else None; f.case(aten.ger.default, r(3), r(4)); f.case(aten.linalg_matmul.default, x, r(4, 2)); f.case(aten.sum_to_size.default, x, [1, 4]) if hasattr(aten, "sum_to_size") else None
    f.case(aten.hsplit.array, r(4, 6), [2, 5]); f.case(aten.vsplit.array, r(4, 6), [1, 3]); f.case(aten.dsplit.array, r(2, 2, 5), [1, 3]); f.case(aten.native_channel_shuffle.default, r(1, 6, 2, 2), 3); f.case(aten.fill_diagonal_.default, r(3, 4), 2.0); f.case(aten.repeat_interleave.Tensor, torch.tensor([1, 0, 2])); f.case(aten.corrcoef.default, r(3, 6)); f.case(aten.cov.default, r(3, 6)); f.case(aten.cov.default, r(3, 6), correction=0); 
    f.case(aten.argsort.stable, n, stable=True, dim=1); f.case(aten.nanmedian.dim, x, 1, True); f.case(aten.std_mean.correction, x, [1], correction=0); f.case(aten.std_mean.default, x); f.case(aten.var.default, x); f.case(aten.norm.ScalarOpt_dtype, n, 2, dtype=F32); f.case(aten.norm.ScalarOpt_dim_dtype, n, 2, [1], dtype=F32); f.case(aten.norm_except_dim.default, x, 2, 1); f.case(aten.linalg_norm.ord_str, x, "fro"); f.case(aten.linalg_slogdet.default, r(3, 3)); f.case(aten.linalg_vander.default, r(3)); f.case(aten.nll_loss2d.default, r(2, 5, 3, 3), idx(5, 2, 3, 3)); f.case(aten.nll_loss2d_forward.default, r(2, 5, 3, 3), idx(5, 2, 3, 3), p(5), 1, -100); f.case(aten.fft_ifftn.default, r(2, 4, 6, dtype=C64)); f.case(aten.nonzero_static.default, n, size=5) if hasattr(aten, "nonzero_static") else None
    pooled, places = aten.max_pool2d_with_indices.default(r(1, 2, 6, 6), [2, 2])
    f.case(aten.max_unpool2d.default, pooled, places, [6, 6]); f.case(aten.upsample_linear1d.default, r(2, 3, 6), [9], True); f.case(aten.upsample_nearest3d.default, r(1, 2, 3, 4, 5), [5, 6, 7]); f.case(aten.upsample_trilinear3d.default, r(1, 2, 3, 4, 5), [5, 6, 7], True); f.case(aten._upsample_bicubic2d_aa.default, r(1, 2, 5, 6), [3, 9], False); f.case(aten._upsample_bilinear2d_aa.default, r(1, 2, 5, 6), [3, 9], True); f.case(aten._upsample_nearest_exact1d.default, r(2, 3, 6), [9]); f.case(aten._upsample_nearest_exact2d.default, r(1, 2, 5, 6), [7, 4]); f.case(aten._upsample_nearest_exact3d.default, r(1, 2, 3, 4, 5), [5, 6, 7]); f.case(aten._native_batch_norm_legit.default, r(2, 3, 4), r(3), r(3), r(3), p(3), False, 0.1, 1e-5) if hasattr(aten, "_native_batch_norm_legit") else None
    f.case(aten.zeros.default, [2, 3]); f.case(aten.ones.default, [2], dtype=I64); f.case(aten.full.default, [2, 2], 1.5); f.case(aten.eye.default, 3); f.case(aten.eye.m, 3, 4, dtype=I64); f.case(aten.range.default, 1, 5); f.case(aten.range.step, 1, 6, 2); f.case(aten.arange.default, 5); f.case(aten.arange.start, 1, 5, dtype=F32); f.case(aten.arange.start_step, 5, 0, -2); f.case(aten.arange.start_step, 0.5, 3, 0.75); f.case(aten.linspace.default, 0, 1, 7); f.case(aten.logspace.default, 0, 2, 4); f.case(aten.tril_indices.default, 3, 4, 1); f.case(aten.triu_indices.default, 3, 4, -1); f.case(aten.fft_fftfreq.default, 7, 0.5); f.case(aten.fft_rfftfreq.default, 8); f.case(aten.scalar_tensor.default, 2.5)
    for name in "bartlett_window blackman_window hamming_window hann_window".split():
        f.case(getattr(aten, name).default, 8); f.case(getattr(aten, name).periodic, 8, False); f.case(getattr(aten, name).periodic, 1, True)
    f.case(aten.hamming_window.periodic_alpha, 8, True, 0.5); f.case(aten.hamming_window.periodic_alpha_beta, 8, True, 0.5, 0.4)


def empty(f):
    """Tensors of no elements and of no dimensions."""
    for op in (aten.relu.default, aten.exp.default, aten.softmax.int, aten.cumsum.default):
        f.case(op, r(0, 3), *((1,) if op in (aten.softmax.int, aten.cumsum.default) else ()))
    f.case(aten.add.Tensor, r(0, 3), r(3)); f.case(aten.cat.default, [r(0, 3), r(2, 3)]); f.case(aten.stack.default, [r(0), r(0)]); f.case(aten.matmul.default, r(0, 3), r(3, 2)); f.case(aten.matmul.default, r(2, 0), r(0, 3)); f.case(aten.linear.default, r(0, 3), r(2, 3)); f.case(aten.transpose.int, r(0, 3), 0, 1); f.case(aten.reshape.default, r(0, 4), [0, 2, 2]); f.case(aten.flatten.using_ints, r(0, 2, 3)); f.case(aten.expand.default, r(1, 3), [0, 3]); f.case(aten.index_select.default, r(3, 2), 0, idx(3, 0)); f.case(aten.gather.default, r(3, 2), 0, idx(3, 0, 2)); f.case(aten.embedding.default, r(5, 3), idx(5, 0)); f.case(aten.topk.default, r(3, 4), 0); f.case(aten.slice.Tensor, r(3), 0, 2, 2); f.case(aten.prod.default, r(0)); f.case(aten.sum.dim_IntList, r(2, 0), [1]); f.case(aten.mean.dim, r(0, 3), [1]); f.case(aten.where.self, r(0, dtype=BOOL), r(0), r(0)); f.case(aten.nonzero.default, r(0, 3)); f.case(aten.masked_select.default, r(3), torch.zeros(3, dtype=BOOL)); f.case(aten.conv2d.default, r(0, 2, 5, 5), r(3, 2, 3, 3)); f.case(aten.permute.default, r(0, 2, 3), [2, 0, 1]); f.case(aten.repeat.default, r(2, 0), [2, 3]); f.case(aten.unsqueeze.default, r(0), 0); f.case(aten.squeeze.default, r(0, 1)); f.case(aten.split.Tensor, r(0, 4), 2, 1)
    for op in (aten.unsqueeze.default, aten.softmax.int, aten.log_softmax.int, aten.cumsum.default, aten.flip.default, aten.sum.dim_IntList, aten.amax.default, aten.argmax.default, aten.sort.default, aten.cumprod.default, aten.any.dim, aten.logsumexp.default, aten.max.dim):
        f.case(op, r(), [0] if op in (aten.flip.default, aten.sum.dim_IntList, aten.amax.default, aten.logsumexp.default) else 0)
    f.case(aten.matmul.default, r(1), r(1)); f.case(aten.clamp.default, r(), 0, 1); f.case(aten.where.self, torch.tensor(True), r(), r(2)); f.case(aten.expand.default, r(), [1]); f.case(aten.view.default, r(), [1, 1]); f.case(aten.repeat.default, r(), [3]); f.case(aten.tile.default, r(), [2]); f.case(aten.flatten.using_ints, r(), 0, -1); f.case(aten.squeeze.default, r()); f.case(aten.transpose.int, r(), 0, -1); f.case(aten.index_select.default, r(), 0, torch.tensor([0])); f.case(aten.index_fill.int_Scalar, r(), 0, torch.tensor([0]), 2.0); f.case(aten.scatter.value, r(), 0, torch.tensor(0), 3.0); f.case(aten.index_add.default, r(), 0, torch.tensor([0]), r(1)); f.case(aten.norm.Scalar, r()); f.case(aten.linalg_vector_norm.default, r()); f.case(aten.var.correction, r(1), [0], correction=0); f.case(aten.count_nonzero.default, r())


def attention(q, k, v, mask=None, causal=False, scale=None, groups=False):
    """Scaled dot product attention as PyTorch 2 documents it; rows that are masked whole give zeros."""
    if groups:
        k, v = (t.repeat_interleave(q.shape[-3] // t.shape[-3], -3) for t in (k, v))
    scores = q @ k.transpose(-2, -1) * (scale if scale is not None else q.shape[-1] ** -0.5)
    if causal:
        scores = scores.masked_fill(~torch.ones(q.shape[-2], k.shape[-2], dtype=BOOL).tril(), float("-inf"))
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf")) if mask.dtype == BOOL else scores + mask
    return torch.softmax(scores, -1).nan_to_num(0.0) @ v


def newer(f):
    """Operators that came after this PyTorch."""
    name = "aten.scaled_dot_product_attention.default"
    for shape in ((2, 3, 5, 4), (2, 5, 4), (5, 4), (2, 2, 3, 5, 4)):
        q, k, v = r(*shape), r(*shape[:-2], 7, 4), r(*shape[:-2], 7, 6)
        f.given(name, dict(query=q, key=k, value=v), [attention(q, k, v)])
        f.given(name, dict(query=q, key=k, value=v, is_causal=True), [attention(q, k, v, causal=True)])
        f.given(name, dict(query=q, key=k, value=v, scale=0.3), [attention(q, k, v, scale=0.3)], ["scale"])
        for mask in (torch.rand(5, 7) > 0.3, r(5, 7), torch.rand(1, 7) > 0.3, torch.zeros(5, 7, dtype=BOOL)):
            f.given(name, dict(query=q, key=k, value=v, attn_mask=mask), [attention(q, k, v, mask)])
    q, k, v = r(2, 6, 5, 4), r(2, 2, 7, 4), r(2, 2, 7, 4)
    for mask in (None, torch.rand(2, 1, 5, 7) > 0.3, r(2, 6, 5, 7)):
        f.given(name, dict(query=q, key=k, value=v, attn_mask=mask, enable_gqa=True), [attention(q, k, v, mask, groups=True)], ["enable_gqa"])
    q, k = r(1, 2, 5, 4), r(1, 2, 3, 4)
    f.given(name, dict(query=q, key=k, value=k, is_causal=True), [attention(q, k, k, causal=True)])
    f.given("aten._scaled_dot_product_flash_attention_for_cpu.default", dict(query=q, key=k, value=k), [attention(q, k, k)])
    f.given("aten._scaled_dot_product_efficient_attention.default", dict(query=q, key=k, value=k, attn_bias=None, compute_log_sumexp=False), [attention(q, k, k)])
    f.given("aten._scaled_dot_product_attention_math.default", dict(query=q, key=k, value=k), [attention(q, k, k)])
    x = r(2, 3, 4)
    for shape in ([4], [3, 4]):
        weight = r(*shape)
        dims = list(range(-len(shape), 0))
        for eps in (None, 1e-3):
            scale = torch.rsqrt(x.pow(2).mean(dims, keepdim=True) + (eps or torch.finfo(F32).eps))
            f.given("aten.rms_norm.default", dict(input=x, normalized_shape=shape, weight=weight, eps=eps), [x * scale * weight])
            f.given("aten._fused_rms_norm.default", dict(input=x, normalized_shape=shape, weight=weight, eps=eps), [x * scale * weight, scale])
    f.given("aten.rms_norm.default", dict(input=x, normalized_shape=[4]), [x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + torch.finfo(F32).eps)])
    masked = x.masked_fill(torch.rand(2, 3, 4) > 0.5, float("-inf"))
    masked[0, 0] = float("-inf")
    f.given("aten._safe_softmax.default", dict(self=masked, dim=-1), [torch.softmax(masked, -1).nan_to_num(0.0)])
    slope = p(3, 1)
    f.given("aten._prelu_kernel.default", dict(self=x, weight=slope), [torch.where(x > 0, x, x * slope)])
    f.given("aten._unsafe_index.Tensor", dict(self=x, indices=[None, torch.tensor([0, 2])]), [x[:, [0, 2]]])
    put = x.clone()
    put[:, [0, 2]] = 1.5
    f.given("aten._unsafe_index_put.default", dict(self=x, indices=[None, torch.tensor([0, 2])], values=torch.tensor(1.5)), [put])
    f.given("aten.linalg_vecdot.default", dict(x=x, y=x, dim=1), [(x * x).sum(1)], ["dim"])
    for low, high, dtype in ((-128, 127, I8), (0, 255, U8), (-127, 127, I8), (0, 15, U8)):
        head = "quantized_decomposed."
        steps = torch.clamp(torch.round(x / 0.05) + 3, low, high).to(dtype)
        f.given(head + "quantize_per_tensor.default", dict(input=x, scale=0.05, zero_point=3, quant_min=low, quant_max=high, dtype=dtype), [steps])
        f.given(head + "quantize_per_tensor.tensor", dict(input=x, scale=torch.tensor(0.05), zero_point=torch.tensor(3), quant_min=low, quant_max=high, dtype=dtype), [steps])
        f.given(head + "dequantize_per_tensor.default", dict(input=steps, scale=0.05, zero_point=3, quant_min=low, quant_max=high, dtype=dtype), [(steps.float() - 3) * 0.05])
        f.given(head + "dequantize_per_tensor.tensor", dict(input=steps, scale=torch.tensor([0.05]), zero_point=torch.tensor([3]), quant_min=low, quant_max=high, dtype=dtype), [(steps.float() - 3) * 0.05])
        scales, zeros = p(3) / 20, torch.tensor([0, 2, 5])
        steps = torch.clamp(torch.round(x / scales[:, None]) + zeros[:, None], low, high).to(dtype)
        f.given(head + "quantize_per_channel.default", dict(input=x, scales=scales, zero_points=zeros, axis=1, quant_min=low, quant_max=high, dtype=dtype), [steps])
        f.given(head + "dequantize_per_channel.default", dict(input=steps, scales=scales, zero_points=zeros, axis=1, quant_min=low, quant_max=high, dtype=dtype), [(steps.float() - zeros[:, None]) * scales[:, None]])
    tokens, experts, ends = r(9, 4), r(3, 4, 5), torch.tensor([4, 4, 9], dtype=I32)
    product = torch.cat([tokens[:4] @ experts[0], tokens[4:] @ experts[2]])
    f.given("aten._grouped_mm.default", dict(self=tokens, mat2=experts, offs=ends), [product])
    f.given("transformers.grouped_mm_fallback.default", dict(input=tokens, weight=experts, offs=ends), [product])


GROUPS = (unary, binary, reductions, shapes, indexing, creation, activations, matrices, convolutions, normalization, resizing, losses, recurrent, spectra, quantization, aliases, empty, newer)

if __name__ == "__main__":
    folder = Folder(sys.argv[1])
    for group in GROUPS:
        group(folder)
    with open(os.path.join(sys.argv[1], "left-out.txt"), "w") as report:
        report.write("\n".join(folder.failed))
    print(f"{sum(folder.count.values())} cases of {len(folder.count)} operators; {len(folder.failed)} calls that this PyTorch cannot run")
