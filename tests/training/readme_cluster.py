"""The cluster of the README, on this machine: its own command lines, with other addresses."""

import os
import re
import signal
import socket
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def commands() -> dict[str, str]:
    """The README's lines by what they start; "on every machine" is what comes before them."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Beyond one machine\n")[1]
    block = re.findall(r"```\n(.*?)```", section.split("\n## ")[0], re.DOTALL)[0]
    parts = (part.split("\n", 1) for part in re.split(r"^# ", block, flags=re.MULTILINE) if part)
    return {head.split(",")[0]: lines.strip() for head, lines in parts}


class Cluster:
    """A scheduler and workers as processes; whoever makes one has to close it.

    Args:
        folder: for the runs and for what the processes write.
        certificates: the folder of ``ca.pem``, ``cert.pem`` and ``key.pem``; None: no TLS.
    """

    def __init__(self, folder: Path, certificates: Path | None = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder, self.certificates = folder, certificates
        self.runs = folder / "runs"
        self.address = f"{'tls' if certificates else 'tcp'}://127.0.0.1:{self.port}"
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *names: str) -> list["subprocess.Popen[bytes]"]:
        """Start what the README calls so."""
        lines = commands()
        started = [self._start(f"{lines['on every machine']}\n{lines[name]}") for name in names]
        self.started += started
        return started

    def close(self) -> None:
        """End all that was started."""
        for process in self.started:
            kill(process)

    def _start(self, script: str) -> "subprocess.Popen[bytes]":
        script = self._here(script)
        # The last line in the shell's place, so that the process is the one that was meant.
        *before, command = script.splitlines()
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                ["bash", "-ec", "\n".join([*before, f"exec env {command}"])],
                stdout=log, stderr=log, cwd=ROOT, start_new_session=True,
                env={**os.environ, "DASK_TEMPORARY_DIRECTORY": str(self.folder / "dask")},
            )  # fmt: skip

    def _here(self, script: str) -> str:
        """With this machine's addresses and folders; one core a run."""
        changes = {
            "--port 8786": f"--port {self.port}",
            "//10.0.0.1:8786": f"//127.0.0.1:{self.port}",
            "//10.0.0.1": "//127.0.0.1",
            "/srv/cnnviz/runs": str(self.runs),
            "/etc/cnnviz": str(self.certificates),
            "OMP_NUM_THREADS=4": "OMP_NUM_THREADS=1",
        }
        if self.certificates is None:
            changes |= {"tls://": "tcp://", " $TLS": ""}
        for told, here in changes.items():
            script = script.replace(told, here)
        return script


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End a process and those that it has started, as a failing machine would, and wait for it."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
