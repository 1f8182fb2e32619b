"""A small convolutional network on scikit-learn's handwritten digits, with its weights logged.

python examples/pytorch.py --watch
tensorboard --logdir logs/pytorch
"""

from __future__ import annotations

import argparse
import contextlib

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

from tb_layerweights.record.torch import watch


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=3, padding=1)
        self.norm1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3, padding=1)
        self.norm2 = nn.BatchNorm2d(32)
        self.classifier = nn.Linear(32, 10)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        hidden = torch.relu(self.norm1(self.conv1(images)))
        hidden = torch.relu(self.norm2(self.conv2(hidden)))
        return self.classifier(hidden.mean(dim=(2, 3)))


def log_weights(writer: SummaryWriter, model: nn.Module, epoch: int) -> None:
    for name, parameter in model.named_parameters():
        writer.add_histogram(name, parameter, epoch)
        if parameter.grad is not None:
            writer.add_histogram(f"gradients/{name}", parameter.grad, epoch)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--logdir", default="logs/pytorch")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument(
        "--watch", action="store_true", help="record updates, activations and exact numbers too"
    )
    options = parser.parse_args()

    torch.manual_seed(0)
    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16
    data = TensorDataset(images, torch.tensor(digits.target))
    model = Network()
    optimizer = torch.optim.Adam(model.parameters())
    cross_entropy = nn.CrossEntropyLoss()

    with contextlib.ExitStack() as stack:
        writer = stack.enter_context(SummaryWriter(options.logdir))
        batches = DataLoader(data, batch_size=64, shuffle=True)
        if options.watch:
            # The one line that records everything; below is what it takes by hand.
            stack.enter_context(watch(model, writer, every=len(batches), activations="norm"))
        else:
            log_weights(writer, model, 0)
        for epoch in range(1, options.epochs + 1):
            for batch, labels in batches:
                optimizer.zero_grad()
                loss = cross_entropy(model(batch), labels)
                loss.backward()
                optimizer.step()
            if not options.watch:
                log_weights(writer, model, epoch)
            writer.add_scalar("loss", loss.item(), epoch)
            print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
