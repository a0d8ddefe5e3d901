"""Numbers printed in the DnCNN paper."""

from dataclasses import dataclass

from cnnviz.papers import DNCNN, Published


@dataclass(frozen=True)
class DenoisingRow:
    """What the DnCNN paper reports of a method on a set of grey images.

    Attributes:
        method: what the paper calls it; DnCNN-S was trained on that level, DnCNN-B on all to 55.
        data: the set's name in ``cnnviz.data``.
        psnr: mean over the images, by noise level in grey levels.
    """

    method: str
    data: str
    psnr: dict[int, Published]


def _denoising(
    method: str, data: str, table: int, psnr: tuple[float, float, float]
) -> DenoisingRow:
    levels = (15, 25, 50)
    where = f"table {table}"
    return DenoisingRow(
        method,
        data,
        {
            level: Published(number, "dB", DNCNN, where)
            for level, number in zip(levels, psnr, strict=True)
        },
    )


DNCNN_ROWS = (
    _denoising("BM3D", "bsd68", 2, (31.07, 28.57, 25.62)),
    _denoising("DnCNN-S", "bsd68", 2, (31.73, 29.23, 26.23)),
    _denoising("DnCNN-B", "bsd68", 2, (31.61, 29.16, 26.23)),
    _denoising("DnCNN-S", "set12", 3, (32.859, 30.436, 27.178)),
    _denoising("DnCNN-B", "set12", 3, (32.680, 30.362, 27.206)),
)

#: Regular texture is where it loses: of Set12's image 09 (Barbara) at noise level 25.
DNCNN_BARBARA = {
    "BM3D": Published(30.71, "dB", DNCNN, "table 3"),
    "DnCNN-S": Published(30.00, "dB", DNCNN, "table 3"),
}
