"""TorchScript -> ONNX, in a process of its own.

Reads a request (JSON) from standard input, writes the ONNX file, sample inputs with PyTorch's own outputs, and
result.json into the folder of the output. Whatever the model prints goes to the log.
"""
import inspect
import json
import os
import sys
import warnings

import torch

DTYPES = {
    "float32": torch.float32, "float16": torch.float16, "int8": torch.int8, "int16": torch.int16, "int32": torch.int32,
    "int64": torch.int64, "uint8": torch.uint8, "bool": torch.bool,
}


class Refusal(Exception):
    def __init__(self, code, message, subject=""):
        super().__init__(message)
        self.code, self.message, self.subject = code, message, subject


def flatten(value, name, found):
    """Outputs in a fixed order with the name of their path: dict keys, else positions."""
    if isinstance(value, torch.Tensor):
        found.append((name or "output_%d" % len(found), value))
    elif isinstance(value, dict):
        for key, item in value.items():
            flatten(item, "%s.%s" % (name, key) if name else str(key), found)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            flatten(item, "%s.%d" % (name, index) if name else "", found)
    elif value is not None:
        raise Refusal("CONVERSION_REFUSED", "an output is a %s: only tensors, and lists, tuples and dicts of them can be converted" % type(value).__name__)
    return found


class Flattened(torch.nn.Module):
    """The model with its outputs as a flat tuple: what tracing and ONNX can express."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, *inputs):
        return tuple(tensor for _, tensor in flatten(self.model(*inputs), "", []))


def sample(specs, seed):
    generator = torch.Generator().manual_seed(seed)
    values = []
    for spec in specs:
        dtype = DTYPES[spec["dtype"]]
        if dtype.is_floating_point:
            values.append(torch.randn(spec["shape"], generator=generator).to(dtype))
        else:
            values.append(torch.randint(0, 2, spec["shape"], generator=generator).to(dtype))
    return values


def run(model, inputs):
    try:
        with torch.no_grad():
            return flatten(model(*[value.clone() for value in inputs]), "", [])
    except Refusal:
        raise
    except Exception as error:
        raise Refusal("INPUT_SPEC_INVALID", "the model does not run on inputs of these specs: %s" % first_line(error))


def first_line(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__)[:500]


def load(path):
    try:
        model = torch.jit.load(path, map_location="cpu")
    except Exception as error:
        raise Refusal("MODEL_UNREADABLE", "PyTorch %s cannot load the file: %s" % (torch.__version__, first_line(error)))
    return model.eval()


def same(a, b):
    return a.shape == b.shape and a.dtype == b.dtype and (torch.equal(a, b) if not a.dtype.is_floating_point
                                                          else torch.allclose(a.float(), b.float(), rtol=1e-3, atol=1e-5, equal_nan=True))


def export(traced, inputs, path, input_names, output_names, opset):
    extra = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    try:
        torch.onnx.export(traced, tuple(inputs), path, opset_version=opset, input_names=input_names, output_names=output_names,
                          do_constant_folding=True, **extra)
    except torch.onnx.errors.UnsupportedOperatorError as error:
        raise Refusal("CONVERSION_REFUSED", "PyTorch's exporter has no ONNX form for an operator: %s" % first_line(error), "UNSUPPORTED_OPERATOR")
    except Exception as error:
        raise Refusal("CONVERSION_REFUSED", "PyTorch's exporter failed: %s" % first_line(error), "EXPORT_FAILED")


def save_samples(folder, model, specs, names, seeds):
    """Inputs and PyTorch's outputs, as plain little-endian files: what every later form of the model is compared with."""
    os.makedirs(folder, exist_ok=True)
    samples = []
    for seed in seeds:
        inputs = sample(specs, seed)
        outputs = run(model, inputs)
        entry = {"inputs": [], "outputs": []}
        for kind, values, labels in (("inputs", inputs, [spec["name"] for spec in specs]), ("outputs", [tensor for _, tensor in outputs], names)):
            for index, (value, label) in enumerate(zip(values, labels)):
                file = "%s_%d_%d.bin" % (kind, seed, index)
                value.detach().contiguous().numpy().tofile(os.path.join(folder, file))
                entry[kind].append({"name": label, "dtype": str(value.dtype).replace("torch.", ""), "shape": list(value.shape), "file": file})
        samples.append(entry)
    return samples


def convert(request):
    specs = request["inputs"]
    for spec in specs:
        if spec["dtype"] not in DTYPES:
            raise Refusal("INPUT_SPEC_INVALID", "PyTorch %s has no type %s" % (torch.__version__, spec["dtype"]), spec["name"])
    model = load(request["model"])
    first, second = sample(specs, 1), sample(specs, 2)
    reference = run(model, first)
    if not reference:
        raise Refusal("CONVERSION_REFUSED", "the model gives no tensors")
    names = request["output_names"] or [name for name, _ in reference]
    if len(names) != len(reference):
        raise Refusal("OPTION_VALUE_INVALID", "--output_names gives %d names for %d outputs" % (len(names), len(reference)), "output_names")
    notes = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        traced = torch.jit.trace(Flattened(model), tuple(first), check_trace=False, strict=False)
    frozen = any("TracerWarning" in type(item.message).__name__ for item in caught)
    differ = not all(same(a, b) for a, (_, b) in zip(traced(*second), run(model, second)))
    if differ:
        notes.append("a branch of the model depends on its data and was frozen as it went for one input: on another input the trace differs from the model")
    elif frozen:
        notes.append("tracing froze values that may depend on the data; on a second input the trace agreed with the model")
    traced = torch.jit.freeze(traced.eval())
    export(traced, first, request["output"], [spec["name"] for spec in specs], names, request["opset"])
    folder = os.path.join(os.path.dirname(request["output"]), "samples")
    return {"outputs": names, "warnings": notes, "frozen_branch": differ, "torch": torch.__version__,
            "samples": save_samples(folder, model, specs, names, request["seeds"])}


def main():
    request = json.load(sys.stdin)
    torch.set_num_threads(request["threads"])
    try:
        result = convert(request)
    except Refusal as refusal:
        result = {"refusal": {"code": refusal.code, "message": refusal.message, "subject": refusal.subject}}
    with open(os.path.join(os.path.dirname(request["output"]), "result.json"), "w") as file:
        json.dump(result, file)


main()
