"""What every lesson shares: its head, its error messages, its code panels and its citations."""

import inspect
import logging
import secrets
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import streamlit as st
from streamlit.errors import FragmentHandledException

from cnnviz.errors import UserError
from cnnviz.lessons import LESSONS, Lesson
from cnnviz.papers import Paper, Published
from dashboard import address, snippets
from dashboard.components.bars import STYLE as BARS_STYLE
from dashboard.components.keep import keep
from dashboard.i18n import _, lesson_heading, lesson_text, translate_error

ROOT = Path(__file__).resolve().parents[1]
STYLE = Path(__file__).with_name("frame.css")

#: For every ``st.plotly_chart``: the plot itself, without a row of buttons over it.
PLOT = {"displayModeBar": False}

_log = logging.getLogger("dashboard")


def style() -> None:
    """The one place that changes how Streamlit lays out a page."""
    st.html(STYLE)
    st.html(BARS_STYLE)


@contextmanager
def lesson(name: str) -> Iterator[Lesson]:
    """A lesson's page: the network's name, what it found out, and then the lesson, guarded.

    Args:
        name: of the lesson in ``cnnviz.lessons``.
    """
    found = next(lesson for lesson in LESSONS if lesson.name == name)
    st.title(found.title, anchor=False)
    st.markdown(_(found.finding))
    with guard():
        yield found


@contextmanager
def guard() -> Iterator[None]:
    """What goes wrong inside is said in one sentence, and the page goes on after it.

    A ``UserError`` is its own sentence; anything else is logged with its traceback under an id,
    and the page shows the id. Also a decorator; a fragment needs one of its own.
    """
    try:
        yield
    except UserError as error:
        st.warning(translate_error(error))
    except FragmentHandledException:
        return  # shown where it happened
    except Exception:
        log_id = secrets.token_hex(4)
        _log.exception("log id %s", log_id)
        text = _("Something went wrong here. The server's log tells more under the id {log_id}.")
        st.error(text.format(log_id=log_id))


def code_panel(*functions: Callable[..., Any] | str, key: str = "code") -> None:
    """The source of the functions that computed the picture above, folded away.

    Stands outside the fragment that it explains, or it travels with every picture.

    Args:
        functions: themselves, or where they are, as in ``"cnnviz.explain.filters:share_dead"``:
            a page does not import what needs torch.
        key: tells it from other panels of the page.
    """
    with unfolded(_("Code"), key) as opened:
        if not opened:
            return
        for named in functions:
            function = resolve_name(named) if isinstance(named, str) else named
            path, line, source = source_of(inspect.unwrap(function))
            st.caption(_("{path}, line {line}").format(path=f"`{path}`", line=line))
            st.code(source, language="python")


@contextmanager
def unfolded(label: str, key: str) -> Iterator[bool]:
    """A fold of the page; yields whether it is open. What is closed need not be there.

    Every element of a page costs time whenever something moves on it: a slider's picture is
    slower beside a long text that nobody has opened.
    """
    panel = st.expander(label, key=key, on_change="rerun")
    with panel:
        yield bool(panel.open)


@st.fragment
@guard()
def folded(name: str, section: str, *functions: Callable[..., Any] | str) -> None:
    """Under a picture: a section of the lesson's text, and the code, both folded away; and what
    saves the section's pictures.

    Side by side as long as both are closed; what is opened has the whole width.
    """
    heading, page = lesson_heading(name, section), address.present_page()
    with st.container(key=f"folded_{section}", horizontal=True):
        with unfolded(heading, f"text: {section}") as opened:
            if opened:
                st.markdown(lesson_text(name, section))
        code_panel(*functions, key=f"code: {section}")
        keep(
            section, page=_title(page), heading=heading,
            code=lambda: snippets.present(page, section, address.present_settings()),
        )  # fmt: skip


def _title(page: str) -> str:
    return next((lesson.title for lesson in LESSONS if lesson.name == page), page)


@lru_cache(maxsize=256)
def source_of(function: Callable[..., Any]) -> tuple[str, int, str]:
    """Where a function is written (path in the project, first line), and its text."""
    lines, start = inspect.getsourcelines(function)
    file = Path(inspect.getsourcefile(function) or "").resolve()
    path = file.relative_to(ROOT) if file.is_relative_to(ROOT) else Path(file.name)
    return path.as_posix(), start, textwrap.dedent("".join(lines))


def cite(*published: Published) -> None:
    """Under numbers from papers: where they are printed, each place once."""
    st.caption(citation(*published))


def citation(*published: Published) -> str:
    """Where numbers are printed, as Markdown: authors and year with a link, tables and figures."""
    places: dict[Paper, list[str]] = {}
    for number in published:
        listed = places.setdefault(number.paper, [])
        if number.where and (place := _place(number.where)) not in listed:
            listed.append(place)
    return "; ".join(
        ", ".join([f"[{paper.authors} {paper.year}]({paper.url})", *listed])
        for paper, listed in places.items()
    )


def sources(*papers: Paper) -> None:
    """The end of a lesson: the papers that it is about."""
    st.subheader(_("Sources"), anchor=False)
    lines = (f"- {paper.authors} ({paper.year}). [{paper.title}]({paper.url})." for paper in papers)
    st.markdown("\n".join(lines))


def local_note(text: str) -> None:
    """Under numbers that hold for this machine only, such as a measured latency."""
    st.caption(f":material/computer: {text}")


def _place(where: str) -> str:
    """A place in a paper, such as "supplement, table 9", in the visitor's language."""
    return _(", ").join(map(_part_of_place, where.split(", ")))


def _part_of_place(part: str) -> str:
    kind, _space, number = part.partition(" ")
    forms = {
        "table": _("table {number}"),
        "figure": _("figure {number}"),
        "section": _("section {number}"),
        "equation": _("equation {number}"),
        "supplement": _("supplement"),
    }
    return forms.get(kind, part).format(number=number)
