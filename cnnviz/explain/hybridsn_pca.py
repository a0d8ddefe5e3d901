"""What principal components keep of a scene, and what a classifier can do with so many of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.preprocessing import PrincipalComponents, principal_components
from cnnviz.data.scene import Scene
from cnnviz.data.splits import stratified
from cnnviz.errors import UserError

Array = NDArray[np.float64]

#: Components that are found at most; nobody keeps more.
MOST = 40
#: Numbers of components that a classifier is tried with.
COUNTS = (1, 2, 3, 5, 8, 10, 15, 20, 30, 40)
_SHARE = 0.1  # of each class, to learn from; and as many to be tried on
_TRIED = 1500  # pixels that a classifier learns from at most
_PENALTY = 100.0  # of the support vector machine


@dataclass(frozen=True, slots=True)
class Components:
    """A scene's principal components.

    Attributes:
        fitted: directions, mean and variances; not whitened.
        scores: (H, W, N) float32, the scene along each, in the cube's unit.
        kept: (N + 1,) the share of all bands' variance that the first n keep, 0 to 1.
        error: (N + 1,) root mean square error of the scene rebuilt from the first n, over all
            pixels and bands, in the cube's unit.
        spread: the root mean square deviation of a band from its own mean, in the cube's unit:
            the error of keeping nothing.
    """

    fitted: PrincipalComponents
    scores: NDArray[np.float32]
    kept: Array
    error: Array
    spread: float


@dataclass(frozen=True, slots=True)
class Trial:
    """How well a support vector machine tells single pixels from their components.

    Attributes:
        counts: (n,) numbers of components.
        plain: (n,) share of the validation pixels that are classified rightly, 0 to 1.
        whitened: (n,) the same where each component is scaled to a variance of 1.
        trained, validated: pixels that it learned from, and that it was tried on.
        share: of each class's pixels that it learned from, 0 to 1.
    """

    counts: tuple[int, ...]
    plain: tuple[float, ...]
    whitened: tuple[float, ...]
    trained: int
    validated: int
    share: float


def components(scene: Scene, most: int = MOST) -> Components:
    """Find a scene's principal components, as many as it has, up to ``most``.

    Raises:
        UserError: where the cube has values that are no numbers, or no variance at all.
    """
    height, width, bands = scene.cube.shape
    fitted = _fitted(scene, min(most, bands))
    ratios = fitted.explained_variance_ratio
    kept = np.concatenate([[0.0], np.cumsum(ratios)]).clip(0, 1)
    total = fitted.variance[0] / ratios[0]
    # The variances are taken over n - 1 pixels, a mean square over n.
    pixels = height * width
    mean_square = total / bands * (pixels - 1) / pixels
    error = np.sqrt((1 - kept) * mean_square)
    scores = fitted.apply(scene.cube)
    for array in (scores, kept, error):
        array.setflags(write=False)
    return Components(fitted, scores, kept, error, float(np.sqrt(mean_square)))


def _fitted(scene: Scene, count: int) -> PrincipalComponents:
    try:
        return principal_components(scene.cube, count, "scene", None, whiten=False)
    except UserError as error:
        # Fewer independent bands than that: all that there are.
        most = error.values.get("most")
        if not isinstance(most, int) or not 0 < most < count:
            raise
        return principal_components(scene.cube, most, "scene", None, whiten=False)


def rebuilt(found: Components, row: int, column: int, count: int) -> Array:
    """(B,) a pixel's spectrum, rebuilt from its first ``count`` components; from 0, the mean."""
    scores = found.scores[row, column, :count].astype(np.float64)
    spectrum: Array = found.fitted.mean + scores @ found.fitted.components[:count]
    return spectrum


def trial(scene: Scene, found: Components, counts: Sequence[int] = COUNTS, seed: int = 0) -> Trial:
    """Try a support vector machine on more and more components; a few seconds.

    It sees single pixels, not windows: what a number of components is worth to it need not be
    what it is worth to a network. Learned from, and tried on, are random pixels, the same share of
    each class; the rest of the scene is left alone.

    Raises:
        UserError: where the labels do not suffice for that.
    """
    from sklearn.svm import SVC

    labelled = int(scene.counts.sum())
    share = min(_SHARE, _TRIED / labelled)
    split = stratified(scene.labels, train=share, validation=share, seed=seed, window=1)
    scores = found.scores.reshape(-1, found.scores.shape[2])
    truth = scene.labels.ravel()
    used = tuple(count for count in counts if count <= scores.shape[1])
    scale = np.sqrt(found.fitted.variance).astype(np.float32)

    def right(whiten: bool, count: int) -> float:
        def seen(part: NDArray[np.int64]) -> NDArray[np.float32]:
            values = scores[part, :count]
            return values / scale[:count] if whiten else values / scale[0]

        machine = SVC(C=_PENALTY, cache_size=50).fit(seen(split.train), truth[split.train])
        return float(machine.score(seen(split.validation), truth[split.validation]))

    plain, whitened = (tuple(right(whiten, count) for count in used) for whiten in (False, True))
    sizes = len(split.train), len(split.validation)
    return Trial(used, plain, whitened, *sizes, share)
