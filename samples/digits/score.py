"""Compares outputs of an inference job with the labels and with what PyTorch predicted.

usage: score.py OUTPUTS.h5 [EXPECTED.npz]
prints one line of JSON: images, accuracy, agreement (images on which the prediction is PyTorch's). EXPECTED.npz holds label and
PyTorch's logits; without it, labels and predictions of digits.pt are taken.
"""
import json
import os
import sys

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def logits(path):
    with h5py.File(path) as file:
        batches = file["data"]["0"]
        names = sorted(batches, key=lambda name: int(name.split("_")[1]))
        return np.stack([batches[name][()].reshape(-1) for name in names])


def expected():
    if len(sys.argv) > 2:
        with np.load(sys.argv[2]) as file:
            return file["label"], file["logits"].argmax(axis=1)
    return np.load(os.path.join(HERE, "labels.npy")), np.load(os.path.join(HERE, "predictions.npy"))


def main():
    predicted = logits(sys.argv[1]).argmax(axis=1)
    labels, pytorch = expected()
    print(json.dumps({
        "images": len(labels),
        "accuracy": float((predicted == labels).mean()),
        "pytorch_accuracy": float((pytorch == labels).mean()),
        "agreement": int((predicted == pytorch).sum()),
    }))


if __name__ == "__main__":
    main()
