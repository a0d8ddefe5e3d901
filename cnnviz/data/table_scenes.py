"""Hyperspectral scenes in the table of data sets: a cube and a ground truth each.

The publisher is the Grupo de Inteligencia Computacional of the University of the Basque Country,
which gives no checksums: those here are what independent public code records for its files. Two
such records agree on Indian Pines, Pavia University and Salinas (md5, and sha256 of the ground
truths); one has Kennedy Space Center and Botswana (sha256).
"""

from cnnviz.data.table_rows import DataSet, Remote
from cnnviz.text import N_

PAGE = "https://www.ehu.eus/ccwintco/index.php/Hyperspectral_Remote_Sensing_Scenes"
TERMS = N_("No licence stated; a public benchmark.")

_PUBLISHER = "https://www.ehu.eus/ccwintco/uploads/"
# The publisher's older name.
_PUBLISHER_ES = "https://www.ehu.es/ccwintco/uploads/"
# The repository of HybridSN's authors, and a record of Zenodo's.
_HYBRIDSN = "https://raw.githubusercontent.com/gokriznastic/HybridSN/master/data/{name}"
_ZENODO = "https://zenodo.org/records/15771735/files/{name}?download=1"


def _file(folder: str, upload: str, mirrors: tuple[str, ...], checksum: str, size: int) -> Remote:
    """A file by its place among the publisher's uploads, and mirrors with a place for its name."""
    name = upload.rpartition("/")[2]
    urls = (_PUBLISHER + upload, *(mirror.format(name=name) for mirror in mirrors))
    return Remote(f"{folder}/{name}", urls, checksum, size, also=(name,))


def _scene(name: str, title: str, purpose: str, *files: Remote) -> DataSet:
    return DataSet(name, title, purpose, TERMS, PAGE, files, ("hybridsn",))


INDIAN_PINES = _scene(
    "indian_pines",
    "Indian Pines",
    N_("Fields in Indiana: 145 × 145 pixels, 200 bands, 16 classes."),
    _file(
        "indian_pines", "6/67/Indian_pines_corrected.mat", (_HYBRIDSN,),
        "md5:66dbc9f4a9b7c9b1445f60a87b505101", 5_953_527,
    ),
    _file(
        "indian_pines", "c/c4/Indian_pines_gt.mat", (_HYBRIDSN,),
        "md5:9414943dac1d80faaa9165c8b460510c", 1_125,
    ),
)  # fmt: skip

PAVIA_UNIVERSITY = _scene(
    "pavia_university",
    "Pavia University",
    N_("A campus in Italy: 610 × 340 pixels, 103 bands, 9 classes."),
    _file(
        "pavia_university", "e/ee/PaviaU.mat", (_HYBRIDSN,),
        "md5:165a3c7488995f54a19add47c7eed4cd", 34_806_917,
    ),
    _file(
        "pavia_university", "5/50/PaviaU_gt.mat", (_HYBRIDSN,),
        "md5:b8c3ba44b077c26e24220463aa855bd3", 11_005,
    ),
)  # fmt: skip

_SALINAS_FILES = (
    _file(
        "salinas", "a/a3/Salinas_corrected.mat", (_ZENODO, _HYBRIDSN),
        "md5:485d8802f4a6b4ebc0767d48dd0da06b", 26_552_770,
    ),
    _file(
        "salinas", "f/fa/Salinas_gt.mat", (_ZENODO, _HYBRIDSN),
        "md5:7b8da653a61bb0271b27b37fb926390f", 4_277,
    ),
)  # fmt: skip

SALINAS = _scene(
    "salinas",
    "Salinas",
    N_("Fields in California: 512 × 217 pixels, 204 bands, 16 classes."),
    *_SALINAS_FILES,
)

SALINAS_A = _scene(
    "salinas_a",
    "Salinas-A",
    N_("A part of Salinas, cut out of its files: 83 × 86 pixels, 6 classes."),
    *_SALINAS_FILES,
)

KSC = _scene(
    "ksc",
    "Kennedy Space Center",
    N_("Marshes in Florida: 512 × 614 pixels, 176 bands, 13 classes."),
    _file(
        "ksc", "2/26/KSC.mat", (_PUBLISHER_ES + "2/26/{name}",),
        "sha256:b1ad011cfdb65c853e4f9f6108ca4774467d87f90a5c23b74ff3a2984a3b4786", 56_824_624,
    ),
    _file(
        "ksc", "a/a6/KSC_gt.mat", (_PUBLISHER_ES + "a/a6/{name}",),
        "sha256:a1d6ab9293691006bd4d9742d1a1e1c141b1aaa5fbc5fa128b33c1d09038510b", 3_240,
    ),
)  # fmt: skip

BOTSWANA = _scene(
    "botswana",
    "Botswana",
    N_("The Okavango Delta: 1476 × 256 pixels, 145 bands, 14 classes."),
    _file(
        "botswana", "7/72/Botswana.mat", (_PUBLISHER_ES + "7/72/{name}",),
        "sha256:f1603903c844cdc2980550b0180688e8e1a72d4292595d1120e1dec2a80a91c7", 78_911_133,
    ),
    _file(
        "botswana", "5/58/Botswana_gt.mat", (_PUBLISHER_ES + "5/58/{name}",),
        "sha256:668394905e10e629c16584bfd02b0f533b96d6ba18a63274a94ff3a77126a887", 4_039,
    ),
)  # fmt: skip
