"""Where data is looked for: the folders in CNNVIZ_DATA, then the project's own data folder."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def data_folders() -> tuple[Path, ...]:
    """Folders to look in, in order. CNNVIZ_DATA is a list, divided as PATH is."""
    listed = os.environ.get("CNNVIZ_DATA", "").split(os.pathsep)
    return (*(Path(entry).expanduser() for entry in listed if entry), ROOT / "data")
