"""A visitor's own hyperspectral scene."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard.cache.pictures import Pixels

if TYPE_CHECKING:
    from cnnviz.data.own_scene import Checked
    from cnnviz.data.scene import Scene
    from cnnviz.data.scene_match import Match


def scene_candidates(files: Sequence[Path]) -> "tuple[Match, ...]":
    """What in a visitor's files may be cube and ground truth, the likeliest first.

    Raises:
        UserError: where nothing may.
    """
    from cnnviz.data.own_scene import candidates

    return candidates(files)


#: Bytes of an upload once it is unpacked: the field's scenes fit, and many visitors at once.
MAX_UPLOADED = 400_000_000


def checked_scene(match: "Match", uploaded: bool) -> "Checked":
    """A visitor's cube and ground truth, opened and checked; not cached: they are theirs.

    Args:
        match: one of the ``scene_candidates``.
        uploaded: whether it comes from elsewhere; on one's own machine it may take more memory.

    Raises:
        UserError: where they cannot make a scene.
    """
    from cnnviz.data.own_scene import check

    return check(match, MAX_UPLOADED) if uploaded else check(match)


def built_scene(checked: "Checked", drop_bands: tuple[int, ...], class_name: str) -> "Scene":
    """The visitor's scene without some bands.

    Args:
        checked: by ``checked_scene``.
        drop_bands: counted from 0.
        class_name: what a class without a name is called, with a place for its ``{id}``.

    Raises:
        UserError: where it cannot be used like that.
    """
    from cnnviz.data.own_scene import build

    return build(checked, drop_bands, class_name)


def scene_pictures(scene: "Scene") -> tuple[Pixels, Pixels]:
    """A scene in false colours and by class, at the size of a preview."""
    return _scene_pictures(scene.name, scene)


@st.cache_resource(max_entries=32, show_spinner=False)
def _scene_pictures(name: str, _scene: "Scene") -> tuple[Pixels, Pixels]:
    from cnnviz.figures import scenes

    longest = max(_scene.labels.shape)
    every, times = -(-longest // PREVIEW), max(1, PREVIEW // longest)
    labels = _scene.labels[::every, ::every]
    plain = scenes.composite(_scene.cube[::every, ::every], _scene.rgb)
    pictures = (plain, scenes.class_overlay(plain, labels))
    # Enlarged here, pixel by pixel: a browser would blur them.
    large, classes = (np.kron(each, np.ones((times, times, 1), np.uint8)) for each in pictures)
    return large, classes


PREVIEW = 920  # pixels of a preview's longer side at most: twice what it takes on the page
