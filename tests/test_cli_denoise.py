"""``python -m cnnviz denoise`` keeps what the photo has but its noise, and its exit codes."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from cnnviz import checkpoints
from cnnviz.cli import app
from cnnviz.data.photo_files import PhotoFile, read, write
from cnnviz.explain import dncnn_photo
from cnnviz.explain.dncnn_photo import SIDE, denoised_photo
from tests.data.test_photo_files import RGB_PROFILE
from tests.dncnn_made import BLIND, CARD, network

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Two small networks: a blind one, and one for noise of 25 grey levels."""
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    monkeypatch.setattr(checkpoints, "SHIPPED", folder)
    checkpoints.save(folder / "dncnn_blind", network(), BLIND)
    checkpoints.save(folder / "dncnn_25", network(), CARD)
    return folder


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["denoise", *map(str, arguments)])


def noisy(shape: tuple[int, ...] = (40, 50, 3), bits: int = 16) -> NDArray[Any]:
    white = 2**bits - 1
    drawn = np.random.default_rng(0).normal(0.5, 30 / 255, shape).clip(0, 1)
    return np.rint(drawn * white).astype(f"u{bits // 8}")


def assert_same(found: NDArray[Any], expected: NDArray[Any] | None) -> None:
    """But for rounding: weights lie otherwise in memory when they come from a file."""
    assert expected is not None
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=0, atol=1)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "in.png"
    opacity = np.arange(2000, dtype=np.uint16).reshape(40, 50)
    write(path, PhotoFile(noisy(), opacity, RGB_PROFILE, "PNG"))
    return path


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_the_result_is_the_networks_and_all_else_is_kept(
    photo: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"new folder/out.{ending}"
    done = call(photo, out)
    assert done.exit_code == 0, done.output
    before, after = read(photo), read(out)
    assert_same(after.pixels, denoised_photo(network(), before.pixels))
    np.testing.assert_array_equal(after.opacity, before.opacity)
    assert (after.bits, after.profile) == (16, RGB_PROFILE)
    assert "50 x 40 pixels, 16 bits, by dncnn_blind" in done.stdout
    assert "100 % of 0.0 megapixels, 0 s left" in done.stderr


def test_one_json_object_tells_what_was_done(photo: Path, tmp_path: Path) -> None:
    done = call(photo, tmp_path / "out.png", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found.pop("seconds") >= 0
    assert 25 < found.pop("sigma_estimated") < 35
    assert found == {
        "source": str(photo), "target": str(tmp_path / "out.png"), "width": 50, "height": 40,
        "channels": 3, "bits": 16, "sigma": None, "network": "dncnn_blind", "gain": 1,
    }  # fmt: skip


def test_a_level_given_is_what_the_network_was_trained_at(photo: Path, tmp_path: Path) -> None:
    found = json.loads(call(photo, tmp_path / "out.png", "--sigma", "50", "--json").stdout)
    assert (found["network"], found["gain"], found["sigma"]) == ("dncnn_25", 0.5, 50)
    expected = denoised_photo(network(), read(photo).pixels, 0.5)
    assert_same(read(tmp_path / "out.png").pixels, expected)
    assert "contrast times 0.50" in call(photo, tmp_path / "out.png", "--sigma", "50").stdout


def test_a_network_of_ones_own_gets_the_level_that_is_estimated(
    photo: Path, tmp_path: Path
) -> None:
    checkpoints.save(tmp_path / "own", network(), CARD)
    own = str(tmp_path / "own.safetensors")
    found = json.loads(call(photo, tmp_path / "out.png", "--network", own, "--json").stdout)
    assert found["network"] == own
    assert found["gain"] == pytest.approx(25 / found["sigma_estimated"], rel=0.01)


def test_a_photo_of_one_pixel_has_no_level_and_goes_through(tmp_path: Path) -> None:
    write(tmp_path / "in.png", PhotoFile(noisy((1, 1), 8), None, None, "PNG"))
    done = call(tmp_path / "in.png", tmp_path / "out.png", "--network", "dncnn_25", "--json")
    found = json.loads(done.stdout)
    assert (found["sigma_estimated"], found["gain"], found["bits"]) == (None, 1, 8)
    assert read(tmp_path / "out.png").pixels.shape == (1, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("IN",), ("IN", "OUT.jpg"), ("IN", "OUT"), ("IN", "IN"), ("IN", "LINK.png"),
        ("IN", "OUT.png", "--sigma", "much"), ("IN", "OUT.png", "--sigma", "0"),
        ("IN", "OUT.png", "--sigma", "nan"), ("IN", "OUT.png", "--sigma", "101"),
        ("IN", "OUT.png", "--strange"),
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_2_and_touches_nothing(
    photo: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "LINK.png").symlink_to(photo)
    content = photo.read_bytes()
    before = sorted(tmp_path.iterdir())
    places = {"IN": photo}
    failed = call(*(
        places.get(a, tmp_path / a if "OUT" in a or "LINK" in a else a) for a in arguments
    ))  # fmt: skip
    assert failed.exit_code == 2
    assert "Traceback" not in failed.output
    assert sorted(tmp_path.iterdir()) == before
    assert photo.read_bytes() == content


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (None, (), "no file"),
        (b"no picture", (), "not a PNG, TIFF"),
        (b"\x89PNG\r\n\x1a\n", (), "damaged"),
        ("sound", ("--network", "no_such"), "no checkpoint no_such"),
        ("sound", ("--network", "dncnn_blind", "--sigma", "20"), "finds the noise level itself"),
        ("sound", ("--network", "other"), "does not denoise"),
        ("folder", (), "cannot be written"),
    ],
)
def test_what_fails_ends_with_1_and_one_sentence(
    photo: Path, tmp_path: Path, shipped: Path, content: bytes | str | None,
    options: tuple[str, ...], said: str,
) -> None:  # fmt: skip
    checkpoints.save(shipped / "other", network(), replace(CARD, model_args={"in_channels": 3}))
    out = tmp_path / "out.png"
    if content is None:
        photo.unlink()
    elif isinstance(content, bytes):
        photo.write_bytes(content)
    elif content == "folder":
        out.mkdir()
    failed = call(photo, out, *options)
    assert failed.exit_code == 1
    assert said in failed.stderr
    assert "Traceback" not in failed.output
    assert len(failed.stderr.split("\r")[-1].strip().splitlines()) <= 2
    assert not out.is_file()
    assert not list(tmp_path.glob("*.partial"))


def test_ctrl_c_leaves_nothing(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dncnn_photo, "part", interrupted)
    before = sorted(tmp_path.iterdir())
    stopped = call(photo, tmp_path / "out.png")
    assert stopped.exit_code == 1
    assert "Nothing was written" in stopped.stderr
    assert sorted(tmp_path.iterdir()) == before


# As a page starts it


@pytest.fixture
def gave_way(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tests' own process does not give way."""
    called = list[str]()
    for name in ("cnnviz.starter.give_way", "cnnviz.starter.end_with_starter"):
        monkeypatch.setattr(name, lambda name=name: called.append(name))
    monkeypatch.setattr(torch, "set_num_threads", lambda _count: None)
    return called


def test_beside_pages_each_step_and_the_end_are_a_line(
    photo: Path, tmp_path: Path, gave_way: list[str]
) -> None:
    done = call(photo, tmp_path / "out.png", "--beside-pages")
    assert (done.exit_code, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["share"] for line in lines[:-1]] == [0, 1]
    assert [line["seconds_left"] for line in lines[:-1]] == [None, 0]
    assert lines[-1]["network"] == "dncnn_blind"
    assert len(gave_way) == 2


def test_beside_pages_a_failure_is_a_sentence_that_can_be_translated(
    tmp_path: Path, gave_way: list[str]
) -> None:
    failed = call(tmp_path / "none.png", tmp_path / "out.png", "--beside-pages")
    assert failed.exit_code == 1
    line = json.loads(failed.stdout)
    assert "none.png" in line["error"].format(**line["values"])
    assert "{file}" in line["error"]


# Memory


@pytest.mark.skipif(sys.platform != "linux", reason="counts as Linux does")
def test_24_megapixels_of_16_bits_in_colour_take_less_than_2_gigabytes(
    tmp_path: Path, shipped: Path
) -> None:
    """Measured at 2 megapixels: what a pixel takes, and what the program itself does."""
    program = """if True:
        import sys
        from pathlib import Path
        import torch
        from cnnviz import checkpoints, cli_denoise
        from cnnviz.explain import dncnn_photo
        from cnnviz.data import photo_files, noise_level
        checkpoints.SHIPPED = Path(sys.argv[3])

        def peak():
            # Not getrusage's: that begins with what the program that has started this one took.
            status = Path("/proc/self/status").read_text()
            return 1024 * int(status.split("VmHWM:")[1].split()[0])

        before = peak()
        cli_denoise.denoise(Path(sys.argv[1]), Path(sys.argv[2]), as_json=True)
        print(before, peak())
    """
    height, width = 1200, 1700
    write(tmp_path / "in.png", PhotoFile(noisy((height, width, 3)), None, None, "PNG"))
    arguments = [tmp_path / "in.png", tmp_path / "out.png", shipped]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    told = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)], cwd=ROOT, check=True,
        capture_output=True, text=True, env=environment,
    ).stdout  # fmt: skip
    before, peak = map(int, told.splitlines()[-1].split())
    a_pixel = (peak - before) / (height * width)
    # Tiles of the full network have more maps than those of the small one here.
    tile = 3 * 64 * 4 * (SIDE + 2 * 20) ** 2
    assert before + 24e6 * a_pixel + tile < 2e9
