"""The timed garbage collection."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from dashboard.maintenance import Collector, start


@pytest.fixture
def no_automatic_collection() -> Iterator[None]:
    """Only the test's own collections happen; what one has frozen is thawed."""
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


class Ring:
    """Garbage that only a collection finds: it holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_all_sessions_share_one_collecting_thread() -> None:
    first = start(3600)
    assert start(3600) is first
    assert first.is_alive()
    assert first.daemon


@pytest.mark.usefixtures("no_automatic_collection")
def test_garbage_is_collected_when_something_ran() -> None:
    collector = Collector()
    ring = weakref.ref(Ring())
    gc.collect(0)  # as Python does by itself once some hundreds of objects were made
    gone_already = ring() is None
    old = [Ring()]
    gc.collect()
    survivor = weakref.ref(old.pop())
    assert gone_already
    assert collector.collect()
    assert survivor() is None


@pytest.mark.usefixtures("no_automatic_collection")
def test_nothing_is_done_when_nothing_ran() -> None:
    collector = Collector()
    gc.collect(0)
    assert collector.collect()
    ring = weakref.ref(Ring())
    assert not collector.collect()
    assert ring() is not None


@pytest.mark.usefixtures("no_automatic_collection")
def test_libraries_are_put_aside_once() -> None:
    collector = Collector()
    gc.collect(0)
    collector.collect()
    put_aside = gc.get_freeze_count()
    assert put_aside > 10_000
    made_later = [[] for _ in range(1000)]
    gc.collect(0)
    assert collector.collect()
    assert gc.get_freeze_count() <= put_aside
    assert len(made_later) == 1000
