"""What all pages share, whichever server they are on: small values under a path of names.

In this process's memory; where a scheduler is set (``CNNVIZ_SCHEDULER``), with that scheduler, so
that all dashboards of the cluster have the same.
"""

from copy import deepcopy
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from distributed import Client

_lock = Lock()
_kept: dict[str, Any] = {}


def put(value: Any, *path: str) -> None:
    """Keep a value: text, a number, or dictionaries of these; None takes it away.

    Raises:
        UserError: where the scheduler that is set does not answer.
    """
    if (client := _client()) is not None:
        # The scheduler looks through dictionaries alone, and takes nothing away.
        client.set_metadata(list(path), {} if value is None else value)
        return
    with _lock:
        place = _kept
        for name in path[:-1]:
            place = place.setdefault(name, {})
        if value is None:
            place.pop(path[-1], None)
        else:
            place[path[-1]] = deepcopy(value)


def get(*path: str) -> Any:
    """What is kept there, a copy; None where nothing is.

    Raises:
        UserError: where the scheduler that is set does not answer.
    """
    if (client := _client()) is not None:
        return client.get_metadata(list(path), default=None) or None
    with _lock:
        place: Any = _kept
        for name in path:
            place = place.get(name) if isinstance(place, dict) else None
        return deepcopy(place)


def _client() -> "Client | None":
    """The scheduler that is set; None where there is none."""
    # Imported here: pages that are in no room do without, and the first page is painted sooner.
    from dashboard.cache.training import shared_client

    return shared_client()
