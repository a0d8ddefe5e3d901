"""A crop that JPEG or scaling damages and two networks mend, and what these did in their tests."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz import checkpoints
from cnnviz.data.damage import FACTORS, QUALITIES, Damage, Kind
from cnnviz.data.finding import state
from cnnviz.data.pictures import BUNDLED, PICTURE_SETS, load_pictures
from cnnviz.data.table import data_set
from dashboard.cache.dncnn import grey, middle, network

if TYPE_CHECKING:
    from cnnviz.checkpoints import Card
    from cnnviz.explain.dncnn_tasks import Mending
    from dashboard.lessons.dncnn_shared import Subject

__all__ = ["FACTORS", "NETWORKS", "QUALITIES", "Damage", "Scores", "mended", "part", "scores"]

#: Trained for noise, JPEG blocks and up-scaling; trained for noise alone.
NETWORKS = ("dncnn_3", "dncnn_blind")


def mended(subject: "Subject", damage: Damage) -> "tuple[Mending, ...]":
    """A crop damaged, in grey, and mended by each of ``NETWORKS``; kept for some.

    Raises:
        UserError: where a network is not there or is damaged.
    """
    return _mended(subject.name, damage.kind, damage.strength, subject)


def part(subject: "Subject", damage: Damage) -> "tuple[Mending, ...]":
    """The same, but only the middle is mended: in a quarter of the time or less."""
    clean = _grey(subject)
    return _by_all(clean, damage, middle(clean.shape))


# A crop of 256 x 256 pixels takes 1.2 MB.
@st.cache_resource(max_entries=48, show_spinner=False)
def _mended(name: str, kind: Kind, strength: float, _subject: "Subject") -> "tuple[Mending, ...]":
    found = _by_all(_grey(_subject), Damage(kind, strength), None)
    for each in found:
        for array in (each.damaged, each.part.clean, each.part.noisy, each.part.denoised):
            array.setflags(write=False)
    return found


def _by_all(
    clean: NDArray[np.uint8], damage: Damage, box: "tuple[int, int, int, int] | None"
) -> "tuple[Mending, ...]":
    """The networks at the same time, where there are cores for that."""
    from cnnviz.explain.dncnn_tasks import mend

    models, damaged = [network(name)[0] for name in NETWORKS], damage.done_to(clean)
    with ThreadPoolExecutor(len(models)) as threads:
        return tuple(threads.map(lambda model: mend(model, clean, damaged, box), models))


def _grey(subject: "Subject") -> NDArray[np.uint8]:
    if subject.pixels.ndim == 2:
        return subject.pixels
    return grey(subject.name, subject.pixels)


@dataclass(frozen=True)
class Scores:
    """What the networks did on the test pictures: PSNR in dB, means; NaN where it is not known.

    Attributes:
        damages: what was done to the pictures.
        damaged: (D,) of the pictures that nobody has mended, computed here.
        networks: (D,) for each of ``NETWORKS``, as their cards say.
        patches: how many each of ``NETWORKS`` was trained on, not counting those of the weights
            that it began with.
        begun: whether the first of ``NETWORKS`` began with the weights of the second.
        test: name of the set of pictures.
        count: how many they are.
        verified: whether those of ``damaged`` are the published ones.
    """

    damages: tuple[Damage, ...]
    damaged: NDArray[np.float64]
    networks: tuple[NDArray[np.float64], ...]
    patches: tuple[int, ...]
    begun: bool
    test: str
    count: int
    verified: bool


def scores() -> Scores:
    """What the cards of ``NETWORKS`` say, as far as it was measured on the same pictures.

    Raises:
        UserError: where one of them is not there.
    """
    from cnnviz.explain.dncnn_tasks import card_psnr
    from cnnviz.training.task_pictures import LEVELS, OTHERS

    cards = [checkpoints.read_card(name) for name in NETWORKS]
    damages = (*(Damage("noise", sigma) for sigma in LEVELS), *OTHERS)
    test, count = cards[0].data.get("test_name", ""), cards[0].data.get("test", 0)
    same = [(card.data.get("test_name", ""), card.data.get("test", 0)) == (test, count)
            for card in cards]  # fmt: skip
    found = [
        card_psnr(card, damages) if alike else np.full(len(damages), np.nan)
        for card, alike in zip(cards, same, strict=True)
    ]
    here = test == BUNDLED or (test in PICTURE_SETS and state(data_set(test)).complete)
    damaged, verified = (
        _damaged(test, count, damages) if here else (np.full(len(damages), np.nan), True)
    )
    patches = tuple(map(_patches, cards))
    begun = cards[0].recipe.get("weights_from") == NETWORKS[1]
    return Scores(damages, damaged, tuple(found), patches, begun, test, count, verified)


def _patches(card: "Card") -> int:
    from cnnviz.training.task_settings import PictureSettings

    recipe = card.recipe
    each: int = PictureSettings(**recipe.get("data_args", {})).patches
    return each * int(recipe.get("epochs", 0))


@st.cache_resource(max_entries=2, show_spinner=False)
def _damaged(
    name: str, count: int, damages: tuple[Damage, ...]
) -> tuple[NDArray[np.float64], bool]:
    """PSNR of a set's damaged pictures, and whether they are the published ones.

    NaN where the set has another number of pictures: a part of it was the test then.
    """
    from cnnviz.explain.dncnn_tasks import damaged_psnr

    pictures = load_pictures(name)
    if len(pictures.images) != count:
        return np.full(len(damages), np.nan), True
    return damaged_psnr(pictures.images, damages), pictures.verified
