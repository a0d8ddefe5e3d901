"""The papers, and the numbers printed in them that the lessons show beside their own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """A paper that is cited."""

    key: str
    authors: str
    title: str
    year: int
    url: str


@dataclass(frozen=True)
class Published:
    """A number as a paper prints it, and where it stands there; "" where no place is given."""

    value: float
    unit: str
    paper: Paper
    where: str


MOBILENET_V1 = Paper(
    "mobilenet_v1",
    "Howard et al.",
    "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications",
    2017,
    "https://arxiv.org/abs/1704.04861",
)


@dataclass(frozen=True)
class ImageNetRow:
    """A network's row in the MobileNetV1 paper, and the arguments that make the same network here.

    Attributes:
        name: what the paper calls it.
        arguments: what its constructor is given beyond the paper's ImageNet layout.
        size: input pixels a side.
        top1: accuracy on ImageNet, percent.
        madds: multiply-adds, millions.
        parameters: millions.
    """

    name: str
    arguments: dict[str, object]
    size: int
    top1: Published
    madds: Published
    parameters: Published


def _row(
    name: str,
    table: int,
    numbers: tuple[float, float, float],
    size: int = 224,
    **arguments: object,
) -> ImageNetRow:
    top1, madds, parameters = numbers
    where = f"table {table}"
    return ImageNetRow(
        name,
        arguments,
        size,
        Published(top1, "%", MOBILENET_V1, where),
        Published(madds, "M", MOBILENET_V1, where),
        Published(parameters, "M", MOBILENET_V1, where),
    )


MOBILENET_V1_ROWS = (
    _row("Conv MobileNet", 4, (71.7, 4866, 29.3), separable=False),
    _row("1.0 MobileNet-224", 6, (70.6, 569, 4.2)),
    _row("0.75 MobileNet-224", 6, (68.4, 325, 2.6), alpha=0.75),
    _row("0.5 MobileNet-224", 6, (63.7, 149, 1.3), alpha=0.5),
    _row("0.25 MobileNet-224", 6, (50.6, 41, 0.5), alpha=0.25),
    _row("1.0 MobileNet-192", 7, (69.1, 418, 4.2), size=192),
    _row("1.0 MobileNet-160", 7, (67.2, 290, 4.2), size=160),
    _row("1.0 MobileNet-128", 7, (64.4, 186, 4.2), size=128),
    _row("Shallow MobileNet", 5, (65.3, 307, 2.9), shallow=True),
)


@dataclass(frozen=True)
class LayerRow:
    """A row of the MobileNetV1 paper's example of one layer.

    Attributes:
        name: what is done to the layer above.
        separable: whether it is split in two.
        channels: in and out, after the width multiplier.
        size: pixels a side of its map, after the resolution multiplier.
        madds: multiply-adds, millions.
        parameters: millions.
    """

    name: str
    separable: bool
    channels: int
    size: int
    madds: Published
    parameters: Published


def _layer(
    name: str, separable: bool, channels: int, size: int, madds: float, parameters: float
) -> LayerRow:
    return LayerRow(
        name,
        separable,
        channels,
        size,
        Published(madds, "M", MOBILENET_V1, "table 3"),
        Published(parameters, "M", MOBILENET_V1, "table 3"),
    )


MOBILENET_V1_LAYER = (
    _layer("Convolution", False, 512, 14, 462, 2.36),
    _layer("Depthwise separable", True, 512, 14, 52.3, 0.27),
    _layer("alpha = 0.75", True, 384, 14, 29.6, 0.15),
    _layer("rho = 0.714", True, 384, 10, 15.1, 0.15),
)

MOBILENET_V2 = Paper(
    "mobilenet_v2",
    "Sandler et al.",
    "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
    2018,
    "https://arxiv.org/abs/1801.04381",
)


@dataclass(frozen=True)
class PhoneRow:
    """A network's row in the MobileNetV2 paper's table of ImageNet, at 224x224 pixels.

    Attributes:
        name: what the paper calls it.
        network: its name in ``cnnviz.models``.
        alpha: width multiplier.
        top1: accuracy, percent.
        parameters, madds: millions.
        latency: on one large core of a Pixel 1 phone, milliseconds.
    """

    name: str
    network: str
    alpha: float
    top1: Published
    parameters: Published
    madds: Published
    latency: Published


def _phone(
    name: str, network: str, alpha: float, numbers: tuple[float, float, float, float]
) -> PhoneRow:
    units = ("%", "M", "M", "ms")
    found = (
        Published(number, unit, MOBILENET_V2, "table 4")
        for number, unit in zip(numbers, units, strict=True)
    )
    return PhoneRow(name, network, alpha, *found)


MOBILENET_V2_ROWS = (
    _phone("MobileNetV1", "mobilenet_v1", 1.0, (70.6, 4.2, 575, 113)),
    _phone("MobileNetV2", "mobilenet_v2", 1.0, (72.0, 3.4, 300, 75)),
    _phone("MobileNetV2 1.4", "mobilenet_v2", 1.4, (74.7, 6.9, 585, 143)),
)

RESNET = Paper(
    "resnet",
    "He et al.",
    "Deep Residual Learning for Image Recognition",
    2016,
    "https://arxiv.org/abs/1512.03385",
)

SENET = Paper(
    "senet",
    "Hu et al.",
    "Squeeze-and-Excitation Networks",
    2020,
    "https://arxiv.org/abs/1709.01507",
)
#: Top-1 error on ImageNet of SE-ResNet-50, by the place of SE in a block.
SENET_PLACES = {
    place: Published(error, "%", SENET, "table 14")
    for place, error in (("standard", 22.28), ("pre", 22.23), ("post", 22.78), ("identity", 22.20))
}


@dataclass(frozen=True)
class RatioRow:
    """SE-ResNet-50 with a reduction ratio, on ImageNet.

    Attributes:
        r: the ratio; 0 without SE.
        top1: error, percent.
        parameters: millions.
    """

    r: int
    top1: Published
    parameters: Published


SENET_RATIOS = tuple(
    RatioRow(r, Published(top1, "%", SENET, "table 10"), Published(size, "M", SENET, "table 10"))
    for r, top1, size in (
        (2, 22.29, 45.7), (4, 22.25, 35.7), (8, 22.26, 30.7), (16, 22.28, 28.1), (32, 22.72, 26.9),
        (0, 23.30, 25.6),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Extension:
    """A network without SE and with it.

    Attributes:
        parameters, parameters_with_se: millions.
        gflops, gflops_with_se: thousand millions of multiply-adds, at 224x224 pixels.
    """

    parameters: Published
    parameters_with_se: Published
    gflops: Published
    gflops_with_se: Published


SENET_RESNET50 = Extension(
    Published(25.6, "M", SENET, "table 10"),
    Published(28.1, "M", SENET, "table 10"),
    Published(3.86, "G", SENET, "table 2"),
    Published(3.87, "G", SENET, "table 2"),
)

HYBRIDSN = Paper(
    "hybridsn",
    "Roy et al.",
    "HybridSN: Exploring 3-D\u20132-D CNN Feature Hierarchy for Hyperspectral Image Classification",
    2020,
    "https://arxiv.org/abs/1902.06701",
)


@dataclass(frozen=True)
class SceneRow:
    """What the HybridSN paper reports of a method on a scene, trained on random pixels.

    Attributes:
        method: what the paper calls it.
        scene: its name in ``cnnviz.data``.
        train: share of the labelled pixels that it was trained on, percent.
        oa: overall accuracy, percent.
        kappa: agreement beyond chance, percent.
        aa: mean of the classes' accuracies, percent.
    """

    method: str
    scene: str
    train: int
    oa: Published
    kappa: Published
    aa: Published


# Of each share of training pixels, where the paper reports it.
_TABLES = {30: "table 2", 10: "table 5", 5: "supplement, table 9"}
_SCENES = ("indian_pines", "pavia_university", "salinas")


def _method(name: str, train: int, *by_scene: tuple[float, float, float]) -> tuple[SceneRow, ...]:
    """A row of these tables: overall accuracy, kappa and average accuracy on each scene."""
    return tuple(
        SceneRow(
            name,
            scene,
            train,
            *(Published(number, "%", HYBRIDSN, _TABLES[train]) for number in numbers),
        )
        for scene, numbers in zip(_SCENES, by_scene, strict=True)
    )


HYBRIDSN_ROWS = (
    *_method("SVM", 30, (85.30, 83.10, 79.03), (94.34, 92.50, 92.98), (92.95, 92.11, 94.60)),
    *_method("2D-CNN", 30, (89.48, 87.96, 86.14), (97.86, 97.16, 96.55), (97.38, 97.08, 98.84)),
    *_method("3D-CNN", 30, (91.10, 89.98, 91.58), (96.53, 95.51, 97.57), (93.96, 93.32, 97.01)),
    *_method("HybridSN", 30, (99.75, 99.71, 99.63), (99.98, 99.98, 99.97), (100, 100, 100)),
    *_method("HybridSN", 10, (98.39, 98.16, 98.01), (99.72, 99.64, 99.20), (99.98, 99.98, 99.98)),
    *_method("HybridSN", 5, (94.90, 93.73, 86.81), (99.35, 98.86, 98.65), (99.95, 99.95, 99.94)),
)

DNCNN = Paper(
    "dncnn",
    "Zhang et al.",
    "Beyond a Gaussian Denoiser: Residual Learning of Deep CNN for Image Denoising",
    2017,
    "https://arxiv.org/abs/1608.03981",
)


@dataclass(frozen=True)
class DenoisingRow:
    """What the DnCNN paper reports of a method on a set of grey images.

    Attributes:
        method: what the paper calls it; DnCNN-S was trained on that level, DnCNN-B on all to 55.
        data: the set's name in ``cnnviz.data``.
        psnr: mean over the images, by noise level in grey levels.
    """

    method: str
    data: str
    psnr: dict[int, Published]


def _denoising(
    method: str, data: str, table: int, psnr: tuple[float, float, float]
) -> DenoisingRow:
    levels = (15, 25, 50)
    where = f"table {table}"
    return DenoisingRow(
        method,
        data,
        {
            level: Published(number, "dB", DNCNN, where)
            for level, number in zip(levels, psnr, strict=True)
        },
    )


DNCNN_ROWS = (
    _denoising("BM3D", "bsd68", 2, (31.07, 28.57, 25.62)),
    _denoising("DnCNN-S", "bsd68", 2, (31.73, 29.23, 26.23)),
    _denoising("DnCNN-B", "bsd68", 2, (31.61, 29.16, 26.23)),
    _denoising("DnCNN-S", "set12", 3, (32.859, 30.436, 27.178)),
    _denoising("DnCNN-B", "set12", 3, (32.680, 30.362, 27.206)),
)
#: Regular texture is where it loses: of Set12's image 09 (Barbara) at noise level 25.
DNCNN_BARBARA = {
    "BM3D": Published(30.71, "dB", DNCNN, "table 3"),
    "DnCNN-S": Published(30.00, "dB", DNCNN, "table 3"),
}

DSCMR = Paper(
    "dscmr",
    "Zhen et al.",
    "Deep Supervised Cross-modal Retrieval",
    2019,
    "https://openaccess.thecvf.com/content_CVPR_2019/html/"
    "Zhen_Deep_Supervised_Cross-Modal_Retrieval_CVPR_2019_paper.html",
)


@dataclass(frozen=True)
class RetrievalRow:
    """What the DSCMR paper reports of a method on Pascal Sentence.

    Attributes:
        method: what the paper calls it.
        across: mean average precision of images that look for texts, over the whole list.
        back: of texts that look for images.
        mean: of both.
    """

    method: str
    across: Published
    back: Published
    mean: Published


DSCMR_PASCAL = tuple(
    RetrievalRow(method, *(Published(number, "", DSCMR, "") for number in numbers))
    for method, numbers in (
        ("DSCMR", (0.710, 0.722, 0.716)),
        ("ACMR", (0.671, 0.676, 0.673)),
        ("DCCA", (0.678, 0.677, 0.678)),
    )
)
