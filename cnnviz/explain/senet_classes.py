"""How much a SENet's gates depend on the class of the picture, block by block.

Measured on CIFAR-10's test images, 1,000 of each class (the paper takes 50), which takes
a minute or two: ``python -m cnnviz.explain.senet_classes`` does it once, and a file keeps the
numbers with the digest of the weights that they belong to.
"""

import argparse
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz import checkpoints
from cnnviz.activations import outputs
from cnnviz.explain.arrays import Array
from cnnviz.explain.senet import se_of
from cnnviz.explain.senet_images import Batch, Report, batches, kept, run, test_images
from cnnviz.models.senet import SENet
from cnnviz.whole_files import whole

COMMAND = "python -m cnnviz.explain.senet_classes"
#: The numbers of the shipped weights, as they come with the project.
SHIPPED = Path(__file__).with_suffix(".npz")
NETWORK = "senet"
#: A gate within so much of 0 or of 1 counts as saturated.
EDGE = 0.1
#: A gate whose variance is no more than that does not move: it is what rounding leaves.
STILL = 1e-10

Values = NDArray[np.float64]


@dataclass(frozen=True)
class ClassGates:
    """The gates of all blocks over labelled pictures.

    Attributes:
        digest: of the weights.
        counts: (K,) pictures of each class.
        mean: for each block (K, C) the mean gate of each class and channel.
        deviation: for each block (K, C) its standard deviation inside the class.
        saturated: (B,) for each block the share of all gates within ``EDGE`` of 0 or of 1.
    """

    digest: str
    counts: NDArray[np.int64]
    mean: tuple[Values, ...]
    deviation: tuple[Values, ...]
    saturated: Values

    def of_all(self, block: int) -> tuple[Values, Values]:
        """(C,) mean and standard deviation of a block's gates over all pictures, classes counting
        alike.
        """
        mean, deviation = self.mean[block], self.deviation[block]
        variance = mean.var(axis=0) + (deviation**2).mean(axis=0)
        return mean.mean(axis=0), np.sqrt(variance)

    @property
    def means(self) -> tuple[Array, ...]:
        """For each block (C,) float32: its mean gates over all pictures, as of ``of_all``."""
        return tuple(mean.mean(axis=0).astype(np.float32) for mean in self.mean)

    def distance(self, block: int) -> Values:
        """(K,) how far each class's mean gates are from those of all: root mean square over the
        channels.
        """
        mean = self.mean[block]
        distance: Values = np.sqrt(((mean - mean.mean(axis=0)) ** 2).mean(axis=1))
        return distance

    @property
    def dependence(self) -> Values:
        """(B,) how much of the gates' variance is between classes, 0 to 1.

        For each channel the variance of the class means over the variance of all pictures, classes
        counting alike: 0 where every class has the same mean gate, 1 where the class alone decides.
        Of a block it is the mean over the channels whose gate moves at all; 0 where none does.
        """
        return np.array([self._dependence(block) for block in range(len(self.mean))])

    def _dependence(self, block: int) -> float:
        between, total = self.mean[block].var(axis=0), self.of_all(block)[1] ** 2
        moves = total > STILL
        return float((between[moves] / total[moves]).mean()) if moves.any() else 0.0


def class_gates(
    model: SENet, pictures: Iterable[Batch], *, classes: int, digest: str
) -> ClassGates:
    """Measure the gates of all blocks.

    Args:
        model: in evaluation mode, with SE before the addition in every block.
        pictures: inputs and labels, batch by batch; at least one of each class.
        classes: K.
        digest: of the weights.

    Raises:
        ValueError: where a block has no such SE, or a class no picture.
    """
    widths = [se_of(model, block).expand.out_features for block in range(len(model.blocks))]
    names = [f"blocks.{block}.se.gate" for block in range(len(widths))]
    counts, edges = np.zeros(classes, dtype=np.int64), np.zeros(len(widths))
    sums = [np.zeros((2, classes, width)) for width in widths]
    for x, labels in pictures:
        counts += np.bincount(labels, minlength=classes)
        found = outputs(model, x, names)
        for block, name in enumerate(names):
            gates = found[name].double().numpy()
            edges[block] += (np.minimum(gates, 1 - gates) < EDGE).mean(axis=1).sum()
            np.add.at(sums[block][0], labels, gates)
            np.add.at(sums[block][1], labels, gates**2)
    if not counts.all():
        raise ValueError("there is a class without a picture")
    mean = [total / counts[:, None] for total, _squares in sums]
    squares = [square / counts[:, None] for _total, square in sums]
    deviation = (
        np.sqrt(np.maximum(square - middle**2, 0))
        for middle, square in zip(mean, squares, strict=True)
    )
    return ClassGates(digest, counts, tuple(mean), tuple(deviation), edges / counts.sum())


def channels_shown(count: int, most: int = 50) -> NDArray[np.int64]:
    """Of ``count`` channels so many, evenly spread, or all where there are fewer. Paper: 50."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))


def known(digest: str) -> ClassGates | None:
    """The numbers of these weights, shipped or measured on this machine; None without."""
    return kept(read, SHIPPED, digest)


def read(file: Path, digest: str) -> ClassGates | None:
    """What a file knows; None where it is not there, is damaged or is of other weights."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as content:
            if str(content["digest"]) != digest:
                return None
            blocks = range(len(content["saturated"]))
            mean, deviation = (
                tuple(content[f"{kind}_{block}"].astype(np.float64) for block in blocks)
                for kind in ("mean", "deviation")
            )
            return ClassGates(digest, content["counts"], mean, deviation, content["saturated"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def write(file: Path, found: ClassGates) -> None:
    """Keep numbers in a file, whole or not at all; means and deviations in float32."""
    arrays = {
        f"{kind}_{block}": values.astype(np.float32)
        for kind in ("mean", "deviation")
        for block, values in enumerate(getattr(found, kind))
    }
    with whole(file) as partial, partial.open("wb") as stream:
        np.savez_compressed(
            stream, digest=np.array(found.digest), counts=found.counts, saturated=found.saturated,
            **arrays,
        )  # fmt: skip


def measure(network: str, file: Path, report: Report) -> ClassGates:
    """Measure a trained network on CIFAR-10's test images, and keep it in a file.

    Args:
        network: name of the checkpoint.
        file: where it is kept.
        report: called with the share that is done.

    Raises:
        UserError: where network or images are not here, or do not belong together.
    """
    digest = checkpoints.digest_of(network)
    model, card = checkpoints.load(network)
    assert isinstance(model, SENet)
    pictures = batches(card, test_images(card), report)
    found = class_gates(model, pictures, classes=len(card.class_names), digest=digest)
    write(file, found)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: measures the shipped network."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Gates by class, block by block.")
    parser.parse_args(arguments)
    found = run(measure, NETWORK, SHIPPED)
    if found is None:
        return 1
    print(f"\n{'block':6}{'between classes':>16}{'saturated':>11}")
    for block, (share, edge) in enumerate(zip(found.dependence, found.saturated, strict=True), 1):
        print(f"{block:<6}{share:>16.1%}{edge:>11.1%}")
    print(f"shares of the gates' variance and of the gates, in {SHIPPED}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
