"""Python snippets: what computes a section's pictures, with the page's present values in it.

A snippet is a file, ``LESSON/SECTION.py``: one that runs by itself, and ends with the picture as
``figure``. A line of its head such as ``block = 3  # page: step`` is a setting: ``present`` writes
the page's value of the control ``step`` in its place. What stands there otherwise is the control's
default, whose type the page's value is read as. Where key or default of a control follow another
setting, its name stands there: ``data = pairs  # page: train_data_{pairs}``.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
#: What a photo of the visitor's own is called, which no other machine has.
OWN_PHOTO = "my_photo.jpg"
_OWN = ("upload", "webcam")
_SETTING = re.compile(r"^(?P<name>\w+) = (?P<value>.+?)  # page: (?P<key>[\w{}]+)$", re.MULTILINE)


def present(lesson: str, section: str, settings: Mapping[str, str]) -> str | None:
    """The snippet of a section, with the page's values in it; None where there is none.

    Args:
        lesson, section: as the page has them.
        settings: the page's, as in its address; those that are left out have their defaults, as has
            what cannot be read.
    """
    text = _text(lesson, section)
    if text is None:
        return None
    values = {name: _literal(value) for name, _key, value in _settings(text, settings)}
    return _SETTING.sub(lambda line: f"{line['name']} = {values[line['name']]}", text)


def keys(lesson: str, section: str) -> tuple[str, ...]:
    """The controls whose values a snippet takes where all have their defaults, in its order."""
    return tuple(key for _name, key, _value in _settings(_text(lesson, section) or "", {}))


def all_names() -> Iterator[tuple[str, str]]:
    """(lesson, section) of every snippet."""
    for file in sorted(FOLDER.glob("*/*.py")):
        yield file.parent.name, file.stem


@cache
def _text(lesson: str, section: str) -> str | None:
    file = FOLDER / lesson / f"{section}.py"
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _settings(text: str, page: Mapping[str, str]) -> Iterator[tuple[str, str, object]]:
    """A snippet's settings in its order: the name of each, its control's key, the page's value."""
    known: dict[str, object] = {}
    for line in _SETTING.finditer(text):
        name, written, key = line["name"], line["value"], line["key"].format_map(known)
        usual = known[written] if written in known else ast.literal_eval(written)
        known[name] = _read(page[key], usual) if key in page else usual
        yield name, key, known[name]


def _read(text: str, usual: object) -> object:
    """A value of the address as one of the default's type; the default where it is none."""
    if isinstance(usual, bool):
        return text == "1"
    if isinstance(usual, int | float):
        try:
            return type(usual)(text)
        except ValueError:
            return usual
    return OWN_PHOTO if text in _OWN else text


def _literal(value: object) -> str:
    """As Python writes it, a text in the quotes that the project has."""
    if isinstance(value, str) and '"' not in value and "\\" not in value and value.isprintable():
        return f'"{value}"'
    return repr(value)
