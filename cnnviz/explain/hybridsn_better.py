"""What a network is compared with: classifiers of spectra, and a filter over its own map.

All settings are fixed here, before any test: none of them is tuned on the pixels that are tested.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter
from skimage.filters.rank import majority

from cnnviz.data.parts import Split
from cnnviz.data.scene import Scene
from cnnviz.explain.hybridsn_results import Scores, scores

Classifier = Literal["svm", "forest"]
#: "spectra": the bands of the pixel; "means": besides, each band's mean over the window around it.
Features = Literal["spectra", "means"]
Labels = NDArray[np.int64]
Report = Callable[[float], None]

PENALTY = 100.0  # of the support vector machine
TREES = 200  # of the random forest
FILTER = 5  # pixels a side of the majority filter
_PIECE = 2000  # pixels that are classified between two reports


@dataclass(frozen=True, slots=True)
class Classified:
    """What a classifier of spectra came to.

    Attributes:
        scores: on the test pixels.
        seconds: of the training, without the features.
        features: numbers that it reads of a pixel.
    """

    scores: Scores
    seconds: float
    features: int


def features(scene: Scene, pixels: Labels, window: int, what: Features) -> NDArray[np.float32]:
    """What a classifier reads of pixels, band by band so that no second cube is made.

    Args:
        scene: with its cube.
        pixels: (n,) indices into ``labels.ravel()``.
        window: the side, odd, of the window whose means are taken; beyond the scene's border the
            scene is mirrored.
        what: the bands alone, or with these means.

    Returns:
        (n, B), or (n, 2 B) with the means after the bands.
    """
    rows, columns = np.divmod(pixels, scene.labels.shape[1])
    bands = scene.cube.shape[2]
    found = np.empty((len(pixels), bands * (2 if what == "means" else 1)), dtype=np.float32)
    for band in range(bands):
        plane = np.asarray(scene.cube[:, :, band], dtype=np.float32)
        found[:, band] = plane[rows, columns]
        if what == "means":
            found[:, bands + band] = uniform_filter(plane, window)[rows, columns]
    return found


def classified(
    scene: Scene,
    split: Split,
    classifier: Classifier,
    what: Features,
    *,
    window: int,
    seed: int = 0,
    report: Report = lambda share: None,
) -> Classified:
    """Train a classifier on the spectra of the training pixels, and test it.

    The support vector machine (radial basis, C = ``PENALTY``, scikit-learn's own width) reads each
    band scaled to mean 0 and deviation 1 over the training pixels; the random forest has ``TREES``
    trees. Both take training pixels alone; the validation pixels are left out, as there is nothing
    to choose.

    Args:
        scene: what is classified.
        split: of its labelled pixels.
        classifier: "svm" or "forest".
        what: see ``features``.
        window: see ``features``.
        seed: of the forest.
        report: called now and then with the share that is done.
    """
    truth, trained, tested = scene.labels.ravel(), split.train, split.test
    x = features(scene, trained, window, what)
    report(0.1)
    machine = _made(classifier, seed)
    began = perf_counter()
    machine.fit(x, truth[trained])
    seconds = perf_counter() - began
    report(0.3)
    predicted = np.zeros(scene.labels.shape, dtype=np.int64)
    read = features(scene, tested, window, what)
    for start in range(0, len(tested), _PIECE):
        some = slice(start, start + _PIECE)
        predicted.ravel()[tested[some]] = machine.predict(read[some])
        report(0.3 + 0.7 * min(start + _PIECE, len(tested)) / len(tested))
    found = on_test(predicted, scene, split)
    return Classified(found, seconds, x.shape[1])


def _made(classifier: Classifier, seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    if classifier == "forest":
        return RandomForestClassifier(TREES, random_state=seed)
    return make_pipeline(StandardScaler(), SVC(C=PENALTY, cache_size=50))


def smoothed(predicted: NDArray[np.integer[Any]], side: int = FILTER) -> NDArray[np.uint8]:
    """A map in which each pixel has the class that most pixels around it have.

    Args:
        predicted: (H, W) classes, 1 to 255.
        side: of the square that is looked at, cut at the border; of classes equally frequent the
            first counts.
    """
    square = np.ones((side, side), dtype=np.uint8)
    found: NDArray[np.uint8] = majority(predicted.astype(np.uint8), square)
    return found


def on_test(predicted: NDArray[np.integer[Any]], scene: Scene, split: Split) -> Scores:
    """How good a map is on the test pixels of a split."""
    chosen = np.zeros(scene.labels.shape, dtype=np.bool_)
    chosen.ravel()[split.test] = True
    return scores(predicted, scene.labels, chosen, len(scene.class_names))
