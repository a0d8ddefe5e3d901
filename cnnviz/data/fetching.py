"""Fetches a data set: what is missing of it, once for all who ask, and checked before it is used.

pooch checks a file and gives it its final name; ``cnnviz.data.downloading`` brings it.
"""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.data import unpacking
from cnnviz.data.checksums import is_published
from cnnviz.data.finding import State, find, find_file, part_file, state
from cnnviz.data.progress import Meter, Progress, Report, readable
from cnnviz.data.table_rows import DataSet, Remote
from cnnviz.data.writing import alone, no_empty_folder, set_aside, target_folder, writing
from cnnviz.errors import UserError

if TYPE_CHECKING:
    from cnnviz.data.downloading import Download

__all__ = ["Progress", "State", "fetch", "find", "state"]


def fetch(
    data_set: DataSet,
    *,
    progress: Report = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> State:
    """Fetch what is missing of a data set, and what is not the published file.

    The files go to the first data folder that can be written to. What has arrived of a file is
    kept when a fetch ends early, and the next one goes on from there. Where another process or
    thread fetches the same files, this one waits and shows the other's progress. A file of the
    same name that is not the published one is kept as ``NAME.unverified``.

    Args:
        data_set: a row of the table.
        progress: told how far it is, several times a second.
        should_stop: asked as often; True ends the fetch.

    Returns:
        The state it leaves, incomplete where it was stopped.

    Raises:
        UserError: where there is no address, no folder, not enough room, no network, or where none
            of the addresses gives the published file; one sentence with what to do instead.
    """
    found = state(data_set)
    if found.verified:
        return found
    folder = target_folder()
    if not data_set.fetchable:
        raise UserError(
            "{title} cannot be fetched from here: get its files from {page} and put them into "
            "{folder}.",
            title=data_set.title,
            page=data_set.page,
            folder=folder / data_set.folder,
        )
    from cnnviz.data.downloading import Stopped

    def waiting() -> None:
        if should_stop():
            raise Stopped
        progress(_of_another(data_set, folder))

    try:
        with writing(folder), alone(folder, data_set.folder, waiting):
            _fetch_alone(data_set, folder, progress, should_stop)
    except Stopped:
        pass
    return state(data_set)


def _of_another(data_set: DataSet, folder: Path) -> Progress:
    """How far another process is with the same files, by what lies there."""
    done, file = 0, data_set.sources[0].name
    for source in data_set.sources:
        part = part_file(folder, source)
        if part.is_file():
            done, file = done + part.stat().st_size, source.name
        elif find_file(source):
            done += source.size
    return Progress("waiting", file, done, data_set.size, None)


def _fetch_alone(
    data_set: DataSet, folder: Path, progress: Report, should_stop: Callable[[], bool]
) -> None:
    if not (lacking := _lacking(data_set.files)):
        return  # the one that was waited for has brought it
    archive = data_set.archive
    wanted = lacking if archive is None else _lacking((archive,))
    _check_room(data_set, wanted, folder)
    from cnnviz.data import downloading

    meter = Meter(sum(source.size for source in wanted), progress)
    with downloading.session() as session:
        for source in wanted:
            if should_stop():
                return
            meter.begin(source.name)
            target = folder / source.path
            download = downloading.Download(
                source,
                data_set.title,
                part_file(folder, source),
                target.parent,
                session,
                meter.arrived,
                should_stop,
            )
            _fetch_file(download, target)
            meter.end(source.size)
    if archive is not None:
        meter.unpacking(archive.name)
        file = find_file(archive)
        assert file is not None, "it was here or has just been fetched"
        unpacking.unpack(file, data_set.files, folder)
        if archive in wanted:
            file.unlink()


def _lacking(remotes: tuple[Remote, ...]) -> list[Remote]:
    """Those that are not here as published."""
    found = ((remote, find_file(remote)) for remote in remotes)
    return [remote for remote, file in found if file is None or not is_published(file, remote)]


def _check_room(data_set: DataSet, wanted: list[Remote], folder: Path) -> None:
    parts = [part_file(folder, source) for source in wanted]
    needed = sum(source.size for source in wanted)
    needed -= sum(part.stat().st_size for part in parts if part.is_file())
    if data_set.archive is not None:
        needed += sum(remote.size for remote in data_set.files)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise UserError(
            "{title} takes {needed} more, but the disk that holds {folder} has {free} left: make "
            "room, or name another folder in CNNVIZ_DATA.",
            title=data_set.title,
            needed=readable(needed),
            folder=folder,
            free=readable(free),
        )


def _fetch_file(download: "Download", target: Path) -> None:
    """Bring one file to its final name from the first of its addresses that gives it.

    Raises:
        UserError: what went wrong at the publisher's address.
    """
    failure: UserError | None = None
    for url in download.remote.urls:
        try:
            with no_empty_folder(target.parent), set_aside(target):
                _retrieve(download, url, target)
            return
        except UserError as error:
            failure = failure or error
    assert failure is not None, "a set that can be fetched has addresses"
    raise failure


def _retrieve(download: "Download", url: str, target: Path) -> None:
    """Fetch, check and move; anew where the pieces of a resumed file do not fit together."""
    import pooch  # type: ignore[import-untyped]

    pooch.get_logger().setLevel(logging.WARNING)
    checksum = download.remote.checksum
    # git's kind is none that pooch knows: the download itself checks it.
    known = None if checksum.startswith("git:") else checksum
    for last in (False, True):
        try:
            pooch.retrieve(url, known, target.name, target.parent, downloader=download)
            return
        except UserError:
            raise
        except ValueError as error:  # pooch's word for another checksum; the file is deleted
            if last or not download.resumed:
                raise UserError(
                    "What {address} sends is not the published file and has been deleted: get "
                    "{file} elsewhere and put it into {folder}.",
                    address=url,
                    file=target.name,
                    folder=target.parent,
                ) from error
