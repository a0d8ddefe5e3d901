# Finds cnnviz, which computes the pictures below, or installs it: run this cell first.
import importlib.util
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

SOURCE = ""  # an address that pip understands, such as git+https://...
NEEDS: list[str] = []  # what cnnviz itself imports
MISSING = ""


def pip(*command: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", *command, "--quiet"], check=True)


def fetched() -> Path:
    archive = Path("cnnviz.zip")
    if archive.is_file():
        return archive
    if SOURCE:
        pip("download", "--no-deps", "--dest", "cnnviz_download", SOURCE)
        return next(Path("cnnviz_download").iterdir())
    if "google.colab" in sys.modules:
        from google.colab import files

        return Path(next(iter(files.upload()), archive))
    raise FileNotFoundError(MISSING)


def is_there(requirement: str) -> bool:
    try:
        return bool(version(re.split("[<>=]", requirement)[0]))
    except PackageNotFoundError:
        return False


if importlib.util.find_spec("cnnviz") is None:
    shutil.unpack_archive(fetched(), "cnnviz_files")
    package = next(Path("cnnviz_files").rglob("cnnviz/__init__.py")).parent
    sys.path.insert(0, str(package.parent.resolve()))
    if missing := [requirement for requirement in NEEDS if not is_there(requirement)]:
        pip("install", *missing)
