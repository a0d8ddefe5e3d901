"""What DnCNN's training panel needs to know: the pictures that are there, how long a run takes."""

from cnnviz.data.finding import state
from cnnviz.data.table import data_set
from cnnviz.training import recipes, run_files
from cnnviz.training.spec import RunSpec

MODEL = "dncnn"
#: Seconds that a run of a page may take, after which it is stopped and can go on.
LIMIT = run_files.LECTURE.seconds or 0.0
#: Multiply-adds of the forward pass that one thread trains in a second, measured on 7 layers of 32
#: maps and on 17 of 64 alike; forward and backward pass are three times as many.
_PACE = 15e9


def train400_here() -> bool:
    """Whether the paper's training pictures are in the data folders."""
    return state(data_set("train400")).complete


def recipe(data: str) -> RunSpec:
    """What a run on a set of pictures starts from."""
    return recipes.base(MODEL, data)


def expected_seconds(spec: RunSpec) -> float:
    """How long a training will take, roughly: by its multiplications.

    Args:
        spec: with depth, maps, patch and patches given.
    """
    maps, depth = spec.model_args["maps"], spec.model_args["depth"]
    a_pixel = 9 * (2 * maps + (depth - 2) * maps**2)
    pixels = spec.epochs * spec.data_args["patches"] * spec.data_args["patch"] ** 2
    return float(pixels * a_pixel / _PACE)
