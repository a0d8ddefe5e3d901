"""The settings of training runs in words: all of one, or those in which several differ."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.data import table
from cnnviz.errors import UserError
from cnnviz.figures.numbers import percent, whole
from cnnviz.lessons import LESSONS
from cnnviz.text import N_
from dashboard import cache
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.cache import RunSpec

_LONGEST = 60  # characters of a value that nobody has a word for
# What is neither letter nor digit and would be more than itself in Markdown or HTML.
_MARKUP = re.compile(r"[^\w .,+×/:-]")

#: Settings by the field of the spec, in the order in which they are told.
_FIELDS = {
    "model": N_("network"),
    "data": N_("data"),
    "epochs": N_("epochs"),
    "batch_size": N_("batch size"),
    "learning_rate": N_("learning rate"),
    "optimizer": N_("optimiser"),
    "schedule": N_("schedule of the learning rate"),
    "precision": N_("numerical precision"),
    "changes": N_("changes while it went"),
    "images": N_("training images"),
    "size": N_("pixels a side"),
    "validation": N_("validation images"),
    "seed": N_("seed"),
    "split_seed": N_("seed of the split"),
    "augment": N_("augmentation"),
    "mirror": N_("mirrored images"),
    "momentum": N_("momentum"),
    "weight_decay": N_("weight decay"),
    "decay_depthwise": N_("weight decay on depthwise kernels"),
    "init_seed": N_("seed offset of the initial weights"),
    "order_seed": N_("seed offset of the batch order"),
    "weights_from": N_("begins with"),
    "window": N_("window"),
    "components": N_("components"),
    "whiten": N_("whitened"),
    "fitted_on": N_("components fitted on"),
    "split": N_("split"),
    "train_share": N_("training share of each class"),
    "train_per_class": N_("training pixels of each class"),
    "validation_share": N_("validation share of each class"),
    "side": N_("side of the blocks"),
    "turned_apart": N_("each window turned by itself"),
    "jitter": N_("spectral jitter"),
    "permute": N_("seed of the order of the components"),
    "balanced": N_("balanced loss"),
    "label_smoothing": N_("label smoothing"),
    "labels": N_("ground truth"),
    "sigma": N_("noise σ"),
    "blind": N_("every noise level up to σ"),
    "general": N_("JPEG and up-scaling, too"),
    "patch": N_("side of a patch"),
    "patches": N_("patches an epoch"),
    "discriminate": N_("with J1"),
    "weight_j2": N_("weight α of J2"),
    "weight_j3": N_("weight β of J3"),
    "scaling": N_("scaling of the features"),
    "held_out": N_("pairs held out"),
}
#: The weights of losses, whose codes mean other things in other networks.
_WEIGHTS = {"alpha": "weight_j2", "beta": "weight_j3"}
_FIRST = ("model", "data")  # then the network's own, then the others
#: Constructor arguments that have a word; any other is called by its own name.
_ARGUMENTS = {
    "alpha": N_("width α"),
    "separable": N_("convolution"),
    "kernel_size": N_("kernel size"),
    "stem_channels": N_("channels of the stem"),
    "stem_stride": N_("stride of the stem"),
    "blocks": N_("blocks (channels/stride)"),
    "dropout": N_("dropout"),
    "batch_norm": N_("batch norm"),
    "se": N_("squeeze and excitation"),
    "residual": N_("residual 3-D"),
    "dilation": N_("dilation"),
    "output": N_("output"),
    "depth": N_("layers"),
    "maps": N_("maps"),
    "expansion": N_("expansion t"),
    "linear": N_("bottleneck"),
    "shortcut": N_("shortcuts"),
    "stages": N_("stages (t, channels, repeats, stride)"),
    "last_channels": N_("channels of the last convolution"),
    "variant": N_("variant"),
    "width": N_("factor of all widths"),
    "residual_stages": N_("stages (channels, blocks, stride)"),
    "reduction": N_("reduction r of SE"),
    "single": N_("one fully connected layer in SE"),
    "position": N_("place of SE"),
    "gate": N_("gate"),
    "squeeze": N_("squeeze"),
    "hidden": N_("units of a branch"),
    "common": N_("dimensions of the common space"),
}
#: Values that have a word, or are written otherwise than in the code.
_VALUES = {
    "sgd": "SGD", "adam": "Adam", "one_cycle": N_("one cycle"), "constant": N_("constant"),
    "random": N_("random"), "per_class": N_("random, the same number of each class"),
    "blocks": N_("blocks with a guard band"), "scene": N_("the whole scene"),
    "training": N_("training pixels"), "bottleneck": N_("between bottlenecks"),
    "expansion": N_("between expansions"), "none": N_("none"), "paper": N_("the paper’s"),
    "course": N_("the course’s"), "standard": N_("standard"), "pre": N_("PRE"),
    "post": N_("POST"), "identity": N_("identity"), "after_addition": N_("after the addition"),
    "relu": "ReLU", "average": N_("average"), "max": N_("maximum"),
    "root": N_("standard, of square roots"),
}  # fmt: skip
#: What stands for an argument that a spec does not give, where another gives it.
_USUAL: dict[str, Any] = {
    "alpha": 1.0, "separable": True, "kernel_size": 3, "stem_stride": 1, "batch_norm": False,
    "se": False, "residual": False, "dilation": 1, "expansion": 6, "linear": True,
    "shortcut": "bottleneck", "last_channels": 1280, "variant": "paper",
}  # fmt: skip
#: The same by network, where arguments of one name mean other things in other networks; whether
#: DnCNN is ``residual`` is told by its output.
_USUAL_OF: dict[str, dict[str, Any]] = {
    "dncnn": {
        "depth": 17, "maps": 64, "output": True, "batch_norm": True, "sigma": 25.0,
        "blind": False, "general": False, "patch": 40, "patches": 12_800,
    },
    "senet": {
        "width": 1.0, "reduction": 16, "single": False, "position": "standard", "gate": "sigmoid",
        "squeeze": "average",
    },
    "dscmr": {
        "hidden": 1024, "common": 512, "discriminate": True, "weight_j2": 1e-3, "weight_j3": 1e-1,
        "scaling": "none", "held_out": 200,
    },
}  # fmt: skip


def settings(spec: "RunSpec") -> dict[str, str]:
    """All settings of a run by their names, written; both translated. Plain text."""
    return {_setting(code): _written(code, value) for code, value in _plain(spec).items()}


def differences(specs: "Sequence[RunSpec]") -> list[tuple[str, tuple[str, ...]]]:
    """The settings that are not equal in all: the name, and what each spec has, written."""
    plain = [_plain(spec) for spec in specs]
    order = dict.fromkeys([*_FIRST, *_ARGUMENTS, *(code for each in plain for code in each)])
    rows = []
    for code in order:
        values = [each.get(code, _USUAL.get(code)) for each in plain]
        if any(value != values[0] for value in values):
            rows.append((_setting(code), tuple(_written(code, value) for value in values)))
    return rows


def changed(spec: "RunSpec") -> dict[str, str]:
    """The settings in which a run differs from its network's recipe for the data, written."""
    try:
        recipe = cache.recipe(spec.model, spec.data)
    except UserError:
        return {}
    return {called: mine for called, (_usual, mine) in differences([recipe, spec])}


def model_title(model: str) -> str:
    """A network's name, as its lesson has it."""
    counterparts = {"hybridsn_2d": _("HybridSN, 2-D only"), "hybridsn_3d": _("HybridSN, 3-D only")}
    if model in counterparts:
        return counterparts[model]
    return next((each.title for each in LESSONS if each.name == model), bare(model))


def data_title(data: str) -> str:
    """A data set's name."""
    if data == "digits":
        return _("digits")
    if data == "synthetic_scene":
        return _("Generated scene")
    if data == "bundled":
        return _("Bundled photos")
    if data == "captioned_digits":
        return _("Captioned digits")
    return next((row.title for row in table.DATASETS if row.name == data), bare(Path(data).name))


def bare(text: str) -> str:
    """A name that comes from a file, without what would be more than a name on a page."""
    return _MARKUP.sub(" ", text)[:_LONGEST]


def _plain(spec: "RunSpec") -> dict[str, Any]:
    """All settings by their names in the code: what is trained, then the network's, then how."""
    own = spec.to_json()
    first = {code: own.pop(code) for code in _FIRST}
    arguments, data = own.pop("model_args"), own.pop("data_args", {})
    if spec.model == "dncnn" and "residual" in arguments:
        arguments["output"] = arguments.pop("residual")
    if spec.model == "senet" and "stages" in arguments:
        arguments["residual_stages"] = arguments.pop("stages")
    if spec.model == "dscmr":
        data = {_WEIGHTS.get(code, code): value for code, value in data.items()}
    return {**first, **_USUAL_OF.get(spec.model, {}), **arguments, **data, **own}


def _setting(code: str) -> str:
    return _(_FIELDS.get(code) or _ARGUMENTS.get(code) or bare(code))


def _written(code: str, value: Any) -> str:
    """A setting's value as it is read."""
    if value is None:
        return _("default")
    if code == "model":
        return model_title(value)
    if code == "data":
        return data_title(value)
    if code == "separable":
        return _("separable") if value else _("standard")
    if code == "linear":
        return _("linear") if value else "ReLU6"
    if code == "output":
        return _("noise") if value else _("picture")
    if code == "reduction" and value == 0:
        return _("no SE")
    if code == "images" and value == 0:
        return _("all of them")
    if code == "weights_from" and not value:
        return _("random weights")
    if code in ("train_share", "validation_share"):
        return percent(value, 0 if value >= 0.01 else 1)
    if code == "kernel_size" and isinstance(value, int):
        return f"{value} × {value}"
    if code == "changes":
        return _changes(value)
    if code == "blocks":
        return _blocks(value)
    return _generic(value)


def _changes(changes: Sequence[tuple[int, str, float | bool]]) -> str:
    text = _("{setting} {value} from step {step}")
    told = (
        text.format(
            setting=_setting(_WEIGHTS.get(code, code)), value=_generic(value), step=whole(step)
        )
        for step, code, value in changes
    )
    return _(", ").join(told) or _("none")


def _blocks(blocks: Any) -> str:
    try:
        return ", ".join(f"{c}/{stride}" if stride != 1 else f"{c}" for c, stride in blocks)
    except (TypeError, ValueError):
        return _generic(blocks)


def _generic(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return whole(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str) and value in _VALUES:
        return _(_VALUES[value])
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
