"""``python -m cnnviz denoise``: take the noise out of a photo, at full size, with all its bits."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.terminal import Json, bar, stop, write_over

if TYPE_CHECKING:
    from cnnviz.data.photo_files import PhotoFile
    from cnnviz.explain.dncnn_photo import Way

AUTO = "auto"


def denoise(
    source: Annotated[Path, typer.Argument(help="The photo: PNG, TIFF, JPEG or WebP.")],
    target: Annotated[Path, typer.Argument(help="Where the result goes: .png, .tif or .tiff.")],
    sigma: Annotated[
        str, typer.Option(help="Noise level, in grey levels of 255; auto: found by the network.")
    ] = AUTO,
    network: Annotated[
        str | None, typer.Option(help="A checkpoint's name or path; default: a shipped one.")
    ] = None,
    beside_pages: Annotated[bool, typer.Option("--beside-pages", hidden=True)] = False,
    as_json: Json = False,
) -> None:
    """Take the noise out of a photo, at full size and with all its bits.

    By default a network does it that finds the noise level itself. Where one is given, the network
    trained at the nearest level does, and the picture's contrast is changed for it so that its
    noise becomes that level.
    """
    try:
        level = _level(sigma)
        _check(source, target)
    except UserError as error:
        stop(error, 2)
    show = _Lines() if beside_pages else _Bar(silent=as_json)
    try:
        if beside_pages:
            _give_way()
        found = _denoised(source, target, level, network, show)
    except UserError as error:
        show.end()
        if beside_pages:
            print(json.dumps({"error": error.message, "values": _plain(error)}), flush=True)
        stop(error, 1)
    except KeyboardInterrupt:
        show.end()
        stop("Stopped. Nothing was written.", 1)
    show.end()
    print(json.dumps(found, ensure_ascii=False) if as_json or beside_pages else _sentence(found))


def _level(text: str) -> float | None:
    from cnnviz.explain.dncnn_photo import LEVELS

    if text == AUTO:
        return None
    least, most = LEVELS
    try:
        level = float(text)
    except ValueError:
        level = 0.0
    if not least <= level <= most:
        raise UserError(
            "A noise level is auto, or a number from {least} to {most} grey levels, not {text}.",
            least=f"{least:g}", most=f"{most:g}", text=text,
        )  # fmt: skip
    return level


def _check(source: Path, target: Path) -> None:
    """Refuse what would be written over the photo itself, or in a format that loses something."""
    from cnnviz.data.photo_files import check_ending

    check_ending(target)
    if source.exists() and target.exists() and source.samefile(target):
        raise UserError("The result would be written over {file}: give it another name.",
                        file=source)  # fmt: skip


def _denoised(
    source: Path, target: Path, level: float | None, network: str | None, show: "_Bar | _Lines"
) -> dict[str, Any]:
    from cnnviz.data import photo_files
    from cnnviz.data.noise_level import channel_sigmas, overall
    from cnnviz.explain.dncnn_photo import denoised_photo
    from cnnviz.models.dncnn import DnCNN

    started = time.monotonic()
    photo = photo_files.read(source)
    estimate = overall(channel_sigmas(photo.pixels))
    way = _way(level, estimate, network)
    model, _card = checkpoints.load(way.network)
    assert isinstance(model, DnCNN)
    show.begin(photo)
    pixels = denoised_photo(model, photo.pixels, way.gain, report=show.report)
    assert pixels is not None
    kept = photo_files.PhotoFile(pixels, photo.opacity, photo.profile, photo.kind)
    photo_files.write(target, kept)
    return {
        "source": str(source),
        "target": str(target),
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "channels": pixels.shape[2] if pixels.ndim == 3 else 1,
        "bits": photo.bits,
        "sigma_estimated": None if estimate is None else round(estimate, 2),
        "sigma": level,
        "network": way.network,
        "gain": round(way.gain, 4),
        "seconds": round(time.monotonic() - started, 2),
    }


def _way(level: float | None, estimate: float | None, network: str | None) -> "Way":
    """Which network, and what is done to the picture for it."""
    from cnnviz.explain import dncnn_networks
    from cnnviz.explain.dncnn_photo import LEVELS, trained_level, way

    if network is None:
        return way(level, dncnn_networks.here())
    own = trained_level(checkpoints.read_card(network))
    if own is None and level is not None:
        raise UserError("{network} finds the noise level itself: give none.", network=network)
    if own is not None and level is None:
        level = own if estimate is None else min(max(estimate, LEVELS[0]), LEVELS[1])
    return way(level, {network: own})


def _give_way() -> None:
    """Take what pages leave of the cores, and end when the process that pages are in has ended."""
    import os

    import torch

    from cnnviz.starter import end_with_starter, give_way

    end_with_starter()
    give_way()
    if hasattr(os, "sched_getaffinity"):
        torch.set_num_threads(len(os.sched_getaffinity(0)))


def _sentence(found: dict[str, Any]) -> str:
    estimate, gain = found["sigma_estimated"], found["gain"]
    noise = "" if estimate is None else f" Its noise: about {estimate:.1f} of 255 grey levels."
    scaled = "" if gain == 1 else f", contrast times {gain:.2f} and back"
    return (
        f"{found['target']}: {found['width']} x {found['height']} pixels, {found['bits']} bits, "
        f"by {found['network']}{scaled}, in {found['seconds']:.0f} s.{noise}"
    )


def _plain(error: UserError) -> dict[str, Any]:
    """What goes into a sentence's places, as JSON has it."""
    return {
        name: value if isinstance(value, int | float) else str(value)
        for name, value in error.values.items()
    }


class _Bar:
    """Progress on one line of stderr, which stays when it has ended."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent
        self._started, self._size, self._open = 0.0, "", False

    def begin(self, photo: "PhotoFile") -> None:
        """The photo is read, the work begins."""
        self._started = time.monotonic()
        self._size = f"{photo.pixels.shape[0] * photo.pixels.shape[1] / 1e6:.1f} megapixels"

    def report(self, share: float) -> None:
        """So much of the work is done."""
        if not self._silent:
            left = _seconds_left(self._started, share)
            write_over(f"{bar(share)} {100 * share:.0f} % of {self._size}, {left:.0f} s left")
            self._open = True

    def end(self) -> None:
        """What comes next has a line of its own."""
        if self._open:
            write_over("\n")
            self._open = False


class _Lines:
    """Progress for the page that has started this process: a JSON object a line on stdout."""

    def begin(self, photo: "PhotoFile") -> None:
        """The photo is read, the work begins."""
        self._started = time.monotonic()
        print(json.dumps({"share": 0.0, "seconds_left": None}), flush=True)

    def report(self, share: float) -> None:
        """So much of the work is done."""
        left = _seconds_left(self._started, share)
        print(json.dumps({"share": share, "seconds_left": left}), flush=True)

    def end(self) -> None:
        """Nothing is left open."""


def _seconds_left(started: float, share: float) -> float:
    return (time.monotonic() - started) * (1 - share) / share
