"""The frame of a lesson: errors in one sentence, code as written, numbers with their place."""

import inspect
import logging
import re
import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.lessons import LESSONS
from dashboard import frame

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def opened(page: object, *, unfolded: str | None = None, **parameters: str) -> AppTest:
    """The page, with the fold of this key open."""
    at = AppTest.from_function(page, default_timeout=10)
    if unfolded is not None:
        at.session_state[unfolded] = True
    for key, text in parameters.items():
        at.query_params[key] = text
    at.run()
    assert not at.exception
    return at


def mistaken() -> None:
    import streamlit as st

    from cnnviz.errors import UserError
    from dashboard import frame

    with frame.guard():
        raise UserError("A split is train or test, not {split}.", split="both")
    st.write("goes on")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_users_mistake_is_one_sentence_and_the_page_goes_on(lang: str) -> None:
    at = opened(mistaken, lang=lang)
    [warning] = at.warning
    assert "both" in warning.value
    assert ("A split is" in warning.value) == (lang == "en")
    assert [text.value for text in at.markdown] == ["goes on"]
    assert not at.error


def broken() -> None:
    import streamlit as st

    from dashboard import frame

    @st.fragment
    @frame.guard()
    def part() -> None:
        _ = {}["secret place"]

    part()
    with frame.guard():
        _ = {}["secret place"]
    st.write("goes on")


def test_an_unexpected_error_shows_an_id_that_the_log_explains(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, logger="dashboard"):
        at = opened(broken)
    ids = [re.search(r"id ([0-9a-f]{8})", error.value) for error in at.error]
    assert [found is not None for found in ids] == [True, True]
    logged = {record.getMessage(): record.exc_info for record in caplog.records}
    for found in ids:
        assert found is not None
        _kind, error, traceback = logged[f"log id {found[1]}"]  # type: ignore[misc]
        assert isinstance(error, KeyError)
        assert traceback is not None
    assert [text.value for text in at.markdown] == ["goes on"]


def test_an_unexpected_error_tells_the_page_nothing_about_the_code() -> None:
    at = opened(broken)
    told = " ".join(element.value for element in (*at.error, *at.markdown, *at.warning))
    assert "KeyError" not in told
    assert "secret place" not in told
    assert "Traceback" not in told


def test_stopping_a_page_is_not_an_error() -> None:
    def stopped() -> None:
        import streamlit as st

        from dashboard import frame

        with frame.guard():
            st.write("before")
            st.stop()
        st.write("after")

    at = opened(stopped)
    assert not at.error
    assert [text.value for text in at.markdown] == ["before"]


def test_the_code_panel_shows_the_source_and_where_it_is() -> None:
    def paged() -> None:
        from cnnviz.checkpoints import names
        from dashboard import frame
        from dashboard.i18n import split_sections

        frame.code_panel(names, split_sections)

    from cnnviz.checkpoints import names
    from dashboard.i18n import split_sections

    closed = opened(paged)
    assert closed.expander[0].label == "Code"
    assert not closed.code
    at = opened(paged, unfolded="code")
    assert [code.value for code in at.code] == [
        inspect.getsource(names).rstrip(),
        inspect.getsource(split_sections).rstrip(),
    ]
    line = inspect.getsourcelines(names)[1]
    assert at.caption[0].value == f"`cnnviz/checkpoints.py`, line {line}"


def test_the_code_panel_looks_through_decorators_to_the_function_itself() -> None:
    def paged() -> None:
        from dashboard import frame, machine

        frame.code_panel(machine.versions)

    at = opened(paged, unfolded="code")
    assert "def versions()" in at.code[0].value
    assert at.caption[0].value.startswith("`dashboard/machine.py`")


def test_a_lesson_begins_with_its_name_and_its_finding() -> None:
    def paged() -> None:
        import streamlit as st

        from cnnviz.lessons import LESSONS
        from dashboard import frame

        with frame.lesson(LESSONS[0].name) as lesson:
            st.write(lesson.name)
            raise RuntimeError
        st.write("goes on")

    at = opened(paged)
    assert at.title[0].value == LESSONS[0].title
    assert [text.value for text in at.markdown] == [LESSONS[0].finding, LESSONS[0].name, "goes on"]
    assert len(at.error) == 1


def cited() -> None:
    from cnnviz.papers import MOBILENET_V1, Published
    from dashboard import frame

    frame.cite(
        Published(71.7, "%", MOBILENET_V1, "table 4"),
        Published(4866, "M", MOBILENET_V1, "table 4"),
        Published(94.86, "%", MOBILENET_V1, "table 2"),
    )
    frame.sources(MOBILENET_V1)
    frame.local_note("12 ms")


def test_a_citation_names_paper_and_place_once() -> None:
    at = opened(cited)
    link = "[Howard et al. 2017](https://arxiv.org/abs/1704.04861)"
    assert at.caption[0].value == f"{link}, table 4, table 2"
    assert opened(cited, lang="zh").caption[0].value == f"{link}, 表 4, 表 2"


def cited_from_a_supplement() -> None:
    from cnnviz.papers import HYBRIDSN, Published
    from dashboard import frame

    frame.cite(Published(94.9, "%", HYBRIDSN, "supplement, table 9"))


@pytest.mark.parametrize(
    ("lang", "place"), [("en", "supplement, table 9"), ("zh", "补充材料，表 9")]
)
def test_a_place_of_several_parts_is_translated_part_by_part(lang: str, place: str) -> None:
    text = opened(cited_from_a_supplement, lang=lang).caption[0].value
    assert text.endswith(f"), {place}")


def test_sources_give_authors_year_title_and_link() -> None:
    [source] = (text.value for text in opened(cited).markdown)
    assert source.startswith("- Howard et al. (2017). [MobileNets: Efficient")
    assert "(https://arxiv.org/abs/1704.04861)" in source


def test_streamlit_shows_no_stack_traces_and_collects_no_garbage_after_reruns() -> None:
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["runner"]["postScriptGC"] is False
    assert CONFIG["browser"]["gatherUsageStats"] is False


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, as WCAG 2 defines it."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("background", ["backgroundColor", "secondaryBackgroundColor"])
@pytest.mark.parametrize(
    ("colour", "least"), [("textColor", 13.0), ("linkColor", 4.5), ("primaryColor", 4.5)]
)
def test_text_and_accents_stand_out_from_both_backgrounds(
    theme: str, background: str, colour: str, least: float
) -> None:
    colours = CONFIG["theme"][theme]
    assert contrast(colours[colour], colours[background]) >= least


def test_the_style_is_one_file_that_the_frame_knows() -> None:
    assert frame.STYLE.is_file()
    text = re.sub(r"/\*.*?\*/", "", frame.STYLE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert text.count("{") == text.count("}") > 0
    assert "http" not in text  # a lecture hall may have no network


def test_a_lessons_text_and_code_are_there_once_they_are_unfolded() -> None:
    def paged() -> None:
        from dashboard import frame

        frame.folded("home", "lecture", "cnnviz.checkpoints:names")

    assert not opened(paged).code
    assert not opened(paged).markdown
    text = opened(paged, unfolded="text: lecture")
    assert "A link is a picture" in text.markdown[0].value
    assert not text.code
    code = opened(paged, unfolded="code: lecture")
    assert "def names()" in code.code[0].value
    assert not code.markdown
