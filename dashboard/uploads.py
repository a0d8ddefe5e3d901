"""Files that a visitor uploads, on disk while their session lasts."""

import re
import shutil
import weakref
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

#: Those of ENVI's data and header, X.dat.hdr being the header of X.dat; and MATLAB's, which counts.
_ENDINGS = re.compile(r"(\.(img|dat|raw|bin|bsq|bil|bip|hyspex|mat))?(\.hdr)?$", re.IGNORECASE)
_LONGEST = 150  # bytes of a name without its endings; most disks take 255 with them


class Folder:
    """Uploaded files on disk, where they can be mapped; they go when their session goes."""

    def __init__(self, uploads: "Sequence[UploadedFile]") -> None:
        folder = Path(mkdtemp(prefix="cnnviz_"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        files: dict[str, Path] = {}
        for upload in uploads:
            name = safe_name(upload.name)
            name = f"{len(files) + 1} {name}" if name in files else name
            files[name] = folder / name
            files[name].write_bytes(upload.getbuffer())
        self.files = tuple(files.values())


def safe_name(name: str) -> str:
    """A name that cannot lead out of its folder and is not too long for it.

    It is cut before its endings, so that ENVI's two files still belong together.
    """
    name = re.sub(r"[^\w.\- ()+]", "_", name).lstrip(".") or "file"
    ending = _ENDINGS.search(name)
    assert ending is not None, "there may be none, which is found, too"
    stem = name[: ending.start()].encode()[:_LONGEST].decode(errors="ignore")
    return stem + ending[0]
