"""Judges our writer by the reference reader: each line of standard input names two model files that must hold the same model."""
import sys

import onnx
from onnx import numpy_helper


def plain(message):
    """A copy in which each tensor's data is in one form, and what may differ by convention is equal."""
    result = type(message)()
    result.CopyFrom(message)
    walk(result)
    return result


def walk(message):
    if isinstance(message, onnx.TensorProto) and message.data_type != onnx.TensorProto.STRING:
        array = numpy_helper.to_array(message)
        name, doc, data_type = message.name, message.doc_string, message.data_type
        message.Clear()
        message.CopyFrom(onnx.TensorProto(name=name, doc_string=doc, data_type=data_type,
                                          dims=array.shape, raw_data=array.tobytes()))
        return
    if isinstance(message, (onnx.NodeProto, onnx.OperatorSetIdProto)) and message.domain in ("", "ai.onnx"):
        message.domain = ""
    for field, value in message.ListFields():
        if field.type != field.TYPE_MESSAGE:
            if field.label != field.LABEL_REPEATED and field.type == field.TYPE_STRING and value == "":
                message.ClearField(field.name)  # an empty text and no text mean the same
        elif field.label == field.LABEL_REPEATED:
            for item in value:
                walk(item)
        else:
            walk(value)


def model_version_is_default(model):
    if model.model_version == 0:
        model.ClearField("model_version")
    return model


wrong = 0
for line in sys.stdin:
    first, second = line.rstrip("\n").split("\t")
    a, b = (model_version_is_default(plain(onnx.load(path))) for path in (first, second))
    if a != b:
        wrong += 1
        print(f"{first}: the rewritten model differs")
print("wrong", wrong)
sys.exit(1 if wrong else 0)
