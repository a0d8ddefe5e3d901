"""Where runs are carried out: by Dask, on this machine or at the scheduler that is set.

``CNNVIZ_SCHEDULER`` names a scheduler, as in ``tls://10.0.0.1:8786``; with ``CNNVIZ_TLS_CA``,
``CNNVIZ_TLS_CERT`` and ``CNNVIZ_TLS_KEY`` (PEM files) the way there is encrypted, and both ends are
checked. Without it, a scheduler in this process and ``CNNVIZ_WORKERS`` worker processes (1) on this
machine are started, which give way to whatever else the machine has to do.
"""

import atexit
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from cnnviz.errors import UserError
from cnnviz.starter import environment
from cnnviz.training.run_files import LECTURE

if TYPE_CHECKING:
    from distributed import Client, Security

#: What a worker has as many of as it carries out runs at once: one, since a run sets the seeds and
#: the threads of its process.
RESOURCE = "runs"
SECONDS_TO_START = 60
SECONDS_TO_CONNECT = 10
# The limit of a run is checked by itself; where it grows too fast for that, Dask ends the process.
_MEMORY = int((LECTURE.memory or 0) * 1.5)
# The processes started on this machine, by their client's id.
_workers: "dict[str, list[subprocess.Popen[bytes]]]" = {}


def address() -> str | None:
    """The scheduler that is set; None where runs stay on this machine."""
    return os.environ.get("CNNVIZ_SCHEDULER") or None


def connect(scheduler: str | None = None) -> "Client":
    """A client of the scheduler given, or of the one that is set, or of a new one on this machine.

    Raises:
        UserError: where it does not answer, or a certificate is missing or not accepted.
    """
    scheduler = scheduler or address()
    return _local() if scheduler is None else _remote(scheduler)


def answers(scheduler: str) -> bool:
    """Whether anything listens at this address."""
    from distributed.comm.addressing import get_address_host_port

    try:
        with socket.create_connection(get_address_host_port(scheduler), timeout=1):
            return True
    except OSError:
        return False


def _remote(scheduler: str) -> "Client":
    from distributed import Client

    try:
        return Client(scheduler, timeout=SECONDS_TO_CONNECT, security=_security(scheduler),
                      name="cnnviz", set_as_default=False)  # fmt: skip
    except UserError:
        raise
    except (OSError, ValueError, TimeoutError, RuntimeError, TypeError) as error:
        raise UserError(
            "The scheduler at {address} does not answer: {reason}.",
            address=scheduler,
            reason=str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__,
        ) from error


def _security(scheduler: str) -> "Security | None":
    """The certificates that are set; None where the way to the scheduler takes none."""
    from distributed.security import Security

    files = {name: os.environ.get(f"CNNVIZ_TLS_{name}", "") for name in ("CA", "CERT", "KEY")}
    if not scheduler.startswith("tls:") and not any(files.values()):
        return None
    for name, file in files.items():
        if not os.path.isfile(file):
            raise UserError(
                "The way to {address} takes certificates: CNNVIZ_TLS_{name} is to name a PEM file.",
                address=scheduler, name=name,
            )  # fmt: skip
    return Security(
        require_encryption=True, tls_ca_file=files["CA"], tls_client_cert=files["CERT"],
        tls_client_key=files["KEY"],
    )  # fmt: skip


def _local() -> "Client":
    from distributed import Client, LocalCluster

    count = _worker_count()
    # A run that its worker dies of would bring down the next one, too: it is not tried again.
    cluster = LocalCluster(
        n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50,
        scheduler_kwargs={"allowed_failures": 0, "dashboard": False},
    )  # fmt: skip
    client = Client(cluster, name="cnnviz", set_as_default=False)
    atexit.register(end, client)
    try:
        _workers[client.id] = [_worker(cluster.scheduler_address, count) for _ in range(count)]
        client.wait_for_workers(1, timeout=SECONDS_TO_START)
    except (OSError, TimeoutError, RuntimeError) as error:
        end(client)
        raise UserError(
            "The process that trains could not be started: {reason}.", reason=error
        ) from error
    return client


def _worker_count() -> int:
    text = os.environ.get("CNNVIZ_WORKERS") or "1"
    if not (text.isascii() and text.isdigit() and int(text)):
        raise UserError("CNNVIZ_WORKERS is a whole number from 1 on, not {text}.", text=text)
    return int(text)


def end(client: "Client") -> None:
    """Close a client, and what was started for it on this machine."""
    for worker in _workers.pop(client.id, ()):
        worker.terminate()
        worker.wait()
    client.close()
    if client.cluster is not None:
        client.cluster.close()


def _worker(scheduler: str, count: int) -> "subprocess.Popen[bytes]":
    """A worker process, with its keeper that starts it again where it dies.

    A process of its own and not one that multiprocessing starts: that would run the page's script,
    which Streamlit has put in the place of the program, once more.
    """
    command = [
        sys.executable, "-m", "distributed.cli.dask_worker", scheduler, "--nworkers", "1",
        "--nthreads", "1", "--resources", f"{RESOURCE}=1", "--memory-limit", str(_MEMORY),
        "--no-dashboard", "--preload", "cnnviz.training.beside_pages",
        # It may take so long to start beside busy pages, too.
        "--death-timeout", str(SECONDS_TO_START),
    ]  # fmt: skip
    quiet = {"DASK_LOGGING__DISTRIBUTED": "critical"}
    return subprocess.Popen(command, env=environment(count) | quiet, start_new_session=True)
