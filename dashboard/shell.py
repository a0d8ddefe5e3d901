"""What stands around every page: the language switch, the list of lessons, the machine."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from cnnviz.lessons import LESSONS, Lesson
from cnnviz.text import N_
from dashboard import address, controls, frame, guide, i18n, machine, room_panel, short_links, stage
from dashboard.i18n import _

SIDEBAR = 232  # pixels: as narrow as the longest line in it allows
FOLDER = Path(__file__).with_name("lessons")
HOME = ""
#: Pages that are no lessons, by name: they come after the lessons in the sidebar.
TOOLS = {
    "bugs": N_("Find the bug"), "report": N_("Report"), "runs": N_("Runs"), "data": N_("Data"),
}  # fmt: skip

ASKS = "bugs"  # the one among them whose questions a class answers together


def language_switch() -> None:
    """English | 中文, at the top of every page; the rest of this run is in the chosen one."""
    with st.container(key="language"):
        chosen = controls.segmented(
            _("Language"), i18n.LANGUAGES, key=i18n.PARAMETER, default=i18n.DEFAULT,
            hidden_label=True,
        )  # fmt: skip
    st.session_state[i18n.REMEMBERED] = chosen


def lessons() -> tuple[Lesson, ...]:
    """The lessons that have a page."""
    return tuple(lesson for lesson in LESSONS if page_file(lesson).is_file())


def page_file(lesson: Lesson) -> Path:
    """Where a lesson's page is written."""
    return FOLDER / f"{lesson.name}.py"


def pages(home: Callable[[], None]) -> dict[str, StreamlitPage]:
    """All pages by name: the home page, the lessons, the tools."""
    found = {HOME: st.Page(home, title=_("Overview"), default=True)}
    for lesson in lessons():
        found[lesson.name] = st.Page(page_file(lesson), title=lesson.title, url_path=lesson.name)
    for name, title in TOOLS.items():
        if (file := FOLDER / f"{name}.py").is_file():
            found[name] = st.Page(file, title=_(title), url_path=name)
    return found


def link(page: StreamlitPage, label: str, icon: str | None = None) -> None:
    """A link to a page as the visitor left it; the language is kept also in a new tab."""
    chosen = i18n.language()
    kept = {**address.settings_of(page.url_path), i18n.PARAMETER: chosen}
    if chosen == i18n.DEFAULT:
        del kept[i18n.PARAMETER]
    if (room := room_panel.code()) is not None:
        kept[address.ROOM] = room
    st.page_link(page, label=label, icon=icon, query_params=kept, width="stretch")


def run(page: StreamlitPage, listed: dict[str, StreamlitPage]) -> None:
    """The sidebar's lessons, the page, then what the page has found out about its link.

    A lesson may put its input in the sidebar: it stands between the lessons and the machine.
    """
    is_lesson = page.url_path in {lesson.name for lesson in LESSONS}
    on_stage = is_lesson and stage.is_on()
    with st.sidebar:
        for entry in () if on_stage else listed.values():
            link(entry, entry.title)
    room_panel.take_over(page, listed)
    address.page_begins(page.url_path)
    with st.sidebar:
        guide.choice(page.url_path)
        if room_panel.code() is not None and not on_stage:
            with frame.guard():
                room_panel.present()
    notes = st.empty()
    with frame.guard():
        page.run()
    if on_stage:
        with frame.guard():
            stage.bar()
    with frame.guard():
        guide.panel(page.url_path)
    with notes.container(key="notes"):
        address.show_notes()
    if on_stage:
        return
    with st.sidebar:
        if is_lesson:
            stage.way_in()
        if (is_lesson or page.url_path == ASKS) and room_panel.code() is None:
            room_panel.way_in()
        _machine()


def follow_short_link(listed: dict[str, StreamlitPage]) -> None:
    """Go to what a short link in the address stands for."""
    code = short_links.asked_for()
    if code is None:
        return
    if (found := short_links.found(code)) is None:
        st.warning(_(short_links.UNKNOWN))
    else:
        page, settings = found
        st.switch_page(listed[page], query_params=settings)


def _machine() -> None:
    gpu, threads = machine.gpu_name(), machine.torch_threads()
    lines = [
        _("NVIDIA GPU: {name}").format(name=gpu)
        if gpu
        else _("CPU, cores: {cores}").format(cores=machine.cpu_cores())
    ]
    if threads is not None:
        lines.append(_("torch threads: {threads}").format(threads=threads))
    lines += [f"{name} {number}" for name, number in machine.versions().items()]
    st.divider()
    st.caption("  \n".join(lines))
