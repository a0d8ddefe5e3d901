"""The MobileNetV1 lesson by Streamlit's own test runner: what it says, and what a link does."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.data import cifar10
from dashboard import cache
from dashboard.photo_input import Photo

LESSON = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "mobilenet_v1.py"
TABS = ("block", "mix", "hand", "cost", "save", "empty", "train")


def opened(**parameters: str) -> AppTest:
    at = AppTest.from_file(str(LESSON), default_timeout=60)
    for key, text in parameters.items():
        at.query_params[key] = text
    at.run()
    assert not at.exception
    assert not at.error
    return at


def html(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def rows(at: AppTest) -> dict[str, str]:
    """The bars' numbers by name."""
    return dict(re.findall(r"<th scope='row'>([^<]*)</th>.*?class='number'>([^<]*)<", html(at)))


def told(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.markdown, *at.caption))


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_tab_is_complete_at_first_paint(tab: str, lang: str) -> None:
    at = opened(tab=tab, lang=lang)
    assert not at.warning
    assert at.slider(key="block").value == 2
    assert at.title[0].value == "MobileNetV1"
    assert at.expander  # the lesson's text and the code


def test_the_five_likeliest_classes_are_those_of_the_network() -> None:
    photo = cache.bundled_photo("chelsea")
    at = opened(size="32")
    found = cache.prediction("mobilenet_v1", Photo("chelsea", "Cat", photo), 32)
    names = cache.class_names("mobilenet_v1")
    expected = {
        names[number]: f"{100 * share:.0f}\u202f%"
        for number, share in zip(found.classes, found.probabilities, strict=True)
    }
    assert rows(at) == expected
    assert next(iter(rows(at))) == "cat"


def test_turning_the_photo_changes_what_the_network_says() -> None:
    at = opened()
    before = rows(at)
    at.slider(key="turn").set_value(180).run()
    assert rows(at) != before
    assert dict(at.query_params) == {"turn": "180"}
    at.slider(key="turn").set_value(0).run()
    assert rows(at) == before
    assert dict(at.query_params) == {}


@pytest.mark.parametrize("size", ["32", "96"])
def test_the_page_says_what_the_size_means_for_the_prediction(size: str) -> None:
    text = told(opened(size=size))
    assert ("of an upright photo counts" in text) == (size == "32")
    assert ("was trained at 32" in text) == (size == "96")


def test_a_link_opens_all_that_it_says() -> None:
    at = opened(
        photo="rocket", size="48", net="mobilenet_v1_025", block="7", turn="-45", tab="mix",
        mix="5", out="9", parts="3",
    )  # fmt: skip
    assert at.selectbox(key="photo").value == "rocket"
    assert at.selectbox(key="size").value == "48"
    assert at.slider(key="block").value == 7
    assert at.slider(key="turn").value == -45
    assert at.slider(key="mix").value == 5
    assert at.number_input(key="out").value == 9
    assert at.slider(key="parts").value == 3


def test_values_that_a_link_cannot_give_are_the_defaults_with_a_note() -> None:
    home = LESSON.parents[1] / "Home.py"
    at = AppTest.from_file(str(home), default_timeout=60).run()
    target = next(
        link.proto.page_script_hash for link in at.get("page_link")
        if link.proto.label == "MobileNetV1"
    )  # fmt: skip
    at._page_hash = target
    for key, text in {"photo": "nothing", "block": "99", "turn": "x", "size": "33"}.items():
        at.query_params[key] = text
    at.run()
    assert not at.exception
    assert not at.error
    [note] = at.warning
    assert all(key in note.value for key in ("photo", "block", "turn", "size"))
    assert at.selectbox(key="photo").value == "chelsea"
    assert at.slider(key="block").value == 2


@pytest.mark.parametrize("kind", ["stem", "depthwise", "pointwise"])
def test_the_sum_by_hand_is_the_maps_value(kind: str) -> None:
    at = opened(tab="hand", conv=kind, size="32", channel="3", hand="4")
    text = next(m.value for m in at.markdown if m.value.startswith("Sum of"))
    found = re.search(r"Sum of (\d+) products: \*\*(.+?)\*\*.*\*\*(.+?)\*\*", text, re.DOTALL)
    assert found
    count, total, value = found.groups()
    products = {"stem": 27, "depthwise": 9, "pointwise": 128}[kind]
    assert int(count) == products
    numbers = [float(number.replace("\u2212", "-")) for number in (total, value)]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-4, abs=1e-6)


def test_a_pixel_at_the_edge_reads_zeros_and_the_page_says_so() -> None:
    assert "padding" in told(opened(tab="hand", size="32", pixel="0.0"))
    assert "padding" not in told(opened(tab="hand", size="32", pixel="5.5"))


def test_more_kernels_are_empty_the_higher_the_threshold() -> None:
    totals = []
    for percent in ("0", "10", "50", "100"):
        text = next(m.value for m in opened(tab="empty", threshold=percent).markdown
                    if m.value.startswith("In all"))  # fmt: skip
        number, of = map(int, re.findall(r"\d+", text)[:2])
        assert of == 2912
        totals.append(number)
    assert totals[0] < totals[1] < totals[2] < totals[3] == 2912


def test_a_network_whose_weights_are_missing_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path)
    cache.mobilenet_v1.clear()
    at = AppTest.from_file(str(LESSON), default_timeout=60).run()
    cache.mobilenet_v1.clear()
    assert not at.exception
    assert not at.error
    assert any("There is no checkpoint mobilenet_v1" in warning.value for warning in at.warning)


def jpeg(colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((60, 80, 3), colour, np.uint8)).save(file, "JPEG")
    return file.getvalue()


def uploaded(at: AppTest, name: str, content: bytes) -> AppTest:
    kind = f"image/{name.rpartition('.')[2]}"
    at.get("file_uploader")[0].set_value((name, content, kind)).run()
    assert not at.exception
    assert not at.error
    return at


def test_an_own_picture_is_looked_at_and_a_bad_one_leaves_it_there() -> None:
    at = opened(photo="upload", size="32")
    assert "the lesson shows its own" in told(at)
    of_the_cat = rows(at)
    uploaded(at, "red.jpeg", jpeg((255, 0, 0)))
    of_red = rows(at)
    assert of_red != of_the_cat
    assert "the lesson shows its own" not in told(at)
    uploaded(at, "text.png", b"this is no picture")
    assert any("PNG, JPEG or WebP" in warning.value for warning in at.warning)
    assert rows(at) == of_red
    uploaded(at, "green.jpeg", jpeg((0, 255, 0)))
    assert not at.warning
    assert rows(at) != of_red


def test_another_visitor_does_not_see_the_picture() -> None:
    first = uploaded(opened(photo="upload", size="32"), "red.jpeg", jpeg((255, 0, 0)))
    second = opened(photo="upload", size="32")
    assert rows(second) != rows(first)
    assert rows(second) == rows(opened(size="32"))


def test_cifar_images_are_offered_where_the_set_is_there(no_data: Path) -> None:
    assert cifar10.FOLDER not in opened().selectbox(key="photo").options
    colours = np.random.default_rng(0).integers(0, 255, (10, 32, 32, 3), dtype=np.uint8)
    for name, pixels in zip(cifar10.CLASSES, colours, strict=True):
        folder = no_data / cifar10.FOLDER / "test" / name
        folder.mkdir(parents=True)
        Image.fromarray(pixels).save(folder / "0.png")
    cache.pictures._cifar10_test.clear()
    at = opened(photo="cifar10", image="3", size="32")
    cache.pictures._cifar10_test.clear()
    assert "unverified copy" in told(at)
    assert "Its class in CIFAR-10: cat" in told(at)
    assert at.number_input(key="image").value == 3


def test_a_link_to_a_set_that_is_not_here_is_noted(no_data: Path) -> None:
    at = opened(photo="cifar10")
    assert at.selectbox(key="photo").value == "chelsea"
