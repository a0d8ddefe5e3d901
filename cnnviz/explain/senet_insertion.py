"""What SE adds to networks that are there already.

To count all the networks takes seconds, and torchvision: the command
``python -m cnnviz.explain.senet_insertion`` does it once, and a file keeps the numbers.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import torch
from torch import nn

from cnnviz.cost import count
from cnnviz.models.hybridsn import HybridSN
from cnnviz.models.mobilenet_v1 import MobileNetV1
from cnnviz.models.mobilenet_v2 import MobileNetV2
from cnnviz.models.resnet import ResNet
from cnnviz.models.se_insertion import insert_se, se_blocks
from cnnviz.models.senet import SENet, cifar_resnet
from cnnviz.whole_files import write_whole

COMMAND = "python -m cnnviz.explain.senet_insertion"
#: The networks' numbers, as they come with the project.
SHIPPED = Path(__file__).with_suffix(".json")

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Extended:
    """A network before SE is put into it, and the places it goes to.

    Attributes:
        name: of the network.
        input_shape: without the batch.
        parameters: learned numbers, without SE.
        madds: multiply-adds of one input, without SE.
        sites: (channels, numbers in the maps) of each SE block.
    """

    name: str
    input_shape: Shape
    parameters: int
    madds: int
    sites: tuple[tuple[int, int], ...]

    def added(self, r: int) -> int:
        """Weights of all SE blocks with a reduction ratio r, which are their multiply-adds too."""
        return sum(weights(channels, r) for channels, _numbers in self.sites)

    @property
    def passes(self) -> int:
        """Additions of the squeeze and multiplications of the scaling, of one input."""
        return sum(2 * numbers for _channels, numbers in self.sites)


def weights(channels: int, r: int) -> int:
    """Weights of an SE block without biases: 2 C^2 / r where r divides C; r = 0: one layer, C^2."""
    return 2 * channels * max(1, channels // r) if r else channels**2


def _torchvision(name: str, **arguments: bool) -> Callable[[], nn.Module]:
    def build() -> nn.Module:
        from torchvision import models

        network: nn.Module = models.get_model(name, weights=None, **arguments)
        return network

    return build


def published_resnet50() -> nn.Module:
    """torchvision's ResNet-50 with the stride of each block in its first 1x1 convolution, as He et
    al. (2016) have it; torchvision has it in the 3x3 convolution.
    """
    from torchvision.models.resnet import Bottleneck

    network = _torchvision("resnet50")()
    for module in network.modules():
        if isinstance(module, Bottleneck):
            module.conv1.stride, module.conv2.stride = module.conv2.stride, module.conv1.stride
    return network


_PHOTO, _SMALL = (3, 224, 224), (3, 32, 32)
#: By key: what it is called, its input without the batch, and how it is built.
NETWORKS: dict[str, tuple[str, Shape, Callable[[], nn.Module]]] = {
    "resnet18": ("ResNet-18", _PHOTO, _torchvision("resnet18")),
    "resnet50": ("ResNet-50", _PHOTO, _torchvision("resnet50")),
    "resnet50_paper": ("ResNet-50", _PHOTO, published_resnet50),
    "resnext50": ("ResNeXt-50", _PHOTO, _torchvision("resnext50_32x4d")),
    "googlenet": (
        "GoogLeNet", _PHOTO, _torchvision("googlenet", init_weights=False, aux_logits=False),
    ),
    "mobilenet_v2": ("MobileNetV2", _PHOTO, _torchvision("mobilenet_v2")),
    "our_resnet": ("ResNet-50", _PHOTO, ResNet),
    "our_mobilenet_v1": ("MobileNetV1", _SMALL, MobileNetV1),
    "our_mobilenet_v2": ("MobileNetV2", _SMALL, MobileNetV2),
    "our_senet": ("ResNet-18", _SMALL, partial(SENet, reduction=0)),
    "our_resnet20": ("ResNet-20", _SMALL, partial(SENet, reduction=0, **cifar_resnet(20))),
    "our_hybridsn": ("HybridSN", (1, 30, 25, 25), HybridSN),
}  # fmt: skip


def extended(key: str) -> Extended:
    """Count a network of ``NETWORKS`` with SE in its standard places, and take SE off again.

    Nothing is computed, and no weights are made or fetched.
    """
    name, shape, build = NETWORKS[key]
    with torch.device("meta"):
        return count_extended(name, build(), shape)


def count_extended(name: str, network: nn.Module, input_shape: Shape) -> Extended:
    """As ``extended``, of any network that ``insert_se`` knows."""
    with_se = insert_se(network)
    found = count(with_se, input_shape)
    blocks = {f"{name}.": block for name, block in se_blocks(with_se).items()}
    its_own = [layer for layer in found.layers if not layer.name.startswith(tuple(blocks))]
    scaled = {layer.name: layer for layer in found.layers if layer.name.endswith(".scale")}
    shapes = [scaled[f"{block}scale"] for block in blocks]
    return Extended(
        name=name,
        input_shape=input_shape,
        parameters=sum(layer.parameters for layer in its_own),
        madds=sum(layer.madds for layer in its_own),
        sites=tuple((layer.output_shape[0], layer.activations) for layer in shapes),
    )


def shipped() -> dict[str, Extended]:
    """What ``extended`` gives for each network, read from the file."""
    content = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return {
        key: Extended(
            name=row["name"],
            input_shape=tuple(row["input_shape"]),
            parameters=row["parameters"],
            madds=row["madds"],
            sites=tuple((channels, numbers) for channels, numbers in row["sites"]),
        )
        for key, row in content["networks"].items()
    }


def main() -> None:
    """The command: counts all networks, and writes the file."""
    networks = {key: asdict(extended(key)) for key in NETWORKS}
    content = {"made_by": COMMAND, "networks": networks}
    write_whole(SHIPPED, json.dumps(content) + "\n")
    print(SHIPPED)


if __name__ == "__main__":
    main()
