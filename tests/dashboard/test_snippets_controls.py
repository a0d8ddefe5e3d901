"""The snippets of HybridSN, DnCNN and DSCMR: each setting in them is a control of the page."""

from pathlib import Path
from string import Formatter

import pytest

from dashboard import snippets
from tests.dashboard.pages import opened

LESSONS = Path(__file__).resolve().parents[2] / "dashboard" / "lessons"
CROP = {
    "photo": "astronaut", "crop": "100.90", "side": "64", "colour": "1", "kind": "poisson",
    "sigma": "40", "noise_seed": "3", "clip": "1", "net": "dncnn_25",
}  # fmt: skip
_QUICK = {
    "split_seed": "5", "seed": "2", "kind_a": "hybridsn_3d", "epochs_quick": "3",
    "batch_quick": "32", "net_window_quick_a": "15", "net_components_quick_a": "10",
    "net_learning_rate_quick_a": "0.001", "net_dropout_quick_a": "0.2", "whiten_a": "0",
    "batch_norm_a": "1", "augment_a": "1", "jitter_a": "1", "balanced_a": "1", "fitted_on_a": "1",
}  # fmt: skip
#: Links with other values than the defaults, by lesson and section; where one value rules another
#: control out, several.
LINKS: dict[tuple[str, str], list[dict[str, str]]] = {
    ("hybridsn", "hero"): [
        {"red_customary": "10", "green_customary": "20", "blue_customary": "30", "stretch": "5",
         "truth": "70"},
        {"view": "cube", "preset": "infrared", "red_infrared": "7"},
        {"view": "band", "band": "12"},
        {"view": "component", "component": "4"},
    ],
    ("hybridsn", "pca"): [{"tab": "pca", "components": "7"}],
    ("hybridsn", "kernels"): [
        {"tab": "kernels", "place": "10.140", "kernel_area": "scene", "kernel_layer": "1",
         "kernel_out": "5"},
    ],
    ("hybridsn", "hand"): [
        {"tab": "dims", "place": "10.140", "hand_band": "5", "hand_kernel": "4"},
    ],
    ("hybridsn", "shape"): [
        {"tab": "dims", "dims": "shape", "flow_window": "21", "flow_components": "20",
         "flow_hybridsn_1": "5", "flow_hybridsn_2": "4", "flow_hybridsn_3": "2"},
        {"tab": "dims", "dims": "shape", "flow_net": "hybridsn_3d", "flow_hybridsn_3d_1": "4",
         "flow_hybridsn_3d_2": "4", "flow_hybridsn_3d_3": "4", "flow_hybridsn_3d_4": "4"},
    ],
    ("hybridsn", "cost"): [
        {"tab": "dims", "dims": "cost", "dims_window": "21", "dims_components": "20",
         "dims_depth": "5", "dims_maps": "16"},
    ],
    ("hybridsn", "trained"): [
        {"tab": "dims", "dims": "trained", "dims_split": "blocks", "dims_seeds": "2"},
    ],
    ("hybridsn", "train"): [
        {"tab": "train", "train_share": "0.05", **_QUICK},
        {"tab": "train", "begin": "paper", "split": "per_class", "train_count": "20",
         "epochs_paper": "7"},
    ],
    ("hybridsn", "numbers"): [
        {"tab": "results", "map": "errors", "map_pixels": "test", "classes": "2.7"},
    ],
    ("hybridsn", "meter"): [
        {"tab": "seen", "leak_random": "20", "leak_window": "13", "leak_seed": "4"},
        {"tab": "seen", "leak_how": "per_class", "leak_per_class": "20", "leak_window": "13"},
    ],
    ("hybridsn", "causes"): [
        {"tab": "differ", "causes": "dropout.order", "cause_runs": "2", "cause_norm": "0"},
    ],
    ("hybridsn", "better"): [
        {"tab": "better", "try": "norm.svm", "better_split": "random", "better_window": "15",
         "better_seeds": "2"},
    ],
    ("dncnn", "hero"): [CROP],
    ("dncnn", "residual"): [{**CROP, "tab": "residual"}],
    ("dncnn", "train"): [
        {"tab": "train", "train_sigma": "blind", "train_patch": "30", "train_patches": "960",
         "train_batch": "32", "train_epochs": "3", "seed": "4", "train_output_a": "picture",
         "train_norm_a": "0", "train_depth_a": "5", "train_maps_a": "16", "train_rate_a": "0.003"},
    ],
    ("dncnn", "layers"): [{**CROP, "tab": "layers", "layer_net": "dncnn_small"}],
    ("dncnn", "levels"): [{"tab": "levels", "level_view": "gain", "sigma": "40"}],
    ("dncnn", "white"): [{**CROP, "tab": "white"}],
    ("dncnn", "classics"): [{**CROP, "tab": "classics", "classics_picture": "stripes"}],
    ("dncnn", "tasks"): [
        {"tab": "tasks", "photo": "astronaut", "crop": "100.90", "side": "64", "colour": "1",
         "task_quality": "30"},
        {"tab": "tasks", "side": "64", "task": "upscale", "task_factor": "2"},
    ],
    ("dncnn", "photo"): [
        {"tab": "photo", "photo_given": "1", "photo_sigma": "12", "photo_place": "100.200"},
    ],
    ("dscmr", "hero"): [{"view": "space", "epoch": "7"}],
    ("dscmr", "losses"): [{"tab": "losses", "loss_alpha": "7", "loss_beta": "2", "loss_j1": "0"}],
    ("dscmr", "ablation"): [{"tab": "ablation", "ablation_seeds": "2"}],
    ("dscmr", "measured"): [{"tab": "measured", "way": "back", "measured_view": "classes"}],
    ("dscmr", "epoch"): [{"tab": "epoch", "epoch_seed": "2"}],
    ("dscmr", "train"): [
        {"tab": "train", "train_scaling_captioned_digits": "standard", "train_batch": "50",
         "train_epochs_captioned_digits": "7", "seed": "3", "train_j1_a": "0",
         "train_alpha_captioned_digits_a": "0.01", "train_beta_captioned_digits_a": "1",
         "train_rate_captioned_digits_a": "0.003"},
    ],
}  # fmt: skip
#: Controls that have another value than the default only where other data or networks are here.
ELSEWHERE = {
    "scene", "pairs", "net", "image", "beside", "level_set", "train_data",
    "train_data_captioned_digits",
}  # fmt: skip


@pytest.mark.parametrize(
    ("lesson", "section", "link"),
    [(lesson, section, link) for (lesson, section), links in LINKS.items() for link in links],
)
def test_each_setting_is_a_control_of_its_page(
    lesson: str, section: str, link: dict[str, str]
) -> None:
    at = opened(LESSONS / f"{lesson}.py", **link)
    assert not at.warning
    found = at.session_state["settings by page"].get("", {})
    # Of some pages the question is the first one, which no link needs.
    assert found | {"tab": ""} == link | {"tab": ""}


@pytest.mark.parametrize("lesson", ["hybridsn", "dncnn", "dscmr"])
def test_no_setting_is_left_out_of_these_links(lesson: str) -> None:
    for name, section in snippets.all_names():
        if name == lesson:
            linked = {key for link in LINKS.get((lesson, section), []) for key in link}
            for key in snippets.keys(lesson, section):
                assert key in linked | ELSEWHERE, (section, key)


def test_no_key_has_a_place_that_is_filled_with_nothing() -> None:
    for lesson, section in snippets.all_names():
        for key in snippets.keys(lesson, section):
            assert not [name for _text, name, *_rest in Formatter().parse(key) if name]
