"""CIFAR-10 in the table of data sets: the addresses and checksums that torchvision has, too."""

from cnnviz.data.cifar10 import BATCHES, CLASSES, FOLDER
from cnnviz.data.table_rows import DataSet, Remote
from cnnviz.text import N_


def _batch(name: str, md5: str, size: int) -> Remote:
    return Remote(f"{BATCHES}/{name}", (), f"md5:{md5}", size)


CIFAR10 = DataSet(
    "cifar10",
    "CIFAR-10",
    N_("60,000 photos of 32 × 32 pixels in ten classes."),
    N_("No licence stated; cite Krizhevsky (2009)."),
    "https://www.cs.toronto.edu/~kriz/cifar.html",
    # batches.meta comes last: where it is, readers expect the others.
    (
        _batch("data_batch_1", "c99cafc152244af753f735de768cd75f", 31_035_704),
        _batch("data_batch_2", "d4bba439e000b95fd0a9bffe97cbabec", 31_035_320),
        _batch("data_batch_3", "54ebc095f3ab1f0389bbae665268c751", 31_035_999),
        _batch("data_batch_4", "634d18415352ddfa80567beed471001a", 31_035_696),
        _batch("data_batch_5", "482c414d41f54cd18b22e5b47cb7c3cb", 31_035_623),
        _batch("test_batch", "40351d587109b95175f43aff81a1287e", 31_035_526),
        _batch("batches.meta", "5ff9c542aee3614f3951f8cda6e48888", 158),
    ),
    ("mobilenet_v1", "mobilenet_v2", "senet"),
    archive=Remote(
        "cifar-10-python.tar.gz",
        ("https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",),
        "md5:c58f30108f718f92721af3b95e74349a",
        170_498_071,
    ),
    stand_in=tuple(f"{FOLDER}/test/{name}" for name in CLASSES),
)
