"""Gets one file over HTTP, and goes on where an earlier try broke off.

pooch calls this to fill a temporary file, checks that file and moves it to its final name. What
pooch's own downloader does not do is done here: going on, stopping, and telling slow from broken.
"""

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from cnnviz.data.checksums import is_published
from cnnviz.data.table_rows import Remote
from cnnviz.errors import UserError

CONNECT_SECONDS = 10.0
#: Without a single byte for so long, or with less than LEAST_BYTES in it: too slow.
PATIENCE_SECONDS = 20.0
LEAST_BYTES = 20_000
#: Connections in a row that may break off, each after bringing something.
BREAKS = 5
MAX_REDIRECTS = 10
CHUNK = 1 << 18
# Some publishers refuse what does not call itself a browser.
USER_AGENT = "Mozilla/5.0 (compatible; cnnviz)"


class Stopped(Exception):  # noqa: N818 - not an error: somebody pressed Cancel
    """The fetch was asked to stop; what has arrived is kept."""


class _BrokenOff(Exception):  # noqa: N818 - the two are no errors as long as another try helps
    """The connection ended too early."""


class _CannotGoOn(Exception):  # noqa: N818
    """What has arrived does not fit what the server has."""


def session() -> requests.Session:
    """Connections that serve several files in turn."""
    made = requests.Session()
    made.max_redirects = MAX_REDIRECTS
    made.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
    return made


@dataclass
class Download:
    """A downloader for ``pooch.retrieve``.

    Attributes:
        remote: the file.
        title: of the data set, for messages.
        part: where it is collected; kept from one try to the next.
        folder: where a person would put the file by hand, for messages.
        session: of ``session()``.
        arrived: told how many bytes of the file are here, as they come.
        should_stop: asked between two pieces.
        resumed: whether what is in ``part`` came in more than one piece.
    """

    remote: Remote
    title: str
    part: Path
    folder: Path
    session: requests.Session
    arrived: Callable[[int], None]
    should_stop: Callable[[], bool]
    resumed: bool = field(default=False, init=False)

    def __call__(self, url: str, output_file: str, _pooch: object) -> None:
        """Fill ``output_file``, a name on the same disk as ``part``.

        Raises:
            UserError: where the address gives no file, gives it too slowly, or breaks off.
            ValueError: where the file has a checksum that pooch does not know, and another one
                than published. It is deleted then, as pooch does with others.
            Stopped: where ``should_stop()``.
        """
        self.resumed = False
        breaks = 0
        while not self._has_all():
            before = self._size()
            try:
                self._receive(url)
                break
            except _CannotGoOn:
                self.forget()
            except _BrokenOff as error:
                breaks += 1
                if breaks == BREAKS or self._size() == before:
                    raise self._broken_off(url) from error
        if self.remote.checksum.startswith("git:") and not is_published(self.part, self.remote):
            self.forget()
            raise ValueError(f"{self.remote.name} is not {self.remote.checksum}")
        self._note.unlink(missing_ok=True)
        shutil.move(self.part, output_file)

    def forget(self) -> None:
        """Delete what has arrived."""
        self.part.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def _receive(self, url: str) -> None:
        """Append what the part lacks, or all of it where the server cannot or must not append."""
        start = self._size()
        with self._answer(url, start) as response:
            if start and response.status_code == HTTPStatus.PARTIAL_CONTENT:
                if not _begins_at(response, start):
                    raise _CannotGoOn
                self.resumed = True
            else:
                start = 0
            total = _announced(response, start)
            if total and self.remote.exact and total != self.remote.size:
                raise self._wrong_length(url, total)
            self._note.write_text(json.dumps({"url": url, "tag": response.headers.get("ETag")}))
            expected = total or self.remote.size
            with self.part.open("ab" if start else "wb") as file:
                for chunk in self._pieces(url, response.raw):
                    if file.tell() + len(chunk) > expected and (total or self.remote.exact):
                        raise self._wrong_length(url, file.tell() + len(chunk))
                    file.write(chunk)
                    self.arrived(file.tell())
        if self._size() < expected and (total or self.remote.exact):
            raise _BrokenOff

    def _answer(self, url: str, start: int) -> requests.Response:
        """The server's answer, its body still to come."""
        headers = {}
        if start:
            headers["Range"] = f"bytes={start}-"
            if tag := self._tag(url):
                # Another version is sent from its beginning.
                headers["If-Range"] = tag
        place: dict[str, Any] = {"address": url, "file": self.remote.name, "folder": self.folder}
        try:
            response = self.session.get(
                url, headers=headers, stream=True, timeout=(CONNECT_SECONDS, PATIENCE_SECONDS)
            )
        except requests.TooManyRedirects as error:
            raise UserError(
                "{address} only leads in circles: get {file} elsewhere and put it into {folder}.",
                **place,
            ) from error
        except requests.ReadTimeout as error:
            raise self._too_slow(url) from error
        except requests.RequestException as error:
            raise UserError(
                "{address} does not answer: without a network, get the files of {title} on "
                "another computer and put them into {folder}.",
                address=url,
                title=self.title,
                folder=self.folder,
            ) from error
        if start and response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            response.close()
            raise _CannotGoOn
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            response.close()
            raise UserError(
                "{address} refuses, with status {status}: get {file} elsewhere and put it into "
                "{folder}.",
                status=response.status_code,
                **place,
            )
        return response

    def _pieces(self, url: str, body: Any) -> Iterator[bytes]:
        """A body as it comes: whatever is there, not a full buffer, so that stopping is prompt."""
        since, got = time.monotonic(), 0
        while True:
            if self.should_stop():
                raise Stopped
            try:
                chunk = body.read1(CHUNK, decode_content=False)
            except ReadTimeoutError as error:
                raise self._too_slow(url) from error
            except (HTTPError, OSError) as error:
                raise _BrokenOff from error
            if not chunk:
                return
            got += len(chunk)
            yield chunk
            if time.monotonic() - since > PATIENCE_SECONDS:
                if got < LEAST_BYTES:
                    raise self._too_slow(url)
                since, got = time.monotonic(), 0

    def _size(self) -> int:
        return self.part.stat().st_size if self.part.is_file() else 0

    def _has_all(self) -> bool:
        size = self._size()
        if size > self.remote.size and self.remote.exact:
            self.forget()
        return size == self.remote.size and self.remote.exact

    @property
    def _note(self) -> Path:
        """Where the version of what has arrived is written down."""
        return self.part.with_suffix(".json")

    def _tag(self, url: str) -> str | None:
        """The version of what has arrived, if it came from this address and is told exactly."""
        try:
            note = json.loads(self._note.read_text())
            tag = note["tag"] if note["url"] == url else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return tag if isinstance(tag, str) and not tag.startswith("W/") else None

    def _too_slow(self, url: str) -> UserError:
        return UserError(
            "{address} sends too slowly: try again later (what has arrived of {file} is kept), or "
            "put the file into {folder}.",
            address=url,
            file=self.remote.name,
            folder=self.folder,
        )

    def _broken_off(self, url: str) -> UserError:
        return UserError(
            "The connection to {address} broke off: try again (what has arrived of {file} is "
            "kept), or put the file into {folder}.",
            address=url,
            file=self.remote.name,
            folder=self.folder,
        )

    def _wrong_length(self, url: str, size: int) -> UserError:
        return UserError(
            "{address} sends {size} bytes instead of {published}, which is not the published "
            "file: get {file} elsewhere and put it into {folder}.",
            address=url,
            size=size,
            published=self.remote.size,
            file=self.remote.name,
            folder=self.folder,
        )


def _announced(response: requests.Response, start: int) -> int | None:
    """Bytes of the whole file by the answer's headers; None where they do not say."""
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isdigit() else None


def _begins_at(response: requests.Response, start: int) -> bool:
    """Whether a partial answer is the part that was asked for."""
    told = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return told is not None and int(told[1]) == start
