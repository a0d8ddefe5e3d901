"""Where SE stands in a residual block, and what becomes of the gradient on its way to the input.

Networks are ``cifar_resnet(depth)`` on the 8x8 digits; SE stands in one of the places of
``cnnviz.models.senet.POSITIONS``, or there is none. Measured is the norm of the loss's gradient
with respect to what comes into a block, over all images of a batch together, as a share of the norm
behind the last block: 1 would be a gradient that keeps its size. All together takes minutes:
``python -m cnnviz.explain.senet_place`` measures once, and a file keeps it.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product
from typing import Any

import torch
from torch import Tensor, nn

from cnnviz.data import digits
from cnnviz.explain.senet_place_flows import DEPTHS, NONE, PLACES, SHIPPED, WAYS
from cnnviz.models.addition import Sum
from cnnviz.models.senet import SENet, cifar_resnet
from cnnviz.terminal import bar, write_over
from cnnviz.whole_files import write_whole

COMMAND = "python -m cnnviz.explain.senet_place"
SEEDS = (0, 1, 2)
BATCH, STEPS, RATE, MOMENTUM = 16, 20, 0.05, 0.9
_DECIMALS = 2  # of the logarithm: a value is kept within 1.2 %

Batch = tuple[Tensor, Tensor]


class _BranchCut(Sum):
    """An addition that passes the gradient to the trunk alone."""

    def forward(self, x: Tensor, other: Tensor) -> Tensor:
        return super().forward(x.detach(), other)


def built(depth: int, place: str, seed: int, *, norm: bool = True) -> SENet:
    """A network with random weights.

    Args:
        depth: as of ``cifar_resnet``.
        place: one of ``PLACES``.
        seed: of the weights.
        norm: False: every batch norm is left out.

    Raises:
        ValueError: where depth or place is none that there is.
    """
    where: dict[str, Any] = {"reduction": 0} if place == NONE else {"position": place}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = SENet(**cifar_resnet(depth), **where, in_channels=1)
    if not norm:
        for name, module in list(model.named_modules()):
            if isinstance(module, nn.BatchNorm2d):
                model.set_submodule(name, nn.Identity())
    return model


def gradients(model: SENet, batch: Batch, *, trunk: bool = False) -> tuple[list[float], float]:
    """The gradient's norm at the input of each block, over that behind the last block.

    The weights' gradients and batch norm's running statistics change: the model is the caller's.

    Args:
        model: in training mode, so that batch norm uses the batch.
        batch: images (B, C, H, W), labels (B,).
        trunk: what comes along the trunk alone.

    Returns:
        (N,) shares, and the loss.

    Raises:
        ValueError: where the network has diverged, so that there are none.
    """
    sums = [block.sum for block in model.blocks]
    if trunk:
        for block in model.blocks:
            block.sum = _BranchCut()
    try:
        images, labels = batch
        x = model.stem_relu(model.stem_norm(model.stem(images)))
        passed = [x]
        for block in model.blocks:
            passed.append(block(passed[-1]))
        logits = model.classifier(model.flatten(model.pool(passed[-1])))
        loss = nn.functional.cross_entropy(logits, labels)
        found = torch.autograd.grad(loss, passed)
    finally:
        for block, kept in zip(model.blocks, sums, strict=True):
            block.sum = kept
    *norms, behind = (float(each.double().norm()) for each in found)
    if not (behind and all(map(math.isfinite, (behind, *norms)))):
        raise ValueError(f"no gradient can be measured: it has norm {behind} behind the last block")
    return [norm / behind for norm in norms], float(loss.detach())


@lru_cache(maxsize=1)
def _digits() -> Batch:
    """All training digits, (N, 1, 8, 8) of mean 0 and deviation 1, and their labels."""
    found = digits.load("train")
    images = torch.from_numpy(found.images).float().permute(0, 3, 1, 2)
    return (images - images.mean()) / images.std(), torch.from_numpy(found.labels)


def batches(seed: int) -> Iterator[Batch]:
    """Batches of digits without end, each drawn anew."""
    images, labels = _digits()
    generator = torch.Generator().manual_seed(seed)
    while True:
        chosen = torch.randperm(len(images), generator=generator)[:BATCH]
        yield images[chosen], labels[chosen]


def measured(depth: int, place: str, seed: int) -> dict[str, Any]:
    """One network: shares by moment and way, and the loss before and after the steps."""
    drawn = batches(seed)
    looked_at = next(drawn)
    plain = built(depth, place, seed, norm=False)
    found: dict[str, Any] = {"no_norm": _both_ways(plain, looked_at)[0]}
    model = built(depth, place, seed)
    found["init"], before = _both_ways(model, looked_at)
    optimizer = torch.optim.SGD(model.parameters(), RATE, MOMENTUM)
    for _step, (images, labels) in zip(range(STEPS), drawn, strict=False):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    found["steps"], after = _both_ways(model, looked_at)
    return {**found, "loss": [round(before, 4), round(after, 4)]}


def _both_ways(model: SENet, batch: Batch) -> tuple[dict[str, list[float | None]], float]:
    found = {way: gradients(model, batch, trunk=way == "trunk") for way in WAYS}
    return {way: _logarithms(shares) for way, (shares, _loss) in found.items()}, found["all"][1]


def _logarithms(shares: list[float]) -> list[float | None]:
    """To base ten; None for 0."""
    return [round(math.log10(share), _DECIMALS) if share else None for share in shares]


def measure(tell: Callable[[float], None]) -> dict[str, Any]:
    """Everything, as the file has it.

    Args:
        tell: is called with the share that is done, 0 to 1.
    """
    networks: dict[str, Any] = {}
    # What a network costs grows with its depth.
    work, done = len(PLACES) * len(SEEDS) * sum(DEPTHS), 0
    for depth, place in product(DEPTHS, PLACES):
        runs = list[dict[str, Any]]()
        for seed in SEEDS:
            runs.append(measured(depth, place, seed))
            done += depth
            tell(done / work)
        networks.setdefault(str(depth), {})[place] = runs
    return {
        "made_by": COMMAND, "data": "digits", "pixels": 8, "batch": BATCH, "steps": STEPS,
        "rate": RATE, "momentum": MOMENTUM, "seeds": list(SEEDS), "networks": networks,
    }  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Gradients by place of SE, depth.")
    parser.parse_args(arguments)
    found = measure(lambda share: write_over(f"{bar(share)} {100 * share:.0f} %"))
    try:
        write_whole(SHIPPED, json.dumps(found, separators=(",", ":")) + "\n")
    except OSError as error:
        print(f"{SHIPPED} cannot be written: {error}.", file=sys.stderr)
        return 1
    print(f"\n{SHIPPED}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
