"""The Report page's Python side: its words, the library as a file, a notebook's first cell."""

import ast
import io
import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import library
from dashboard.components.report_words import STORAGE, report_words
from tests.dashboard.pages import opened, told

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "dashboard" / "Home.py"
PAGE = ROOT / "dashboard" / "lessons" / "report.py"
COMPONENTS = ROOT / "dashboard" / "components"

# A pip that fetches a copy, and notes what it is asked for.
PIP = """
import shutil, sys
from pathlib import Path
with open("asked.txt", "a") as file:
    print(*sys.argv[1:], file=file)
if sys.argv[1] == "download":
    Path(sys.argv[4]).mkdir()
    shutil.copy("kept/cnnviz.zip", sys.argv[4])
"""
# What Colab has, as far as the cell asks.
COLAB = """
import shutil, sys
from types import ModuleType, SimpleNamespace
def upload():
    shutil.copy("kept/cnnviz.zip", "cnnviz (1).zip")
    return {"cnnviz (1).zip": b""}
for name in ("google", "google.colab"):
    sys.modules[name] = ModuleType(name)
sys.modules["google.colab"].files = SimpleNamespace(upload=upload)
"""
WHERE = "\nfrom cnnviz import checkpoints\nprint(checkpoints.SHIPPED, *checkpoints.names())\n"


@pytest.fixture(autouse=True)
def no_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNNVIZ_SOURCE", raising=False)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with an archive of the library without the weights in ``kept``."""
    (tmp_path / "kept").mkdir()
    with ZipFile(tmp_path / "kept" / library.NAME, "w") as archive:
        for file in library._files():
            if file.suffix != ".safetensors":
                archive.write(file, f"cnnviz-main/{file.relative_to(ROOT)}")
        archive.writestr("cnnviz-main/checkpoints/senet.safetensors", "")
    return tmp_path


def ran(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python code in a process of its own, which knows of cnnviz only what is said here."""
    known = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=known | environment,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def came_from(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    """The library is one that the cell has unpacked in this folder, and its checkpoints are."""
    assert done.returncode == 0, done.stderr
    where, *names = done.stdout.split()
    assert Path(where).is_relative_to(folder / "cnnviz_files")
    assert "senet" in names


# ---- the first cell


def test_the_first_cell_changes_nothing_where_cnnviz_is_there(tmp_path: Path) -> None:
    code = library.first_cell() + "import cnnviz\nprint(cnnviz.__file__)\n"
    done = ran(code, tmp_path, PYTHONPATH=str(ROOT))
    assert Path(done.stdout.strip()) == ROOT / "cnnviz" / "__init__.py"
    assert list(tmp_path.iterdir()) == []


def test_the_first_cell_takes_the_archive_beside_the_notebook(small: Path) -> None:
    (small / "kept" / library.NAME).rename(small / library.NAME)
    came_from(ran(library.first_cell() + WHERE, small), small)


def test_on_colab_the_first_cell_asks_for_the_archive(small: Path) -> None:
    came_from(ran(COLAB + library.first_cell() + WHERE, small), small)


def test_the_first_cell_has_pip_fetch_the_library_and_what_is_missing(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = 'git+https://example.org/a"b.git'
    monkeypatch.setenv("CNNVIZ_SOURCE", address)
    (small / "pip").mkdir()
    (small / "pip" / "__init__.py").touch()
    (small / "pip" / "__main__.py").write_text(PIP)
    code = library.first_cell().replace('"typer', '"no-such-thing>=2",\n    "typer')
    came_from(ran(code + WHERE, small), small)
    fetch, install = (small / "asked.txt").read_text().splitlines()
    assert fetch == f"download --no-deps --dest cnnviz_download {address} --quiet"
    assert install == "install no-such-thing>=2 --quiet"


def test_without_archive_and_address_the_first_cell_says_what_to_do(tmp_path: Path) -> None:
    done = ran(library.first_cell(), tmp_path)
    assert done.returncode == 1
    assert done.stderr.endswith(
        "FileNotFoundError: Put cnnviz.zip beside this notebook and run this cell again.\n"
    )


def imported_by_the_library() -> set[str]:
    """The distributions that any file of cnnviz imports, those of its own accord left out."""
    owners, found = packages_distributions(), set[str]()
    for file in (ROOT / "cnnviz").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in names:
                found.update(owners.get(name.partition(".")[0], ()))
    return {name.lower() for name in found} - {"umap-learn", "cnnviz"}


def test_the_first_cell_asks_for_what_the_library_imports_and_nothing_else() -> None:
    needed = {re.split("[<>=]", line)[0].lower() for line in library.needs()}
    assert needed == imported_by_the_library()


# ---- the archive


def test_the_archive_has_the_library_with_its_weights_and_nothing_else() -> None:
    with ZipFile(io.BytesIO(library.zipped())) as archive:
        names = set(archive.namelist())
        assert archive.testzip() is None
    assert "cnnviz/explain/mobilenet_v1.py" in names
    weights = {name for name in names if name.endswith(".safetensors")}
    assert len(weights) > 10
    assert {name.replace(".safetensors", ".json") for name in weights} <= names
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"cnnviz", "checkpoints", "README.md", "pyproject.toml", "requirements.txt"}
    assert [name for name in names if "__pycache__" in name or "/." in name] == []


def test_all_visitors_get_the_same_bytes() -> None:
    assert library.zipped() is library.zipped()
    first = library.zipped()
    library._zipped.cache_clear()
    assert library.zipped() == first


# ---- the page


def test_the_scripts_use_the_words_that_they_are_sent_and_all_of_them() -> None:
    scripts = "\n".join(file.read_text() for file in COMPONENTS.glob("report*.js"))
    used = set(re.findall(r"(?<!entry\.)\bwords\.(\w+)", scripts))
    named = {"title", "author"}  # by the names of the fields
    assert used | named | set(STORAGE) == set(report_words())


@pytest.mark.parametrize(("lang", "title"), [("en", "Report"), ("zh", "报告")])
def test_the_page_stands_and_offers_the_archive(lang: str, title: str) -> None:
    at = opened(PAGE, lang=lang)
    assert at.title[0].value == title
    [archive] = at.get("download_button")
    assert library.NAME in archive.proto.label
    assert "Colab" in told(at)


def test_the_page_says_that_the_library_is_fetched_where_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = told(opened(PAGE))
    monkeypatch.setenv("CNNVIZ_SOURCE", "git+https://example.org/cnnviz.git")
    after = told(opened(PAGE))
    assert "upload" in before
    assert "upload" not in after
    assert "installs" in after


def test_the_sidebar_leads_there() -> None:
    at: AppTest = opened(HOME)
    assert [link.proto.label for link in at.get("page_link")].count("Report") == 1
