"""Lets the server's small messages go out at once.

Streamlit opens its listening socket without naming the protocol, so asyncio does not recognise the
accepted connections as TCP and leaves Nagle's algorithm on: the second small message of a rerun
waits until the browser has acknowledged the first, which on Linux it does 40 ms later. (Known of
uvicorn: github.com/Kludex/uvicorn/issues/3149.) Measured on 2 cores with a small picture behind a
live slider: 100 ms from hand to picture with the delay, 35 ms without.
"""

import contextlib
import os
import socket
import stat
from functools import cache

_OPEN_FILES = "/dev/fd"  # on Linux and macOS; on other systems nothing is changed
_INTERNET = {socket.AF_INET, socket.AF_INET6}


@cache
def send_at_once() -> None:
    """Switches the delay off for this process's TCP sockets, once.

    The listening socket passes the setting on, so that later connections have it, too.
    """
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir(_OPEN_FILES):
            with contextlib.suppress(OSError):  # closed meanwhile, or no socket
                _switch_off(int(name))


def _switch_off(number: int) -> None:
    if not stat.S_ISSOCK(os.fstat(number).st_mode):
        return
    with socket.socket(fileno=os.dup(number)) as found:  # a second number for the same socket
        if found.family in _INTERNET and found.type == socket.SOCK_STREAM:
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
