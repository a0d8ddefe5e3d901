"""Frames of all noise levels: what they hold, and that those of other weights are not taken."""

import zlib
from pathlib import Path

import numpy as np
import pytest
import torch

from cnnviz.data.noise import LEVELS, gaussian
from cnnviz.explain import dncnn_frames
from cnnviz.explain.dncnn import denoise
from cnnviz.models.dncnn import DnCNN

CLEAN = np.random.default_rng(0).integers(0, 256, (12, 15), dtype=np.uint8)


@pytest.fixture(scope="module")
def model() -> DnCNN:
    torch.manual_seed(0)
    return DnCNN(depth=3, maps=4).eval().requires_grad_(False)


def test_a_frame_is_the_error_to_the_nearest_quarter_and_its_numbers(model: DnCNN) -> None:
    shares: list[float] = []
    made = dncnn_frames.frames(model, CLEAN, "a", shares.append)
    assert len(made.errors) == len(made.numbers) == len(LEVELS) == len(shares) == 16
    assert shares[-1] == 1
    for sigma, error, numbers in zip(LEVELS, made.errors, made.numbers, strict=True):
        found = denoise(model, CLEAN, gaussian(CLEAN, sigma, 0))
        levels = np.frombuffer(zlib.decompress(error), dtype="<i2").reshape(CLEAN.shape) / 4
        assert np.abs(levels - found.error).max() <= 0.1251
        assert tuple(numbers) == found.numbers


def test_frames_are_read_as_they_were_written(model: DnCNN, tmp_path: Path) -> None:
    made, file = dncnn_frames.frames(model, CLEAN, "a"), tmp_path / "folder" / "a.npz"
    dncnn_frames.save(file, made)
    found = dncnn_frames.load(file, "a")
    assert found is not None
    assert (found.key, found.errors) == (made.key, made.errors)
    np.testing.assert_array_equal(found.numbers, made.numbers)


def test_frames_of_another_key_or_none_or_broken_ones_are_not_taken(
    model: DnCNN, tmp_path: Path
) -> None:
    file = tmp_path / "a.npz"
    assert dncnn_frames.load(file, "a") is None
    dncnn_frames.save(file, dncnn_frames.frames(model, CLEAN, "a"))
    assert dncnn_frames.load(file, "b") is None
    whole = file.read_bytes()
    for content in (b"", b"no archive", whole[: len(whole) // 2]):
        file.write_bytes(content)
        assert dncnn_frames.load(file, "a") is None


def test_the_key_changes_with_the_weights_and_with_the_crop(tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    weights.write_bytes(b"1")
    first = dncnn_frames.frames_key(weights, CLEAN)
    assert first == dncnn_frames.frames_key(weights, CLEAN.copy())
    assert first != dncnn_frames.frames_key(weights, CLEAN[::-1])
    weights.write_bytes(b"2")
    assert first != dncnn_frames.frames_key(weights, CLEAN)
