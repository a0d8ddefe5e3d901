"""The captioned digits: the same everywhere, no leak, and neither too easy nor too hard."""

import dataclasses
import hashlib
import re

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from cnnviz.data import load_images
from cnnviz.data.caption_grammar import Caption, write_captions
from cnnviz.data.caption_phrases import DEAL, KINDS, WORDLESS, WORDS
from cnnviz.data.captioned_digits import captioned_digits, train_test, vectorize
from cnnviz.data.pairs import PairedSet
from cnnviz.errors import UserError

CAPTIONS = "14a107bf3df621815ec7ade8a5128403385b145ea5fdf09c10287804b7821433"
NAMES_A_DIGIT = re.compile(rf"[0-9]|\b({'|'.join(WORDS)})\b")


@pytest.fixture(scope="module")
def pairs() -> PairedSet:
    return captioned_digits()


@pytest.fixture(scope="module")
def written() -> tuple[Caption, ...]:
    bunch = load_digits()
    return write_captions(bunch.images.astype(np.int64), bunch.target, 0)


@pytest.fixture(scope="module")
def right(pairs: PairedSet) -> NDArray[np.bool_]:
    """Which test captions a linear classifier puts into the right class."""
    training, _, test = train_test(pairs)
    model = LogisticRegression(max_iter=500).fit(training.texts, training.labels)
    correct: NDArray[np.bool_] = model.predict(test.texts) == test.labels
    return correct


def wordless(captions: tuple[str, ...] | None) -> NDArray[np.bool_]:
    return np.array([not NAMES_A_DIGIT.search(caption) for caption in captions or ()])


# What it is


def test_the_pairs_are_the_real_digits_with_a_caption_each(pairs: PairedSet) -> None:
    bunch = load_digits()
    assert pairs.vocabulary is not None
    assert pairs.captions is not None
    assert len(pairs) == len(pairs.captions) == 1797
    assert (pairs.images.dtype, pairs.texts.dtype) == (np.float32, np.float32)
    np.testing.assert_array_equal(pairs.images * 16, bunch.data)
    np.testing.assert_array_equal(pairs.labels, bunch.target)
    assert pairs.texts.shape == (1797, len(pairs.vocabulary))
    assert pairs.class_names == tuple("0123456789")
    assert "generated captions" in pairs.source


def test_the_captions_are_the_same_on_every_machine(pairs: PairedSet) -> None:
    assert pairs.captions is not None
    assert hashlib.sha256("\n".join(pairs.captions).encode()).hexdigest() == CAPTIONS


def test_another_seed_writes_other_captions_for_the_same_pictures(pairs: PairedSet) -> None:
    other = captioned_digits(1)
    assert pairs.captions != other.captions
    np.testing.assert_array_equal(pairs.images, other.images)


def test_a_negative_seed_is_said() -> None:
    with pytest.raises(UserError, match="A seed must be 0 or more, not -1"):
        captioned_digits(-1)


# Captions


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_third_of_the_captions_has_no_digits_word_or_numeral(seed: int) -> None:
    pairs = captioned_digits(seed)
    assert 0.30 < wordless(pairs.captions).mean() < 0.36
    assert len(set(pairs.captions or ())) > 300
    assert 100 < len(pairs.vocabulary or ()) < 400


def test_the_kinds_that_promise_it_have_no_digits_word(written: tuple[Caption, ...]) -> None:
    for caption in written:
        assert bool(NAMES_A_DIGIT.search(caption.text)) == (caption.kind not in WORDLESS)


def test_every_class_has_captions_of_each_kind_in_the_same_shares(
    pairs: PairedSet, written: tuple[Caption, ...]
) -> None:
    kinds = np.array([caption.kind for caption in written])
    sizes = np.bincount(pairs.labels)
    for kind in KINDS:
        counts = np.bincount(pairs.labels[kinds == kind], minlength=10)
        assert counts.min() >= 15
        # A class of 174 to 183 has five to six whole packs of 30, and a rest.
        assert np.abs(counts - sizes * DEAL[kind] / 30).max() <= 3


def test_named_captions_say_their_own_digit_and_denied_ones_another(
    pairs: PairedSet, written: tuple[Caption, ...]
) -> None:
    for caption, digit in zip(written, pairs.labels, strict=True):
        said = {
            int(found[0]) if found[0].isdigit() else WORDS.index(found[0])
            for found in NAMES_A_DIGIT.finditer(caption.text)
        }
        if caption.kind == "named":
            assert said == {digit}
        if caption.kind == "denied":
            assert said - {digit}


def test_articles_fit_and_no_place_is_left_open(written: tuple[Caption, ...]) -> None:
    texts = "\n".join(caption.text for caption in written)
    assert not re.search(r"[{}]|  | ,", texts)
    assert not re.search(r"\ba (eight|8|un(?!i)|o(?!ne)|a|e|i|hour)", texts)
    assert not re.search(r"\ban ([bcdfgjklmnpqrstvwxyz0-79]|one\b|uni|h(?!our))", texts)
    assert re.search(r"\ban 8", texts)
    assert re.search(r"\ban hourglass", texts)
    assert re.search(r"\ba one\b", texts)


def test_remarks_on_pen_and_slant_are_true_of_the_picture() -> None:
    """Drawn by hand: a thick bar that leans to the right, and its mirror image in thin ink."""
    right = np.zeros((8, 8), np.int64)
    for row in range(8):
        right[row, (7 - row) // 2 + 2 : (7 - row) // 2 + 5] = 16
    left = right[:, ::-1] // 4
    labels = np.ones(300, dtype=np.int64)
    for picture, slant, pens in (
        (right, "to the right", ("bold pen", "thick ink", "heavy hand")),
        (left, "to the left", ("fine pen", "thin ink", "light hand")),
    ):
        texts = [caption.text for caption in write_captions(np.stack([picture] * 300), labels, 0)]
        remarks = [text for text in texts if re.search(r"(leaning|slanting) to", text)]
        assert len(remarks) > 20
        assert all(text.endswith(slant) for text in remarks)
        remarks = [
            text for text in texts if re.search(r"(pen|(thin|thick) ink|y hand|t hand)$", text)
        ]
        assert len(remarks) > 20
        assert all(text.endswith(pens) for text in remarks)


# How hard it is


def test_a_linear_classifier_tells_most_captions_but_not_all(right: NDArray[np.bool_]) -> None:
    assert 0.80 < right.mean() < 0.95


def test_captions_without_a_digits_word_are_harder_but_can_be_told(
    pairs: PairedSet, right: NDArray[np.bool_]
) -> None:
    without = wordless(train_test(pairs)[2].captions)
    assert 0.4 < right[without].mean() < right[~without].mean() - 0.03


# Parts


def test_the_parts_have_every_pair_once_and_keep_the_class_shares(pairs: PairedSet) -> None:
    numbered = dataclasses.replace(pairs, captions=tuple(str(index) for index in range(1797)))
    parts = train_test(numbered)
    assert [len(part) for part in parts] == [1197, 100, 500]
    assert sorted(int(name) for part in parts for name in part.captions or ()) == list(range(1797))
    whole = np.bincount(pairs.labels) / 1797
    for part in parts:
        assert np.abs(np.bincount(part.labels) / len(part) - whole).max() < 0.01


def test_the_test_pictures_are_those_of_the_other_lessons(pairs: PairedSet) -> None:
    test = train_test(pairs)[2]
    assert test.pixels is not None
    other = load_images("digits", "test")
    np.testing.assert_array_equal(test.pixels, other.images[..., 0])
    np.testing.assert_array_equal(test.labels, other.labels)


def test_only_the_whole_set_can_be_divided(pairs: PairedSet) -> None:
    with pytest.raises(ValueError, match="1797 pairs, not 500"):
        train_test(train_test(pairs)[2])


def test_taking_keeps_image_text_and_caption_together(pairs: PairedSet) -> None:
    few = pairs.take(np.array([7, 3]))
    assert few.captions == (pairs.captions or ())[7:2:-4]
    assert few.pixels is not None
    for row, index in enumerate((7, 3)):
        np.testing.assert_array_equal(few.texts[row], vectorize((few.captions or ())[row], pairs))
        np.testing.assert_array_equal(
            few.pixels[row], np.rint(pairs.images[index].reshape(8, 8) * 255)
        )
    bare = dataclasses.replace(pairs, captions=None, pixels=None).take(np.array([7]))
    assert (len(bare), bare.captions, bare.pixels) == (1, None, None)


# TF-IDF


@pytest.mark.parametrize("fit_on", ["training", "all"])
def test_texts_are_scikit_learns_tf_idf_fitted_on_the_part_that_is_said(fit_on: str) -> None:
    pairs = captioned_digits(fit_on=fit_on)  # type: ignore[arg-type]
    fitted = pairs if fit_on == "all" else train_test(pairs)[0]
    reference = TfidfVectorizer(token_pattern=r"[a-z]{2,}|[0-9]+", min_df=2).fit(fitted.captions)
    assert pairs.vocabulary == tuple(reference.get_feature_names_out())
    np.testing.assert_allclose(
        pairs.texts, reference.transform(pairs.captions).toarray(), atol=1e-6
    )
    assert fit_on in pairs.source


@pytest.mark.parametrize("seed", range(4))
def test_every_caption_has_features_of_length_one(seed: int) -> None:
    lengths = np.linalg.norm(captioned_digits(seed).texts, axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-5)


def test_a_typed_caption_becomes_a_query(pairs: PairedSet) -> None:
    test = train_test(pairs)[2]
    best = test.labels[(test.texts @ vectorize("The legs of a SPIDER!", test)).argmax()]
    assert best == 8
    np.testing.assert_array_equal(
        vectorize("a xylophone, half of eighteen", pairs), vectorize("half of eighteen", pairs)
    )


@pytest.mark.parametrize("caption", ["", "a", "xylophone", "数字七", "12345"])
def test_a_caption_without_a_known_word_is_said(caption: str, pairs: PairedSet) -> None:
    with pytest.raises(UserError, match="None of these words is in the set's captions"):
        vectorize(caption, pairs)


def test_a_set_without_words_takes_no_typed_caption(pairs: PairedSet) -> None:
    features = dataclasses.replace(pairs, captions=None, vocabulary=None, idf=None)
    with pytest.raises(UserError, match="text features without their words"):
        vectorize("seven", features)
