"""The settings of what a run trains on, by network. Plain data: no torch.

``RunSpec.data_args`` holds those that are not as usual.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal


@dataclass(frozen=True, kw_only=True)
class ImageSettings:
    """Labelled images: most of their settings are ``RunSpec``'s own, for they came first.

    Attributes:
        size: side in pixels that the images are scaled to; 0: as they are.
    """

    #: Fields of ``RunSpec`` that mean nothing here.
    UNUSED: ClassVar[frozenset[str]] = frozenset()
    #: The metric that a run is told by.
    METRIC: ClassVar[str] = "accuracy"
    #: Settings that a run can be given other values of while it goes.
    STEERED: ClassVar[tuple[str, ...]] = ()

    size: int = 0


@dataclass(frozen=True, kw_only=True)
class WindowSettings:
    """Windows of a scene's principal components, each of the class of the pixel in its middle.

    Attributes:
        window: their side in pixels, odd.
        components: principal components that the bands are reduced to.
        whiten: scale these to a variance of 1 each.
        fitted_on: the pixels whose components they are: of the whole "scene", or of "training".
        split: how the labelled pixels are divided: "random", with the same share of each class;
            "per_class", with the same number of each; "blocks", apart from each other.
        train_share: of each class, for training.
        train_per_class: pixels of each class for training, where the split is "per_class".
        validation_share: of each class, for choosing the epoch; where the split is "per_class",
            each class gives as many as this share is on average. The rest is for the test.
        side: of the blocks, in pixels; 0: chosen by window and scene.
        turned_apart: where training windows are turned and mirrored, each by itself: more variety,
            but they no longer go through the convolutions together. Else all of a batch alike.
        jitter: standard deviation of the factor and of the shift by which training windows vary, as
            a share of each component's own deviation.
        permute: seed of another order of the components, 1 or more; 0: by falling variance.
        balanced: the rarer a class among the training pixels, the more each of them counts.
        label_smoothing: what of a training pixel's label goes in equal parts to all classes, 0 to
            below 1 (Szegedy et al. 2016).
        labels: path of the file with the ground truth, where the data is the path of a cube; "":
            the cube's file has it.
    """

    UNUSED: ClassVar[frozenset[str]] = frozenset(
        {"decay_depthwise", "mirror", "validation", "images"}
    )
    METRIC: ClassVar[str] = "accuracy"
    STEERED: ClassVar[tuple[str, ...]] = ()

    window: int = 25
    components: int = 30
    whiten: bool = True
    fitted_on: Literal["scene", "training"] = "scene"
    split: Literal["random", "per_class", "blocks"] = "random"
    train_share: float = 0.1
    train_per_class: int = 50
    validation_share: float = 0.05
    side: int = 0
    turned_apart: bool = False
    jitter: float = 0.0
    permute: int = 0
    balanced: bool = False
    label_smoothing: float = 0.0
    labels: str = ""


@dataclass(frozen=True, kw_only=True)
class PictureSettings:
    """Patches of pictures with Gaussian noise added, or damaged otherwise.

    Attributes:
        sigma: standard deviation of the noise, grey levels 0..255.
        blind: each patch has a level of its own, anything from 0 to sigma.
        general: each patch has, by chance, noise, or the blocks of JPEG of any quality, or it was
            scaled down and up again by any factor (``cnnviz.data.damage``). Paper: DnCNN-3.
        patch: side of a patch, pixels.
        patches: how many make an epoch.
    """

    UNUSED: ClassVar[frozenset[str]] = frozenset({"decay_depthwise", "mirror", "images"})
    METRIC: ClassVar[str] = "psnr"
    STEERED: ClassVar[tuple[str, ...]] = ()

    sigma: float = 25.0
    blind: bool = False
    general: bool = False
    patch: int = 40
    patches: int = 12_800


@dataclass(frozen=True, kw_only=True)
class PairSettings:
    """Pairs of an image and a text, each as features.

    Attributes:
        alpha: what J2 counts; 0: not at all.
        beta: what J3 counts; 0: not at all.
        discriminate: whether J1 counts.
        scaling: of the features (``cnnviz.data.feature_scaling``).
        held_out: training pairs on which epochs are measured, where the set has no validation part
            of its own.
    """

    UNUSED: ClassVar[frozenset[str]] = frozenset(
        {"decay_depthwise", "augment", "mirror", "validation", "images"}
    )
    METRIC: ClassVar[str] = "map"
    STEERED: ClassVar[tuple[str, ...]] = ("discriminate", "alpha", "beta")

    alpha: float = 1e-3
    beta: float = 1e-1
    discriminate: bool = True
    scaling: Literal["none", "standard", "root"] = "none"
    held_out: int = 200


Settings = ImageSettings | WindowSettings | PictureSettings | PairSettings
_SETTINGS: dict[str, type[Settings]] = {
    "dncnn": PictureSettings,
    "dscmr": PairSettings,
    "hybridsn": WindowSettings,
    "hybridsn_2d": WindowSettings,
    "hybridsn_3d": WindowSettings,
}


def settings_of(model: str) -> type[Settings]:
    """The settings of what a network trains on; labelled images, where nothing else is said."""
    return _SETTINGS.get(model, ImageSettings)
