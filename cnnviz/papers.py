"""The papers that the lessons read, and what a number printed in one is."""

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

MOBILENET_V2 = Paper(
    "mobilenet_v2",
    "Sandler et al.",
    "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
    2018,
    "https://arxiv.org/abs/1801.04381",
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

HYBRIDSN = Paper(
    "hybridsn",
    "Roy et al.",
    "HybridSN: Exploring 3-D\u20132-D CNN Feature Hierarchy for Hyperspectral Image Classification",
    2020,
    "https://arxiv.org/abs/1902.06701",
)

DNCNN = Paper(
    "dncnn",
    "Zhang et al.",
    "Beyond a Gaussian Denoiser: Residual Learning of Deep CNN for Image Denoising",
    2017,
    "https://arxiv.org/abs/1608.03981",
)

DSCMR = Paper(
    "dscmr",
    "Zhen et al.",
    "Deep Supervised Cross-modal Retrieval",
    2019,
    "https://openaccess.thecvf.com/content_CVPR_2019/html/"
    "Zhen_Deep_Supervised_Cross-Modal_Retrieval_CVPR_2019_paper.html",
)
