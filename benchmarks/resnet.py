"""The ResNet-50 of He et al. (2016), "Deep Residual Learning for Image Recognition", table 1."""

from __future__ import annotations

from typing import Any

from torch import nn

WIDTHS, BLOCKS, EXPANSION = (64, 128, 256, 512), (3, 4, 6, 3), 4


class Bottleneck(nn.Module):
    """Three convolutions, and a way past them."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = width * EXPANSION
        self.conv1 = _convolution(inputs, width, 1)
        self.conv2 = _convolution(width, width, 3, stride)
        self.conv3 = _convolution(width, outputs, 1)
        self.relu = nn.ReLU()
        same = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if same else _convolution(inputs, outputs, 1, stride)

    def forward(self, images: Any) -> Any:
        inner = self.conv2(self.relu(self.conv1(images)))
        return self.relu(self.conv3(self.relu(inner)) + self.shortcut(images))


class ResNet50(nn.Module):
    """For grey images of any size."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(_convolution(1, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        blocks: list[nn.Module] = []
        inputs = 64
        for stage, (width, count) in enumerate(zip(WIDTHS, BLOCKS, strict=True)):
            for block in range(count):
                blocks.append(Bottleneck(inputs, width, 2 if stage and not block else 1))
                inputs = width * EXPANSION
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes))

    def forward(self, images: Any) -> Any:
        return self.head(self.blocks(self.stem(images)))


def _convolution(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs))
