"""The DnCNNs that come with the project to be used: the noise that each was trained for."""

from collections.abc import Mapping

from cnnviz import checkpoints

BLIND = "dncnn_blind"
#: The strongest noise that the blind network was trained for, grey levels.
BLIND_TO = 55
#: The noise level that each was trained for, grey levels; None: all from 0 to ``BLIND_TO``.
NETWORKS: Mapping[str, float | None] = {
    BLIND: None,
    "dncnn_15": 15.0,
    "dncnn_25": 25.0,
    "dncnn_50": 50.0,
}


def here() -> dict[str, float | None]:
    """Those whose checkpoints are here, in the order of ``NETWORKS``."""
    names = checkpoints.names()
    return {name: level for name, level in NETWORKS.items() if name in names}


def trained_for(name: str) -> str:
    """The noise of one of ``NETWORKS`` as it is written: "25", or "0–55"."""
    level = NETWORKS[name]
    return f"0–{BLIND_TO}" if level is None else f"{level:g}"
