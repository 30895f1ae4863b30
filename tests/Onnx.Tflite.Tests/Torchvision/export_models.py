"""Exports torchvision models to ONNX: fixed seeds, randomised batch-norm statistics.

usage: export_models.py FOLDER NAME:OPSET [NAME:OPSET ...]
"""
import sys
import warnings

import torch
import torchvision

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

SIZES = {"inception_v3": 299, "ssdlite320": 320, "ssdlite320_backbone": 320}


class Dense(torch.nn.Module):
    """Segmentation models return a dictionary; the exporter wants the main result."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(x)["out"]


class Backbone(torch.nn.Module):
    """Backbone and head of a detector, without anchors and post-processing."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        features = list(self.model.backbone(x).values())
        outputs = self.model.head(features)
        return outputs["bbox_regression"], outputs["cls_logits"]


class Detector(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        result = self.model([x[0]])[0]
        return result["boxes"], result["scores"], result["labels"]


class Recurrent(torch.nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.layer = kind(24, 32, **options)

    def forward(self, x):
        return self.layer(x)[0]


class Streaming(torch.nn.Module):
    """One step at a time: the state comes in and goes out."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.LSTM(24, 32, num_layers=2)

    def forward(self, x, h, c):
        y, (h, c) = self.layer(x, (h, c))
        return y, h, c


def build(name):
    models = torchvision.models
    if name in ("deeplabv3_mobilenet_v3_large", "lraspp_mobilenet_v3_large", "fcn_resnet50"):
        return Dense(getattr(models.segmentation, name)(weights=None, weights_backbone=None))
    if name.startswith("ssdlite320"):
        model = models.detection.ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None)
        return Backbone(model) if name.endswith("backbone") else Detector(model)
    if name == "lstm_stacked":
        return Recurrent(torch.nn.LSTM, num_layers=2)
    if name == "lstm_bidirectional":
        return Recurrent(torch.nn.LSTM, bidirectional=True, batch_first=True)
    if name == "gru_stacked":
        return Recurrent(torch.nn.GRU, num_layers=2)
    if name == "gru_bidirectional":
        return Recurrent(torch.nn.GRU, bidirectional=True)
    if name == "lstm_streaming":
        return Streaming()
    options = {"weights": None}
    if name in ("googlenet", "inception_v3"):
        options.update(aux_logits=False, init_weights=False, transform_input=False)
    return getattr(models, name)(**options)


def randomise(model):
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.5)
            module.running_var.uniform_(0.5, 2)
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.2)
        # Heads that start as zeros would give the same number everywhere.
        if isinstance(module, torch.nn.Linear) and not module.weight.data.any():
            module.weight.data.normal_(0, 0.02)


def inputs_of(name):
    if name == "lstm_streaming":
        return (torch.randn(1, 1, 24), torch.randn(2, 1, 32), torch.randn(2, 1, 32)), ["x", "h", "c"]
    if name.startswith(("lstm", "gru")):
        return (torch.randn(12, 2, 24),), ["x"]
    size = SIZES.get(name, 224)
    return (torch.randn(1, 3, size, size),), ["image"]


def main():
    folder = sys.argv[1]
    for item in sys.argv[2:]:
        name, opset = item.split(":")
        torch.manual_seed(20261123)
        model = build(name).eval()
        with torch.no_grad():
            randomise(model)
        example, names = inputs_of(name)
        # Gradients stay on: without them attention takes a fused path that the exporter does not know.
        torch.onnx.export(model, example, f"{folder}/{name}.{opset}.onnx", opset_version=int(opset), input_names=names, do_constant_folding=True)
        print(item, flush=True)


main()
