"""Results on a scene as files that other programs read: pictures, ENVI, MATLAB, tables."""

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from plotly.colors import hex_to_rgb

from cnnviz.figures.classes import class_colour

if TYPE_CHECKING:
    from cnnviz.explain.hybridsn_results import SceneMap, Scores

_LONGER_SIDE = 1200  # pixels of a picture that is written, about
# What an ENVI header would read as the end of a name or of the list of names.
_ENVI_MARKS = re.compile(r"[,{}\r\n]+")


def png(picture: NDArray[np.uint8]) -> bytes:
    """A picture as PNG, enlarged by a whole number so that pixels stay sharp.

    Args:
        picture: (H, W, 3) or (H, W, 4).
    """
    times = max(1, round(_LONGER_SIDE / max(picture.shape[:2])))
    large = picture.repeat(times, axis=0).repeat(times, axis=1)
    file = io.BytesIO()
    Image.fromarray(large).save(file, "PNG")
    return file.getvalue()


def envi(classes: NDArray[np.uint8], names: Sequence[str], stem: str) -> bytes:
    """An ENVI classification, header and data in one zip archive: class 0 is "Unclassified".

    Args:
        classes: (H, W), counted from 1.
        names: of the classes; commas and braces, which end a name there, become semicolons.
        stem: of the two files' names, ``stem.hdr`` and ``stem.img``.
    """
    from spectral.io.envi import save_classification

    numbers = range(1, len(names) + 1)
    colours = [(0, 0, 0), *(hex_to_rgb(class_colour(number)) for number in numbers)]
    with tempfile.TemporaryDirectory(prefix="cnnviz_") as folder:
        header = Path(folder, f"{stem}.hdr")
        save_classification(
            str(header), classes, dtype=np.uint8, interleave="bsq", ext=".img",
            class_names=["Unclassified", *(_ENVI_MARKS.sub(";", name) for name in names)],
            class_colors=colours,
        )  # fmt: skip
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
            for file in (header, header.with_suffix(".img")):
                zipped.write(file, file.name)
    return archive.getvalue()


def mat(
    found: "SceneMap",
    labels: NDArray[np.int64],
    parts: NDArray[np.uint8] | None,
    names: Sequence[str],
    about: Mapping[str, str],
) -> bytes:
    """A MATLAB file (version 5).

    Args:
        found: the map; ``classes`` and ``probabilities`` are its (H, W, k) arrays, ``map`` its
            likeliest classes, counted from 1.
        labels: (H, W), as ``truth``.
        parts: (H, W), as ``part``: 1 training, 2 validation, 3 test, 4 guard; None where unknown.
        names: of the classes, a cell array ``class_names``.
        about: texts by name: the network, the scene.
    """
    from scipy.io import savemat

    content: dict[str, Any] = {
        "map": found.predicted,
        "classes": found.classes,
        "probabilities": found.probabilities.astype(np.float32),
        "truth": labels.astype(np.uint16),
        "class_names": np.array(list(names), dtype=object),
        **about,
    }
    if parts is not None:
        content["part"] = parts
    file = io.BytesIO()
    savemat(file, content, do_compression=True, oned_as="column")
    return file.getvalue()


def classes_csv(found: "Scores", names: Sequence[str]) -> bytes:
    """Each class's pixels, accuracy and precision, then OA, AA and kappa, as shares of 1."""
    rows: list[Sequence[object]] = [("class", "name", "pixels", "right", "accuracy", "precision")]
    right = found.confusion.diagonal()
    for i, name in enumerate(names):
        shares = (_share(found.accuracy[i]), _share(found.precision[i]))
        rows.append((i + 1, name, int(found.counts[i]), int(right[i]), *shares))
    for name in ("oa", "aa", "kappa"):
        value = _share(getattr(found, name))
        rows.append(("", name.upper() if name != "kappa" else name, found.pixels, "", value, ""))
    return _csv(rows)


def confusion_csv(found: "Scores", names: Sequence[str]) -> bytes:
    """The confusion matrix: a row a true class, a column a predicted one."""
    rows: list[Sequence[object]] = [("truth \\ predicted", *names)]
    for name, row in zip(names, found.confusion.tolist(), strict=True):
        rows.append((name, *row))
    return _csv(rows)


def _share(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6f}"


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")  # marked, or spreadsheets take it for another code
