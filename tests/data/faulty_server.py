"""An HTTP server on this machine that serves files, and whatever can go wrong on the way."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any


@dataclass
class Served:
    """What the server has under one path.

    Attributes:
        content: the whole file.
        tag: its ETag, without quotes; None sends none.
        ranges: whether parts are sent; where not, asking for one gets everything.
        from_zero: parts begin at the first byte whatever is asked for, a server's fault.
        cuts: for each request in turn, the byte of the file at which the connection ends.
        announced: the length in the header where it is another than the true one; 0 sends none.
        status: instead of 200.
        location: where it redirects to.
        half: waits here once it has sent half of the file.
        dribble: seconds after each piece.
        piece: bytes of it.
    """

    content: bytes = b""
    tag: str | None = "one"
    ranges: bool = True
    from_zero: bool = False
    cuts: list[int] = field(default_factory=list)
    announced: int | None = None
    status: int = 200
    location: str | None = None
    half: threading.Event | None = None
    dribble: float = 0.0
    piece: int = 1


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    range: str | None
    if_range: str | None


class QuietServer(ThreadingTCPServer):
    """A thread for each connection. (HTTPServer itself would look its own name up first.)"""

    daemon_threads = True  # a connection that is kept alive waits for more for ever

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is part of the game."""


class FaultyServer:
    """Serves ``pages``, and notes what it is asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, Served] = {}
        self.asked: list[Asked] = []
        self.reached_half = threading.Event()
        self._server = QuietServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, path: str, content: bytes = b"", **faults: Any) -> str:
        """Have a file under a path; returns its address."""
        self.pages[f"/{path}"] = Served(content, **faults)
        return f"{self.address}/{path}"

    def close(self) -> None:
        for page in self.pages.values():
            if page.half:
                page.half.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                note = Asked(self.path, self.headers["Range"], self.headers["If-Range"])
                server.asked.append(note)
                page = server.pages.get(self.path, Served(status=404))
                with suppress(ConnectionError):
                    server._answer(self, page, note)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler, page: Served, note: Asked) -> None:
        start = self._start(page, note)
        partial = start is not None and page.status == 200
        first = 0 if page.from_zero else start or 0
        if partial and first >= len(page.content):
            handler.send_response(416)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        body = page.content[first:]
        handler.send_response(206 if partial else page.status)
        if partial:
            last, whole = len(page.content) - 1, len(page.content)
            handler.send_header("Content-Range", f"bytes {first}-{last}/{whole}")
        if page.location:
            handler.send_header("Location", page.location)
        if page.tag:
            handler.send_header("ETag", f'"{page.tag}"')
        length = len(body) if page.announced is None else page.announced
        if length or not body:
            handler.send_header("Content-Length", str(length))
        else:
            handler.close_connection = True
        handler.end_headers()
        self._send(handler, page, first, body)

    @staticmethod
    def _start(page: Served, note: Asked) -> int | None:
        """The first byte that is asked for, where a part may be sent."""
        found = re.fullmatch(r"bytes=(\d+)-", note.range or "")
        if not found or not page.ranges:
            return None
        if note.if_range and note.if_range != f'"{page.tag}"':
            return None
        return int(found[1])

    def _send(self, handler: BaseHTTPRequestHandler, page: Served, first: int, body: bytes) -> None:
        end = len(body)
        if page.cuts:
            end = max(0, page.cuts.pop(0) - first)
            handler.close_connection = True
        half = len(page.content) // 2 - first
        if page.half and 0 < half < end:
            handler.wfile.write(body[:half])
            self.reached_half.set()
            page.half.wait(20)
            body, end = body[half:], end - half
        if page.dribble:
            for i in range(0, end, page.piece):
                handler.wfile.write(body[i : i + page.piece])
                time.sleep(page.dribble)
            return
        handler.wfile.write(body[:end])


@contextmanager
def faulty_server() -> Iterator[FaultyServer]:
    """The server, until the block ends."""
    server = FaultyServer()
    try:
        yield server
    finally:
        server.close()
