"""Whether a file is the published one."""

import hashlib
from functools import lru_cache
from pathlib import Path

from cnnviz.data.table_rows import Remote


def is_published(file: Path, remote: Remote) -> bool:
    """Whether a file has the published size and checksum; False also where it cannot be read.

    A file is read once: as long as its size and time of change stay, the answer is remembered.
    """
    try:
        status = file.stat()
        if remote.exact and status.st_size != remote.size:
            return False
        algorithm, _, digits = remote.checksum.partition(":")
        return _digest(str(file), status.st_size, status.st_mtime_ns, algorithm) == digits
    except OSError:
        return False


@lru_cache(maxsize=4096)
def _digest(file: str, size: int, _changed: int, algorithm: str) -> str:
    with open(file, "rb") as content:
        if algorithm != "git":
            return hashlib.file_digest(content, algorithm).hexdigest()
        # git hashes a header before the content.
        digest = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
        while chunk := content.read(1 << 20):
            digest.update(chunk)
        return digest.hexdigest()
