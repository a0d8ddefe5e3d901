"""fit() against the training loop that the course hands out, on pictures shaped like CIFAR-10's.

The measure "throughput" of runs.py. Both train MobileNetV1 on 128 images a step, each in a process
of its own, as it comes, with as many torch threads as the machine has cores. They take turns of a
few steps, so that what else the machine does meets both; the loader's workers have filled their
queue before each.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from cnnviz.data.cifar10 import CLASSES, FOLDER
from cnnviz.data.images import ImageSet
from cnnviz.models.mobilenet_v1 import MobileNetV1
from cnnviz.training.batches import divide
from cnnviz.training.fit import fit
from cnnviz.training.recipes import base
from cnnviz.training.spec import RunSpec

IMAGES, VALIDATION, BATCH, EPOCHS = 6000, 500, 128, 200
STEPS = 3  # a turn
UNCOUNTED = 4  # steps: the workers have started, torch has chosen its kernels
REST = 0.5  # seconds that the workers have to fill their queue
CHANNEL_MEANS, CHANNEL_DEVIATIONS = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)


def make_pictures(folder: Path) -> None:
    """Random pictures as a data folder that has CIFAR-10 in class folders."""
    draw = np.random.default_rng(0)
    for split, images in (("train", IMAGES), ("test", len(CLASSES))):
        for index in range(images):
            place = folder / FOLDER / split / CLASSES[index % len(CLASSES)]
            place.mkdir(parents=True, exist_ok=True)
            pixels = draw.integers(0, 256, (32, 32, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(place / f"{index}.png", compress_level=0)


def throughput(folder: Path, turns: int) -> dict[str, object]:
    """Images a second of each, and how many times as many fit() trains: medians over the turns.

    Args:
        folder: a data folder from ``make_pictures``.
        turns: that each has.
    """
    with Loop("ours", folder) as ours, Loop("course", folder) as course:
        for loop in (ours, course):
            loop.pace(UNCOUNTED)
        paces = [(ours.pace(STEPS), course.pace(STEPS)) for _ in range(turns)]
    ratios = [our / their for our, their in paces]
    return {
        "ratio": round(median(ratios), 2),
        "ours": round(median(our for our, _ in paces), 1),
        "course": round(median(their for _, their in paces), 1),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "threads": torch.get_num_threads(),
    }


class Loop:
    """One of both loops in a process of its own, which takes steps when it is told to."""

    def __init__(self, name: str, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.course_loop", name, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).resolve().parents[1],
            text=True,
        )

    def pace(self, steps: int) -> float:
        """Images a second over so many further steps."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(steps, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def __enter__(self) -> "Loop":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


def obey(loop: Iterator[int]) -> None:
    """Take as many steps as each line of the input says, and print their pace."""
    for line in sys.stdin:
        print(pace(loop, int(line)), flush=True)


def pace(loop: Iterator[int], steps: int) -> float:
    """Images a second over so many further steps of a loop that counts its steps."""
    time.sleep(REST)
    began, done = time.perf_counter(), 0
    while done < steps:
        done += next(loop)
    return done * BATCH / (time.perf_counter() - began)


def loop_of(name: str, folder: Path) -> Iterator[int]:
    """ "ours" or "course": yields how many steps were taken since the last time."""
    spec = base("mobilenet_v1", "cifar10").with_settings(
        {"batch_size": BATCH, "validation": VALIDATION, "epochs": EPOCHS}
    )
    if name == "ours":
        return our_loop(spec, folder)
    return course_loop(divide(spec, str(folder))[0])


def our_loop(spec: RunSpec, folder: Path) -> Iterator[int]:
    """fit() as every run uses it; yields how many steps were taken since the last time."""
    step = 0
    for progress in fit(spec, source=str(folder)):
        if progress.step > step:
            yield progress.step - step
            step = progress.step


def course_loop(training: ImageSet) -> Iterator[int]:
    """The course's loop; yields 1 after each step."""
    loader = DataLoader(Pictures(training), batch_size=BATCH, shuffle=True, num_workers=2)
    net = MobileNetV1()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
    for _epoch in range(EPOCHS):
        net.train()
        for inputs, labels in loader:
            optimizer.zero_grad()
            outputs = net(inputs)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            loss.item()
            yield 1


class Pictures(Dataset[tuple[Tensor, int]]):
    """As torchvision's CIFAR10: an array in memory, each item made a picture and transformed."""

    def __init__(self, training: ImageSet) -> None:
        self.data, self.targets = training.images, training.labels.tolist()
        self.transform = transforms.Compose(
            [
                transforms.RandomCrop(32, padding=4),
                transforms.RandomHorizontalFlip(),
                transforms.ToTensor(),
                transforms.Normalize(CHANNEL_MEANS, CHANNEL_DEVIATIONS),
            ]
        )

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(Image.fromarray(self.data[index])), self.targets[index]


if __name__ == "__main__":
    obey(loop_of(sys.argv[1], Path(sys.argv[2])))
