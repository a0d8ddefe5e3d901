"""The visitor's own hyperspectral scene: from files that are uploaded, or named on the server.

It belongs to its visitor: the files lie in a folder of that session alone and go with it. A path
can be given only where the server is the visitor's own machine, since whoever gives one sees what
the server may read. What was usable last stays until something better comes.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import streamlit as st

from dashboard import cache, controls, frame
from dashboard.components.scene_view import scene_view
from dashboard.i18n import _, translate_error
from dashboard.uploads import Folder

if TYPE_CHECKING:
    from cnnviz.data.own_scene import Checked
    from cnnviz.data.scene import Scene
    from cnnviz.data.scene_match import Match, Variable

UPLOAD, PATH = "upload", "path"
#: 1 lets every visitor give paths, 0 none; without it the address decides.
ALLOW_PATHS = "CNNVIZ_ALLOW_PATHS"
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
_KEPT = "own scene"
Choice = TypeVar("Choice")
Made = TypeVar("Made")


def own_scene() -> "Scene | None":
    """The control: files, what in them is what, which bands to drop; then a preview.

    Returns:
        The scene that could be used last; None as long as there is none.
    """
    kept, usable = _kept(), False
    with frame.guard():
        files, uploaded = _asked_for()
        scene = _from_files(files, uploaded) if files else None
        usable = scene is not None or not files
        kept["scene"] = scene or kept.get("scene")
    if kept.get("scene") is None:
        return None
    if not usable:
        st.caption(_("Shown is the last scene that could be used."))
    own: Scene = kept["scene"]
    with frame.guard():
        scene_view(own)
    return own


def last_own_scene() -> "Scene | None":
    """The scene of this visitor's that could be used last, for the lessons; None for none."""
    return _kept().get("scene")


def _kept() -> dict[str, Any]:
    """What this session has of its scene."""
    kept: dict[str, Any] = st.session_state.setdefault(_KEPT, {})
    return kept


def _once(name: str, key: object, make: Callable[[], Made]) -> Made:
    """What was made for a key before; made anew where the key has changed."""
    kept = _kept()
    held: tuple[object, Made] | None = kept.get(name)
    if held is not None and held[0] == key:
        return held[1]
    made = make()
    kept[name] = (key, made)
    return made


# Which files


def _asked_for() -> tuple[tuple[Path, ...], bool]:
    """Files, and whether they were uploaded."""
    if not paths_allowed():
        return _uploaded(), True
    ways = {UPLOAD: _("Upload"), PATH: _("Path on this machine")}
    chosen = controls.segmented(_("Cube and ground truth"), ways, key="scene_from")
    return (_uploaded(), True) if chosen == UPLOAD else (_named(), False)


def paths_allowed() -> bool:
    """Whether the visitor may name files of the server: where both are the same machine.

    Sockets and headers alike have to say so; a proxy that hides where a visitor is from has to be
    run with ``CNNVIZ_ALLOW_PATHS=0``.
    """
    told = os.environ.get(ALLOW_PATHS)
    if told in ("0", "1"):
        return told == "1"
    headers = st.context.headers
    if st.context.ip_address is not None or any(name in headers for name in _FORWARDED):
        return False
    addresses = (st.context.url, headers.get("Origin"), f"//{headers.get('Host', '')}")
    return all(urlsplit(address or "").hostname in _LOCAL for address in addresses)


def _uploaded() -> tuple[Path, ...]:
    text = _(
        "Cube and ground truth, in one file or several: MATLAB, ENVI (header and data), NumPy, "
        "TIFF, HDF5"
    )
    why = _(
        "The server reads no file by its path for visitors from other machines: they could look at "
        "files that are not theirs."
    )
    given = st.file_uploader(
        text, accept_multiple_files=True, key="scene_files",
        help=None if paths_allowed() else why,
    )  # fmt: skip
    if not given:
        return ()
    folder = _once("folder", tuple(file.file_id for file in given), lambda: Folder(given))
    return folder.files


def _named() -> tuple[Path, ...]:
    left, right = st.columns(2)
    with left:
        cube = st.text_input(_("Path of the cube"), key="scene_cube")
    with right:
        truth = st.text_input(
            _("Path of the ground truth"), key="scene_truth",
            placeholder=_("where it is in another file"),
        )  # fmt: skip
    texts = (text.strip().strip("\"'") for text in (cube, truth))
    files = tuple(Path(os.path.expanduser(text)) for text in texts if text)
    return files if cube.strip() else ()


# What is in them


def _from_files(files: tuple[Path, ...], uploaded: bool) -> "Scene | None":
    """The scene; None, with sentences that say why, where bands have to be dropped first.

    Raises:
        UserError: where the files hold no scene.
    """
    state = tuple(_state(file) for file in files)
    matches = _once("matches", state, lambda: cache.scene_candidates(files))
    match = _chosen(matches)
    with st.spinner(_("Reading the cube …")):
        checked = _once("checked", (state, match), lambda: cache.checked_scene(match, uploaded))
    dropped = _dropped(checked)
    for note in checked.report.notes(dropped):
        st.caption(f":material/info: {translate_error(note)}")
    faults = checked.report.faults(dropped)
    for fault in faults:
        st.warning(translate_error(fault))
    if faults:
        return None
    called = _("class {id}")
    key = (state, match, dropped, called)
    return _once("built", key, lambda: cache.built_scene(checked, dropped, called))


def _state(file: Path) -> tuple[str, int, int] | None:
    """Changes whenever a file does."""
    try:
        known = file.stat()
    except (OSError, ValueError):  # said where the file is opened
        return None
    return str(file), known.st_size, known.st_mtime_ns


def _chosen(matches: "Sequence[Match]") -> "Match":
    """One of what fits: asked for only where there is a choice."""
    with st.container(horizontal=True):
        cube = _one(_("Cube"), [match.cube for match in matches], _variable)
        matches = [match for match in matches if match.cube == cube]
        labels = _one(_("Ground truth"), [match.labels for match in matches], _variable)
        matches = [match for match in matches if match.labels == labels]
        return _one(_("Orientation of the cube"), matches, _orientation)


def _one(label: str, choices: "Sequence[Choice]", text: "Callable[[Choice], str]") -> "Choice":
    distinct: dict[str, Choice] = {}
    for choice in choices:
        distinct.setdefault(text(choice), choice)
    if len(distinct) == 1:
        return choices[0]
    texts = list(distinct)
    # Other choices make another control: none of its values would be left.
    chosen = st.selectbox(label, texts, key=f"{_KEPT}: {texts}")
    return distinct[chosen]


def _variable(variable: "Variable") -> str:
    shape = " × ".join(str(side) for side in variable.info.shape)
    return f"{variable.info.name} ({shape}, {variable.info.dtype}) · {variable.file.name}"


def _orientation(match: "Match") -> str:
    rows, columns, bands = match.axes
    place = (_("bands first"), _("bands in the middle"), _("bands last"))[bands]
    if rows > columns:
        return _("{bands}, rows and columns swapped").format(bands=place)
    return _("{bands}, rows and columns as stored").format(bands=place)


def _dropped(checked: "Checked") -> tuple[int, ...]:
    """The bands that the visitor drops: all that are faulty, or none."""
    bands = checked.report.droppable
    if not bands:
        return ()
    text = _("Drop the faulty and constant bands: {count} of {all}")
    label = text.format(count=len(bands), all=checked.cube.shape[2])
    return bands if st.toggle(label, key=f"{_KEPT}: drop {checked.match}") else ()
