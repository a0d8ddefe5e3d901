"""What other gates cost a SENet on a whole test set: accuracy, by the stage whose gates they are.

``python -m cnnviz.explain.senet_hands_table`` measures the shipped network on CIFAR-10's 10,000
test images once, in some ten minutes on one core, and a file keeps the numbers with the digest of
the weights that they belong to.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from cnnviz import checkpoints
from cnnviz.activations import replaced, require_evaluation_mode
from cnnviz.errors import UserError
from cnnviz.explain import senet_classes
from cnnviz.explain.arrays import Array
from cnnviz.explain.senet import stages
from cnnviz.explain.senet_classes import NETWORK
from cnnviz.explain.senet_hands import ALONE, SEED, Replacements, from_block, instead
from cnnviz.explain.senet_images import Batch, Report, batches, kept, run, test_images
from cnnviz.models.senet import SENet
from cnnviz.whole_files import write_whole

COMMAND = "python -m cnnviz.explain.senet_hands_table"
#: The numbers of the shipped weights, as they come with the project.
SHIPPED = Path(__file__).with_suffix(".json")


@dataclass(frozen=True)
class Accuracies:
    """Shares of test images, 0 to 1, that are classified rightly.

    Attributes:
        digest: of the weights.
        images: how many images.
        learned: with the network's own gates.
        changed: by what the gates are instead (``ALONE``): one share for each stage whose gates
            are changed, and at the end that of all of them at once.
    """

    digest: str
    images: int
    learned: float
    changed: Mapping[str, tuple[float, ...]]


def accuracies(
    model: SENet, pictures: Iterable[Batch], means: Sequence[Array], *, digest: str
) -> Accuracies:
    """Classify pictures again and again with other gates; what comes before is computed once.

    Args:
        model: in evaluation mode, with SE before the addition in every block.
        pictures: inputs and labels, batch by batch; at least one.
        means: for each block (C,), the gates of "mean".
        digest: of the weights.

    Raises:
        ValueError: where the model is in training mode or has no such SE.
    """
    require_evaluation_mode(model)
    parts = [*stages(model), tuple(range(len(model.blocks)))]
    changes: dict[str, list[Replacements]] = {
        code: [instead(model, blocks, code, means) for blocks in parts] for code in ALONE
    }
    right: dict[str, list[int]] = {code: [0] * len(parts) for code in ALONE}
    learned = images = 0
    for x, labels in pictures:
        truth = torch.from_numpy(labels)
        with torch.inference_mode():
            begun, logits = _through(model, x, [blocks[0] for blocks in parts])
            learned += _right(logits, truth)
            for code, replacements in changes.items():
                for at, blocks in enumerate(parts):
                    with replaced(model, replacements[at]):
                        found = from_block(model, begun[blocks[0]], blocks[0])
                    right[code][at] += _right(found, truth)
        images += len(labels)
    shares = {code: tuple(count / images for count in counts) for code, counts in right.items()}
    return Accuracies(digest, images, learned / images, shares)


def _through(model: SENet, x: Tensor, wanted: Sequence[int]) -> tuple[dict[int, Tensor], Tensor]:
    """What these blocks read, and the logits."""
    x = model.stem_relu(model.stem_norm(model.stem(x)))
    begun = {}
    for number, block in enumerate(model.blocks):
        if number in wanted:
            begun[number] = x
        x = block(x)
    return begun, from_block(model, x, len(model.blocks))


def _right(logits: Tensor, truth: Tensor) -> int:
    return int((logits.argmax(dim=1) == truth).sum())


def known(digest: str) -> Accuracies | None:
    """The numbers of these weights, shipped or measured on this machine; None without."""
    return kept(read, SHIPPED, digest)


def read(file: Path, digest: str) -> Accuracies | None:
    """What a file knows; None where it is not there, is damaged or is of other weights."""
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
        if content["digest"] != digest or content["seed"] != SEED:
            return None
        changed: dict[str, tuple[float, ...]] = {
            code: tuple(map(float, content["changed"][code])) for code in ALONE
        }
        return Accuracies(digest, int(content["images"]), float(content["learned"]), changed)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write(file: Path, found: Accuracies) -> None:
    """Keep numbers in a file, whole or not at all."""
    content = {
        "digest": found.digest,
        "images": found.images,
        "seed": SEED,
        "learned": found.learned,
        "changed": {code: list(shares) for code, shares in found.changed.items()},
        "made_by": COMMAND,
    }
    write_whole(file, json.dumps(content, indent=1) + "\n")


def measure(network: str, file: Path, report: Report) -> Accuracies:
    """Measure a trained network on CIFAR-10's test images, and keep it in a file.

    Args:
        network: name of the checkpoint.
        file: where it is kept.
        report: called with the share that is done.

    Raises:
        UserError: where network, images or the means of its gates are not here, or do not belong
            together.
    """
    digest = checkpoints.digest_of(network)
    gates = senet_classes.known(digest)
    if gates is None:
        raise UserError("The mean gates come first: {command}.", command=senet_classes.COMMAND)
    model, card = checkpoints.load(network)
    assert isinstance(model, SENet)
    pictures = batches(card, test_images(card), report)
    found = accuracies(model, pictures, gates.means, digest=digest)
    write(file, found)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: measures the shipped network."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Accuracy with other gates.")
    parser.parse_args(arguments)
    found = run(measure, NETWORK, SHIPPED)
    if found is None:
        return 1
    print(f"\nown gates {found.learned:.2%}; gates of each stage, and of all, instead:")
    for code, shares in found.changed.items():
        print(f"{code:10}" + "".join(f"{share:>9.2%}" for share in shares))
    print(f"accuracy on {found.images} images, in {SHIPPED}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
