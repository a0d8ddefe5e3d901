"""Certificates for tests, made by openssl: an authority, and a certificate that it vouches for."""

import shutil
import subprocess
from pathlib import Path

OPENSSL = shutil.which("openssl")


def make(folder: Path) -> None:
    """Make ``ca.pem``, and ``cert.pem`` with ``key.pem`` for this machine, good for a day."""
    folder.mkdir()
    (folder / "names").write_text("subjectAltName = IP:127.0.0.1\n")
    ask = "req -newkey rsa:2048 -nodes"
    for command in (
        f"{ask} -x509 -days 1 -subj /CN=authority -keyout ca-key.pem -out ca.pem",
        f"{ask} -subj /CN=cnnviz -keyout key.pem -out request.pem",
        "x509 -req -days 1 -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial"
        " -extfile names -out cert.pem",
    ):
        subprocess.run(
            [str(OPENSSL), *command.split()], cwd=folder, check=True, capture_output=True
        )
