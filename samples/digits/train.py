"""Trains the sample: a small CNN for the 8x8 digits of scikit-learn. Writes digits.pt, images.npz, labels.npy and predictions.npy.

Run it with Debian's python3-torch and python3-sklearn:  python3 samples/digits/train.py
"""
import os

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

HERE = os.path.dirname(os.path.abspath(__file__))


class Digits(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.features = torch.nn.Sequential(
            torch.nn.Conv2d(1, 16, 3, padding=1), torch.nn.BatchNorm2d(16), torch.nn.ReLU(),
            torch.nn.Conv2d(16, 32, 3, padding=1), torch.nn.BatchNorm2d(32), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
            torch.nn.Conv2d(32, 64, 3, padding=1), torch.nn.BatchNorm2d(64), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(1))
        self.classifier = torch.nn.Linear(64, 10)

    def forward(self, image):
        return {"logits": self.classifier(torch.flatten(self.features(image), 1))}


def main():
    torch.manual_seed(7)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    digits = load_digits()
    images = (digits.images.astype(np.float32) / 16.0)[:, None, :, :]
    train_x, test_x, train_y, test_y = train_test_split(images, digits.target.astype(np.int64), test_size=360, random_state=7, stratify=digits.target)
    model, loss = Digits(), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3, weight_decay=1e-4)
    x, y = torch.from_numpy(train_x), torch.from_numpy(train_y)
    for _ in range(30):
        order = torch.randperm(len(x))
        for start in range(0, len(x), 64):
            batch = order[start:start + 64]
            optimizer.zero_grad()
            loss(model(x[batch])["logits"], y[batch]).backward()
            optimizer.step()
    model.eval()
    traced = torch.jit.trace(model, x[:1], strict=False)
    traced.save(os.path.join(HERE, "digits.pt"))
    with torch.no_grad():
        predictions = traced(torch.from_numpy(test_x))["logits"].argmax(1).numpy()
    np.savez_compressed(os.path.join(HERE, "images.npz"), image=test_x)
    np.save(os.path.join(HERE, "labels.npy"), test_y)
    np.save(os.path.join(HERE, "predictions.npy"), predictions)
    print("accuracy of PyTorch on %d test images: %.4f" % (len(test_y), float((predictions == test_y).mean())))


main()
