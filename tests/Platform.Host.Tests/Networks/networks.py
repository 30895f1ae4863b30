"""Makes or judges torchvision networks.

usage: networks.py make NAME FOLDER      NAME.pt (TorchScript, seeded, randomised batch-norm statistics), inputs.npz, expected.npy
       networks.py judge FOLDER OUTPUTS.h5    prints the largest error as a share of the range of PyTorch's outputs
"""
import os
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")


def make(name, folder):
    import torch
    import torchvision

    torch.set_num_threads(1)
    torch.manual_seed(11)
    model = getattr(torchvision.models, name)(pretrained=False).eval()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.1)
    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(3, 3, 224, 224, generator=generator)
    with torch.no_grad():
        outputs = torch.cat([model(inputs[i:i + 1]) for i in range(3)])
        torch.jit.trace(model, inputs[:1]).save(os.path.join(folder, name + ".pt"))
    np.savez(os.path.join(folder, "inputs.npz"), **{"x": inputs.numpy()})
    np.save(os.path.join(folder, "expected.npy"), outputs.numpy())


def judge(folder, path):
    import h5py

    expected = np.load(os.path.join(folder, "expected.npy"))
    with h5py.File(path) as file:
        batches = file["data"]["0"]
        actual = np.concatenate([batches[f"batch_{i}"][()].reshape(1, -1) for i in range(len(batches))])
    span = expected.max(axis=1) - expected.min(axis=1)
    print(float((np.abs(actual - expected).max(axis=1) / span).max()))


if sys.argv[1] == "make":
    make(sys.argv[2], sys.argv[3])
else:
    judge(sys.argv[2], sys.argv[3])
