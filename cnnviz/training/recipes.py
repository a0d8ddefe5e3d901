"""The recipes of the shipped checkpoints, as plain data, and the settings other runs start from."""

from cnnviz.errors import UserError
from cnnviz.training.spec import RunSpec

#: What ``train MODEL --data DATA`` starts from.
BASES = {
    ("mobilenet_v1", "cifar10"): RunSpec(
        model="mobilenet_v1", data="cifar10", epochs=30, learning_rate=0.2
    ),
    ("mobilenet_v1", "digits"): RunSpec(
        model="mobilenet_v1",
        data="digits",
        # Two strides of two: the digits are 8 pixels a side.
        model_args={
            "stem_channels": 16,
            "blocks": ((32, 1), (64, 2), (64, 1), (128, 2), (128, 1)),
        },
        epochs=12,
        batch_size=32,
        mirror=False,
        validation=297,
    ),
}


def base(model: str, data: str) -> RunSpec:
    """The settings a run starts from.

    Raises:
        UserError: where there is no recipe for the pair.
    """
    if (model, data) not in BASES:
        raise UserError(
            "There is no recipe to train {model} on {data}. There are: {pairs}.",
            model=model,
            data=data,
            pairs=", ".join(f"{m} on {d}" for m, d in BASES),
        )
    return BASES[model, data]
