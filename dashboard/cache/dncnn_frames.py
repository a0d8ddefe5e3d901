"""Crops denoised at all noise levels, for a slider that scrubs: shipped for one, kept for others.

``python -m dashboard.cache.dncnn_frames`` makes the shipped ones, again whenever the weights have
changed: those of other weights are never shown.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz import checkpoints
from cnnviz.data.folders import data_folders
from dashboard.cache import dncnn as cached
from dashboard.cache.jobs import jobs
from dashboard.cache.pictures import bundled_photo

if TYPE_CHECKING:
    from cnnviz.explain.dncnn_frames import Frames
    from dashboard.lessons.dncnn_shared import Subject

SHIPPED = Path(__file__).resolve().parents[1] / "frames"
CHECKPOINT, PHOTO = "dncnn_blind", "camera"


def frames(checkpoint: str, subject: "Subject") -> "Frames | None":
    """A bundled photo's usual crop with Gaussian noise of seed 0, denoised at all levels.

    Returns:
        None where they are not there yet: they are made meanwhile, and found by a later run.

    Raises:
        UserError: where there is no such checkpoint.
    """
    from cnnviz.explain.dncnn_frames import load

    weights = checkpoints.locate(checkpoint)
    changed = weights.stat().st_mtime_ns
    key = _key(str(weights), changed, subject.name, subject.pixels)
    job = jobs().get(("dncnn frames", key))
    if job is not None:
        return job.result() if job.finished_well else None
    kept = data_folders()[-1] / "dncnn_frames" / f"{key}.npz"
    found: Frames | None = load(SHIPPED / f"dncnn_{PHOTO}.npz", key) or load(kept, key)

    def make(report: Callable[[float], None]) -> "Frames":
        return found or _made(checkpoint, key, subject.pixels, kept, report)

    jobs().start(("dncnn frames", key), make)
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def _key(weights: str, changed: int, name: str, _clean: NDArray[np.uint8]) -> str:
    from cnnviz.explain.dncnn_frames import frames_key

    return frames_key(Path(weights), _clean)


def _made(
    checkpoint: str, key: str, clean: NDArray[np.uint8], file: Path, report: Callable[[float], None]
) -> "Frames":
    from cnnviz.explain import dncnn_frames

    # The weights as they are in the file now: a page may still have older ones.
    model: Any = checkpoints.load(checkpoint)[0]
    made = dncnn_frames.frames(model, clean, key, report)
    with suppress(OSError):  # a folder that nobody may write to: then they are made again next time
        dncnn_frames.save(file, made)
    return made


def ship() -> None:
    """Make the shipped frames again."""
    from cnnviz.explain.dncnn_frames import frames_key

    pixels = cached.grey(PHOTO, bundled_photo(PHOTO))
    top, left, bottom, right = cached.crop_box(
        pixels.shape, cached.usual_centre(PHOTO, pixels.shape), cached.SIDE
    )
    clean = pixels[top:bottom, left:right]
    key, file = frames_key(checkpoints.locate(CHECKPOINT), clean), SHIPPED / f"dncnn_{PHOTO}.npz"
    _made(CHECKPOINT, key, clean, file, lambda share: print(f"{share:.0%}", end="\r", flush=True))
    print(f"{file}: {file.stat().st_size / 1e3:.0f} KB")


if __name__ == "__main__":
    ship()
