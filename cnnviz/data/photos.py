"""Photos that come with scikit-image and scikit-learn, and how a photo becomes a network's input.

A photo is (H, W, 3) uint8, sRGB. ``square`` and ``turned`` are cheap for photos of about a
thousand pixels; what is larger (an upload) goes through ``reduced`` once, and that is what a page
keeps.
"""

import math
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnnviz.data import cifar10
from cnnviz.data.uploads import decode
from cnnviz.errors import UserError
from cnnviz.text import N_

#: What is seen beyond a photo's edge: ImageNet's mean colour, which says least to a network.
BEYOND = (124, 116, 104)
#: The shorter side that ``reduced`` leaves: more than twice the largest input here, 192.
REDUCED = 512
# From the square's edge to the corner of the square turned by 45 degrees, in sides of the square.
REACH = (math.sqrt(2) - 1) / 2


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that is here without a network.

    Attributes:
        name: what a link calls it.
        title: what is seen; a translation key.
        credit: who made it, on which terms, and what it comes with.
        file: package and path in it.
    """

    name: str
    title: str
    credit: str
    file: str


#: The lesson's default first; colour before grey. Credits: the docstrings of ``skimage.data`` and
#: the README beside scikit-learn's images.
PHOTOS = (
    Photo(
        "chelsea",
        N_("Cat"),
        "Stefan van der Walt, CC0; with scikit-image",
        "skimage/data/chelsea.png",
    ),
    Photo(
        "motorcycle",
        N_("Motorcycle"),
        "Middlebury 2014 stereo benchmark, Scharstein et al., 2014; with scikit-image",
        "skimage/data/motorcycle_left.png",
    ),
    Photo(
        "astronaut",
        N_("Astronaut"),
        "NASA Great Images (Eileen Collins), public domain; with scikit-image",
        "skimage/data/astronaut.png",
    ),
    Photo(
        "coffee",
        N_("Cup of coffee"),
        "Rachel Michetti, courtesy of Pikolo Espresso Bar, CC0; with scikit-image",
        "skimage/data/coffee.png",
    ),
    Photo(
        "china",
        N_("Pavilion by a lake"),
        "danielbuechele on Flickr, CC BY 2.0; with scikit-learn",
        "sklearn/datasets/images/china.jpg",
    ),
    Photo(
        "flower",
        N_("Flower"),
        "vultilion on Flickr, CC BY 2.0; with scikit-learn",
        "sklearn/datasets/images/flower.jpg",
    ),
    Photo(
        "rocket",
        N_("Rocket"),
        "SpaceX, public domain; with scikit-image",
        "skimage/data/rocket.jpg",
    ),
    Photo(
        "retina",
        N_("Retina of an eye"),
        "Mikael Häggström, CC0; with scikit-image",
        "skimage/data/retina.jpg",
    ),
    Photo(
        "immunohistochemistry",
        N_("Stained tissue"),
        "Center for Microscopy and Molecular Imaging, no known copyright restrictions; "
        "with scikit-image",
        "skimage/data/ihc.png",
    ),
    Photo(
        "hubble",
        N_("Distant galaxies"),
        "NASA, Hubble eXtreme Deep Field, public domain; with scikit-image",
        "skimage/data/hubble_deep_field.jpg",
    ),
    Photo(
        "camera",
        N_("Man with a camera"),
        "Lav Varshney, CC0; with scikit-image",
        "skimage/data/camera.png",
    ),
    Photo(
        "coins",
        N_("Coins"),
        "Brooklyn Museum, no known copyright restrictions; with scikit-image",
        "skimage/data/coins.png",
    ),
    Photo(
        "brick",
        N_("Brick wall"),
        "CC0Textures, CC0; with scikit-image",
        "skimage/data/brick.png",
    ),
    # A shape without any texture: what does a network of photos see in it?
    Photo(
        "horse",
        N_("Silhouette of a horse"),
        "Andreas Preuss (marauder), openclipart, CC0; with scikit-image",
        "skimage/data/horse.png",
    ),
)


def load(name: str) -> NDArray[np.uint8]:
    """Read a photo, (H, W, 3); grey ones have three equal channels. 1 to 30 ms.

    Args:
        name: of one of ``PHOTOS``.

    Raises:
        UserError: where there is none of that name.
    """
    files = {photo.name: photo.file for photo in PHOTOS}
    if name not in files:
        raise UserError(
            "There is no photo named {name}. There are: {names}.",
            name=name,
            names=", ".join(files),
        )
    package, _, path = files[name].partition("/")
    # The package is found, not imported: importing scikit-learn takes a second.
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return decode((Path(spec.origin).parent / path).read_bytes())


def find(name: str, image: int = 0) -> NDArray[np.uint8]:
    """Read a photo by what a lesson's link calls it, or a file, (H, W, 3), ``reduced``.

    Args:
        name: of one of ``PHOTOS``; ``cifar10.FOLDER`` for a test image of CIFAR-10; else the path
            of a picture.
        image: which test image.

    Raises:
        UserError: where there is no such photo or file, or it cannot be used.
    """
    if name in {photo.name for photo in PHOTOS}:
        return reduced(load(name))
    if name == cifar10.FOLDER:
        images = cifar10.load("test").images
        if not 0 <= image < len(images):
            raise UserError("CIFAR-10 has {count} test images.", count=len(images))
        found: NDArray[np.uint8] = images[image]
        return found
    if not Path(name).is_file():
        raise UserError("There is no file {file}: check the path.", file=name)
    return reduced(decode(Path(name).read_bytes()))


def reduced(pixels: NDArray[np.uint8], side: int = REDUCED) -> NDArray[np.uint8]:
    """As much of a photo as ``square`` and ``turned`` need, for keeping.

    What no turning brings into the square is cut away, and the shorter side is shrunk to ``side``.

    Args:
        pixels: (H, W, 3).
        side: the shorter side at most, pixels; twice the size that will be asked for, or more.

    Returns:
        (h, w, 3) with min(h, w) <= side and max(h, w) <= 1.5 min(h, w) or thereabouts.
    """
    shorter = min(pixels.shape[:2])
    # The same on both sides, so that the middle stays the middle; a little more than the reach.
    down, across = (max(0, math.floor((length - 1.5 * shorter) / 2)) for length in pixels.shape[:2])
    height, width = pixels.shape[0] - 2 * down, pixels.shape[1] - 2 * across
    middle = pixels[down : down + height, across : across + width]
    if shorter <= side:
        return middle.copy()
    scale = side / shorter
    shrunk = (round(width * scale), round(height * scale))
    return np.array(Image.fromarray(middle).resize(shrunk, Image.Resampling.LANCZOS))


def square(pixels: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The largest square in the middle of a photo, resampled without aliasing (Lanczos).

    Args:
        pixels: (H, W, 3).
        size: of the result, pixels a side.

    Returns:
        (size, size, 3).
    """
    room = _room(size)
    around = np.array(_surroundings(pixels, size))
    return around[room : room + size, room : room + size].copy()


def turned(pixels: NDArray[np.uint8], size: int, degrees: float) -> NDArray[np.uint8]:
    """The square in the middle of a photo that is turned counter-clockwise about its centre.

    The photo is brought to the result's scale first and turned then (bicubic), which is fast, free
    of aliasing, and exact at multiples of 90 degrees: at 0 it is ``square``. The corners show what
    the photo has beyond the square, and ``BEYOND`` where it has nothing.

    Args:
        pixels: (H, W, 3).
        size: of the result, pixels a side.
        degrees: counter-clockwise.

    Returns:
        (size, size, 3).
    """
    angle = math.radians(degrees % 360)
    # Rounded, so that a quarter turn is exact: Pillow cuts 99.999 off to 99.
    cos, sin = round(math.cos(angle), 12), round(math.sin(angle), 12)
    around = _surroundings(pixels, size)
    # Where each pixel comes from: its place seen from the centre, turned back. y points down.
    half, centre = size / 2, around.width / 2
    matrix = (cos, -sin, centre - half * (cos - sin), sin, cos, centre - half * (sin + cos))
    bicubic = Image.Resampling.BICUBIC
    return np.array(around.transform((size, size), Image.Transform.AFFINE, matrix, bicubic))


def mixed(first: NDArray[np.uint8], second: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    """One picture that becomes another: ``share`` 0 to 1 of the second over the first, pixel by
    pixel.

    Args:
        first, second: of one shape.
        share: 0 is the first alone, 1 the second.
    """
    return np.rint((1 - share) * first + share * second).astype(np.uint8)


def _room(size: int) -> int:
    """Pixels around the square that turning can bring into it, and what bicubic takes besides."""
    return math.ceil(size * REACH) + 2


def _surroundings(pixels: NDArray[np.uint8], size: int) -> Image.Image:
    """The photo at the scale at which its square is ``size`` wide, with room around the square."""
    height, width = pixels.shape[:2]
    side, room = min(height, width), _room(size)
    scale = side / size  # the photo's pixels in one pixel
    left, top = (width - side) / 2, (height - side) / 2
    # Whole pixels beyond the square, so that the square's own pixels are the same as without them.
    across, down = (min(room, int(beyond / scale)) for beyond in (left, top))
    box = (
        max(0.0, left - across * scale),
        max(0.0, top - down * scale),
        min(float(width), left + side + across * scale),
        min(float(height), top + side + down * scale),
    )
    fitted = Image.fromarray(pixels).resize(
        (size + 2 * across, size + 2 * down), Image.Resampling.LANCZOS, box=box
    )
    around = Image.new("RGB", (size + 2 * room, size + 2 * room), BEYOND)
    around.paste(fitted, (room - across, room - down))
    return around
