"""Training on damaged patches of pictures: squared error, and PSNR on whole pictures."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnviz.checkpoints import Card
from cnnviz.data.damage import FACTORS, Damage
from cnnviz.data.finding import state
from cnnviz.data.pictures import PICTURE_SETS, PictureSet, load_pictures, read_folder
from cnnviz.data.table import data_set
from cnnviz.errors import UserError
from cnnviz.metrics import psnr, ssim
from cnnviz.models.dncnn import DnCNN
from cnnviz.training.picture_patches import Patches
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import Batch, Measured, Tested, check_eval, check_finite, in_one_go
from cnnviz.training.task_settings import PictureSettings

#: Noise levels at which a blind network is measured, grey levels. Paper: its tables II and III.
LEVELS = (15.0, 25.0, 50.0)
#: The same of a network for other damages too. Paper: of its tables IV and V.
OTHERS = (*(Damage("jpeg", q) for q in (10, 20, 30, 40)), *(Damage("upscale", f) for f in FACTORS))
# The noise of validation and test pictures, the same for all networks.
NOISE_SEED = 0


@dataclass(frozen=True)
class Pictures:
    """A run's pictures, as a ``cnnviz.training.task.Task``.

    Attributes:
        spec: the run.
        settings: what it says of patches and of their damage.
        training: the pictures that patches are cut from.
        held_out: those on which the epochs are measured.
        tests: those for the test, and the name of their set.
    """

    spec: RunSpec
    settings: PictureSettings
    training: PictureSet
    held_out: PictureSet
    tests: tuple[str, PictureSet]

    score = "psnr"
    class_names = ()

    @property
    def arguments(self) -> Mapping[str, Any]:
        """Grey pictures have one channel."""
        return {"in_channels": 1}

    @property
    def about(self) -> dict[str, Any]:
        """The pictures by name."""
        return {"training": list(self.training.names), "validation": list(self.held_out.names)}

    @property
    def epoch_steps(self) -> int:
        """As many whole batches as the epoch's patches fill, at least one."""
        return max(1, self.settings.patches // self.spec.batch_size)

    @property
    def epoch_examples(self) -> int:
        """Patches an epoch."""
        return self.epoch_steps * self.spec.batch_size

    @property
    def data(self) -> dict[str, Any]:
        """For the card."""
        return {
            "name": self.spec.data,
            "source": self.training.source,
            "verified": self.training.verified,
            "training": len(self.training.names),
            "validation": len(self.held_out.names),
            "test": len(self.tests[1].names),
            "test_name": self.tests[0],
            "test_source": self.tests[1].source,
            "split": "random",
            "split_seed": self.spec.split_seed,
        }

    @property
    def preprocessing(self) -> dict[str, Any]:
        """Grey levels 0..255 are divided by this; what it is trained for."""
        settings = self.settings
        known = {"divisor": 255, "sigma": settings.sigma, "blind": settings.blind}
        return {**known, "general": True} if settings.general else known

    @property
    def tensors(self) -> dict[str, Tensor]:
        """None: the card has all."""
        return {}

    def batches(
        self, generator: torch.Generator, place: torch.device, skip: int
    ) -> Iterator[Batch]:
        """(B, 1, P, P) damaged and clean patches, units of 0..1; others each epoch."""
        # A seed for each batch: what is skipped need not be drawn.
        seeds = torch.randint(2**62, (self.epoch_steps,), generator=generator)
        for seed in seeds[skip:].tolist():
            damaged, clean = self._patches.draw(torch.Generator().manual_seed(seed))
            yield damaged.to(place), clean.to(place)

    @cached_property
    def _patches(self) -> Patches:
        images, spec = self.training.images, self.spec
        return Patches(images, self.settings, spec.batch_size, augment=spec.augment)

    def losses(self, model: nn.Module, batch: Batch) -> dict[str, Tensor]:
        """Half the squared error of a patch, on average. Paper: equation 1."""
        noisy, clean = batch
        network = denoiser(model)
        aim = noisy - clean if network.residual else clean
        error = network(noisy).float() - aim
        return {"half_squared_error": error.square().sum() / (2 * len(noisy))}

    def validate(self, model: nn.Module) -> Generator[None, None, dict[str, float]]:
        """PSNR in dB on the pictures held out, mean of pictures and damages."""
        scores = list[float]()
        for damage in damages(self.settings):
            for index, image in enumerate(self.held_out.images):
                if scores:
                    yield
                scores.append(psnr(image, restored(model, image, damage, index)))
        return {"psnr": float(np.mean(scores))}

    def test(self, model: nn.Module) -> Generator[None, None, Tested]:
        """PSNR in dB and SSIM on the test pictures."""
        return Tested((yield from _scored(model, self.tests[1], damages(self.settings))))


def make(spec: RunSpec, source: str | None = None) -> Pictures:
    """Read and divide the pictures that a run asks for.

    Raises:
        UserError: where they are not there, or too few or too small for what the run asks.
    """
    if source is not None:
        raise UserError("Pictures are read from the data folders.")
    settings = PictureSettings(**spec.data_args)
    if spec.epochs < 1 or spec.batch_size < 1 or settings.patch < 1:
        raise UserError("A run needs at least one epoch, and batches of at least one patch.")
    known, tests = parts_of(spec.data)
    if not 1 <= spec.validation < len(known.names):
        raise UserError(
            "{count} of {total} images cannot be held out for validation.",
            count=spec.validation,
            total=len(known.names),
        )
    smallest = min(min(image.shape) for image in known.images)
    if settings.patch > smallest:
        raise UserError(
            "A patch of {patch} pixels does not fit into pictures of {side}.",
            patch=settings.patch,
            side=smallest,
        )
    order = np.random.default_rng(spec.split_seed).permutation(len(known.names))
    held_out, training = np.sort(order[: spec.validation]), np.sort(order[spec.validation :])
    return Pictures(spec, settings, known.take(training), known.take(held_out), tests)


def parts_of(data: str) -> tuple[PictureSet, tuple[str, PictureSet]]:
    """Pictures for training and validation, and those for the test with their set's name.

    Set12 is the test where it is there, the bundled photos where not. Of the bundled photos, those
    in ``_TESTS`` are kept for the test as a whole: crops of one photo are too much alike.
    """
    bundled = load_pictures("bundled")
    kept = [index for index, name in enumerate(bundled.names) if name.startswith(_TESTS)]
    others = [index for index in range(len(bundled.names)) if index not in kept]
    if data == "bundled":
        return bundled.take(np.array(others)), ("bundled", bundled.take(np.array(kept)))
    known = load_pictures(data)
    if data != "set12" and state(data_set("set12")).complete:
        return known, ("set12", load_pictures("set12"))
    return known, ("bundled", bundled)


_TESTS = ("camera", "coins", "coffee")


def damages(settings: PictureSettings) -> tuple[Damage, ...]:
    """What a network is measured at: its own noise level; several where it is for several."""
    noise = tuple(Damage("noise", s) for s in (LEVELS if settings.blind else (settings.sigma,)))
    return noise + OTHERS if settings.general else noise


def evaluate(model: nn.Module, pictures: PictureSet, each: tuple[Damage, ...]) -> dict[str, float]:
    """PSNR in dB and SSIM, means over the pictures; by damage too where there are several.

    Raises:
        ValueError: where the network is in training mode.
    """
    return in_one_go(_scored(model, pictures, each))


def _scored(
    model: nn.Module, pictures: PictureSet, each: tuple[Damage, ...]
) -> Generator[None, None, dict[str, float]]:
    """As ``evaluate``; yields between pictures."""
    check_eval(model)
    scores = dict[str, list[float]]()
    for damage in each:
        for index, image in enumerate(pictures.images):
            if scores:
                yield
            found = restored(model, image, damage, index)
            for name, value in (("psnr", psnr(image, found)), ("ssim", ssim(image, found))):
                scores.setdefault(name, []).append(value)
                if len(each) > 1:
                    scores.setdefault(f"{name}_{damage.name}", []).append(value)
    return {name: float(np.mean(values)) for name, values in scores.items()}


@torch.inference_mode()
def restored(
    model: nn.Module, image: NDArray[np.uint8], damage: Damage, index: int
) -> NDArray[np.float32]:
    """A picture that is damaged and mended again, (H, W) in grey levels, not clipped.

    Raises:
        FloatingPointError: where what the network gives is not finite.
    """
    damaged = torch.from_numpy(damage.done_to(image, NOISE_SEED, index) / np.float32(255))
    place = next(model.parameters()).device
    clean = denoiser(model).clean(damaged[None, None].to(place))
    return check_finite(clean)[0, 0].cpu().numpy() * np.float32(255)


def measure(
    model: nn.Module,
    card: Card,
    stored: Mapping[str, NDArray[np.generic]],
    data: str | None,
    split: str,
    sigma: float | None = None,
) -> Measured:
    """As ``cnnviz.training.tasks.measure``; by a folder's path, its pictures in grey.

    Args:
        sigma: noise level, in grey levels; None for those that the network is for.
    """
    known, tests = parts_of(card.data["name"])
    pictures = known if split == "train" else tests[1]
    if data is not None:
        pictures = load_pictures(data) if data in PICTURE_SETS else read_folder(Path(data))
    own = damages(PictureSettings(**RunSpec.from_json(card.recipe).data_args))
    found = evaluate(model, pictures, own if sigma is None else (Damage("noise", sigma),))
    return Measured(Tested(found), len(pictures.names), pictures.verified)


def example_shapes(card: Card) -> tuple[tuple[int, ...]]:
    """(C, P, P): a patch."""
    side = PictureSettings(**RunSpec.from_json(card.recipe).data_args).patch
    return ((card.model_args["in_channels"], side, side),)


def denoiser(model: nn.Module) -> DnCNN:
    """The same network, known to denoise."""
    if not isinstance(model, DnCNN):
        raise TypeError(f"{type(model).__name__} does not denoise")
    return model
