"""The DSCMR networks that come with the project, by the pairs that each was trained on."""

from collections.abc import Mapping

from cnnviz.errors import UserError

#: Names of checkpoints by the names of sets of pairs.
NETWORKS: Mapping[str, str] = {
    "captioned_digits": "dscmr_captioned_digits",
    "wikipedia": "dscmr_wikipedia",
}


def shipped_for(data: str) -> str:
    """The network that was trained on a set of pairs.

    Raises:
        UserError: where none comes with the project.
    """
    if data not in NETWORKS:
        raise UserError(
            "No network that comes with the project knows {data}: train one.", data=data
        )
    return NETWORKS[data]
