"""The snippets: each runs by itself and ends with its picture; the page's values are in it."""

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from cnnviz.errors import UserError
from cnnviz.lessons import LESSONS
from cnnviz.training import recipes
from dashboard import snippets

ALL = list(snippets.all_names())
#: What makes the long ones short: settings of a training, by (lesson, section).
SHORT: dict[tuple[str, str], dict[str, str]] = {
    ("mobilenet_v1", "train"): {"epochs_digits": "1"},
    ("mobilenet_v2", "train"): {"epochs_digits": "1"},
    ("mobilenet_v2", "ablations"): {"ablation_seeds": "1"},
    ("senet", "train"): {"epochs_digits": "1"},
    ("hybridsn", "train"): {"epochs_quick": "1", "kind_a": "hybridsn_2d"},
    ("hybridsn", "trained"): {"dims_seeds": "1"},
    ("hybridsn", "causes"): {"causes": "dropout.order", "cause_runs": "2", "cause_norm": "0"},
    ("hybridsn", "better"): {"try": "majority.svm", "better_seeds": "1"},
    ("dncnn", "layers"): {"side": "64"},
    ("dncnn", "white"): {"side": "64"},
    ("dncnn", "classics"): {"side": "64"},
    ("dncnn", "tasks"): {"side": "64"},
    ("dncnn", "train"): {"train_epochs": "1", "train_patches": "160", "train_maps": "8"},
    ("dscmr", "train"): {"train_epochs_captioned_digits": "1"},
    ("dscmr", "ablation"): {"ablation_seeds": "1"},
}
#: The same for what is no setting of the page: values of names in the snippet.
CUT: dict[tuple[str, str], dict[str, str]] = {
    ("hybridsn", "trained"): {"epochs": "1", "networks": '("hybridsn_2d",)'},
    ("hybridsn", "pair"): {"epochs": "1"},
    ("hybridsn", "tests"): {"count": "2"},
    ("hybridsn", "causes"): {"epochs": "1", "tests": "2"},
    ("hybridsn", "better"): {"epochs": "1"},
    ("dscmr", "ablation"): {"epochs": "1"},
}
#: Recipes of which a snippet sets no epochs.
LONG = (("mobilenet_v2", "digits"),)


def run(code: str) -> dict[str, Any]:
    """What a snippet leaves; skips where its data is not here."""
    left: dict[str, Any] = {"__name__": "snippet"}
    try:
        exec(compile(code, "snippet", "exec"), left)
    except UserError as error:
        if "is not here" in str(error):
            pytest.skip(str(error))
        raise
    return left


@pytest.mark.parametrize(("lesson", "section"), ALL)
def test_a_snippet_runs_and_ends_with_its_picture(
    lesson: str, section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in LONG:
        monkeypatch.setitem(recipes.BASES, each, replace(recipes.BASES[each], epochs=1))
    code = snippets.present(lesson, section, SHORT.get((lesson, section), {}))
    assert code is not None
    for name, value in CUT.get((lesson, section), {}).items():
        code, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", code)
        assert count == 1
    figure = run(code)["figure"]
    assert isinstance(figure, go.Figure)
    assert len(figure.data) > 0
    last = ast.parse(code).body[-1]
    assert isinstance(last, ast.Expr)
    assert ast.unparse(last) == "figure", "what a notebook shows"


def test_every_snippet_belongs_to_a_lesson() -> None:
    assert {lesson for lesson, _section in ALL} <= {lesson.name for lesson in LESSONS}


def test_values_of_the_page_take_the_place_of_the_defaults() -> None:
    settings = {"step": "4", "photo": "horse", "net": "mobilenet_v1_050", "other": "1"}
    code = snippets.present("mobilenet_v1", "block", settings)
    assert code is not None
    assert "\nblock = 4\n" in code
    assert '\nphoto = "horse"\n' in code
    assert '\nnetwork = "mobilenet_v1_050"\n' in code
    assert "# page:" not in code
    assert run(code)["maps"].maps.shape[0] == 128


def test_what_cannot_be_read_has_its_default_and_no_text_leaves_its_quotes() -> None:
    hostile = 'a"\nraise SystemExit\n#'
    code = snippets.present("mobilenet_v1", "block", {"step": "many", "photo": hostile})
    assert code is not None
    assert "\nblock = 2\n" in code
    assigned = [n for n in ast.parse(code).body if isinstance(n, ast.Assign)]
    values = {ast.unparse(n.targets[0]): n.value for n in assigned}
    assert ast.literal_eval(values["photo"]) == hostile


def test_keys_and_defaults_can_follow_another_setting() -> None:
    code = snippets.present("dscmr", "train", {"pairs": "wikipedia"})
    assert code is not None
    assert '\ndata = "wikipedia"\n' in code
    link = {"pairs": "wikipedia", "train_data_wikipedia": "captioned_digits"}
    epochs = {"train_epochs_wikipedia": "3", "train_epochs_captioned_digits": "7"}
    code = snippets.present("dscmr", "train", link | epochs)
    assert code is not None
    assert '\ndata = "captioned_digits"\n' in code
    assert "\nepochs = 7\n" in code
    assert "train_rate_captioned_digits_a" in snippets.keys("dscmr", "train")


def test_a_photo_of_the_visitors_own_is_a_file_to_put_there() -> None:
    code = snippets.present("mobilenet_v1", "block", {"photo": "upload"})
    assert code is not None
    assert f'photo = "{snippets.OWN_PHOTO}"' in code
    with pytest.raises(UserError, match=snippets.OWN_PHOTO):
        run(code)


def test_there_is_none_of_a_section_without_one(tmp_path: Path) -> None:
    assert snippets.present("mobilenet_v1", "no_such_section", {}) is None
